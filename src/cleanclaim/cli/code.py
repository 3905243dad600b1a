"""``cleanclaim code``: what a note says for its codes."""

from cleanclaim.cli.program import LazyGroup

command = LazyGroup(
    {
        "suggest": ("cleanclaim.cli.suggest", "Suggest the codes of a note, with evidence."),
    },
    name="code",
    help="Read codes out of a note, each with the words that support it.",
)
