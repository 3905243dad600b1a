"""``cleanclaim code``: what a note says for its codes."""

from cleanclaim.cli.program import LazyGroup

command = LazyGroup(
    {
        "level": ("cleanclaim.cli.level", "Choose the level of a visit from its note."),
        "suggest": ("cleanclaim.cli.suggest", "Suggest the codes of a note, with evidence."),
        "prepare": ("cleanclaim.cli.prepare", "Encode terms, so that other wordings are found."),
    },
    name="code",
    help="Read codes out of a note, each with the words that support it.",
)
