"""A hundred diagnoses, and the ways in which a note names one that the patient does not have."""

from functools import cache
from importlib.resources import files

from cleanclaim.coding.knowledge import Knowledge, open_knowledge

# Our own wording, a diagnosis put in where the braces are.
NEGATED = (
    "The patient denies {}.",
    "No evidence of {}.",
    "She has no history of {}.",
    "He does not have {}.",
    "Negative for {}.",
    "There is no sign of fever, chills or {}.",
    "{}: no.",
    "{} is absent.",
    "She never had {}.",
    "Patient presents without {}.",
    "Denies:\n- {}",
    "ROS: (-) for weight loss, denies {} and chills.",
)
FAMILY = (
    "Her mother has {}.",
    "FAMILY HISTORY\nFather: {}.",
    "There is a family history of {}.",
    "His brother was diagnosed with {} at 50.",
    "{} in his maternal grandmother.",
    "Family history is significant for {}.",
    "FHx: {}",
    "Sister died of {}.",
)
RULED_OUT = (
    "{} was ruled out.",
    "Imaging ruled out {}.",
    "Rule out {}.",
    "R/o {}.",
    "{} has been excluded.",
    "{} is unlikely.",
    "Possible {}.",
    "Suspected {}.",
    "Probable {}.",
    "Findings are concerning for {}.",
    "Symptoms may be consistent with {}.",
    "Questionable {}.",
)
HYPOTHETICAL = (
    "Return to the clinic if {} develops.",
    "She should call if she gets {}.",
    "In case of {}, go to the emergency department.",
    "We discussed the risk of {}.",
    "Medication to prevent {}.",
    "Screening for {} is due next year.",
    "Should he develop {}, stop the drug.",
    "Watch for {}.",
    "Counseled on signs of {}.",
    "If untreated this could lead to {}.",
)
WAYS = {"negated": NEGATED, "family": FAMILY, "ruled out": RULED_OUT, "hypothetical": HYPOTHETICAL}
_CHAPTERS = "ABCDEFGHIJKLMN"


@cache
def opened() -> Knowledge:
    """Open the knowledge that comes with the program, once for all tests."""
    return open_knowledge()


def diagnoses(most: int = 100) -> list[tuple[str, str]]:
    """Give diagnoses as (code as the list has it, words), of every chapter of illnesses."""
    text = files("cleanclaim.coding.lexicon").joinpath("phrases.txt").read_text(encoding="utf-8")
    rows = (line.partition(":") for line in text.splitlines() if line[:1] in _CHAPTERS)
    found = [(code.strip(), words.split(";")[0].strip()) for code, _, words in rows]
    step = len(found) / most
    return [found[int(place * step)] for place in range(most)]
