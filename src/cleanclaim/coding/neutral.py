"""Keeping questions to authors neutral: what leads to a diagnosis, a level or money is refused."""

import re
from collections.abc import Sequence
from importlib.resources import files

from cleanclaim.kernel.findings import Finding, Severity

OTHER, UNABLE = "other", "unable to determine"
SOURCE = "AHIMA and ACDIS, Guidelines for Achieving a Compliant Query Practice (2022)"
_LISTED = frozenset(
    word
    for line in (files("cleanclaim.coding") / "diagnosis_words.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
# Endings of words that name diseases.
_ENDINGS = re.compile(
    r"(?:itis|osis|emia|opathy|oma|uria|algia|plegia|paresis|ectasis|malacia|penia|trophy"
    r"|edema|iasis|sclerosis|stenosis|arthrosis)$"
)
# Words with such an ending that name no disease.
_HARMLESS = frozenset({"diagnosis", "prognosis", "aroma", "diploma"})
_MONEY = re.compile(
    r"\b(?:reimburs\w*|payment|pays?|paid|revenue|bill(?:ing|ed)?|drg|raf|hcc|mcc|cc|cpt|e/?m"
    r"|risk[- ]adjust\w*|capture|upcod\w*|medical necessity)\b",
    re.IGNORECASE,
)
_LEVEL = re.compile(
    r"\b(?:higher|highest|next|level|complexity|severity of illness)\b|\b99\d{3}\b", re.IGNORECASE
)
_PUSHING = re.compile(
    r"\b(?:please (?:add|amend|change)|do you agree|don.t you|would you agree|isn.t it"
    r"|(?:document|describe|write|state|say) (?:more|further|better|it so)"
    r"|should(?:n.t)? (?:you|this)|needs? to (?:say|state|be documented)|more detail)\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^\s*(?:is|are|was|were|does|do|did|has|have|had|can|could|would)\b", re.IGNORECASE
)


def disease_words(text: str) -> frozenset[str]:
    """Give the words of a text that name a disease, by a list of ours and by their endings."""
    words = {word.lower() for word in re.findall(r"[A-Za-z]+", text)}
    return frozenset(
        word
        for word in words - _HARMLESS
        if word in _LISTED or (len(word) > 5 and _ENDINGS.search(word))
    )


def screen_query(
    question: str, options: Sequence[str], indicators: Sequence[str]
) -> tuple[Finding, ...]:
    """Say what of a query leads its reader; a query with a finding is not asked.

    ``indicators`` are the passages of the note that raise it. Without options it is open.
    """
    found: list[Finding] = []
    if not question.strip():
        found.append(_finding("QUERY.EMPTY", "the question is empty", "write what is asked"))
    if not any(text.strip() for text in indicators):
        hint = "name the passage of the note that raises the question"
        found.append(_finding("QUERY.INDICATORS", "no passage of the note is named", hint))
    text = " ".join((question, *options))
    absent = disease_words(text) - disease_words(" ".join(indicators))
    if absent:
        hint = "ask about what the passage says, in an open question or with neutral choices"
        named = ", ".join(sorted(absent))
        found.append(_finding("QUERY.DIAGNOSIS", f"names what no passage says: {named}", hint))
        if _YES_NO.search(question):
            message = "asks yes or no about a diagnosis that is not documented"
            found.append(_finding("QUERY.YES_NO", message, hint))
    found += _pushing(_without_quotes(text, indicators))
    found += _choices(options)
    return tuple(found)


def _without_quotes(text: str, indicators: Sequence[str]) -> str:
    """Leave out what is quoted from a passage: the note may speak of levels, the query may not."""
    said = " ".join(" ".join(indicators).split())

    def told(quoted: re.Match[str]) -> str:
        return " " if quoted[1] in said else quoted[0]

    return re.sub(r'"([^"]*)"', told, text)


def _pushing(text: str) -> list[Finding]:
    hint = "ask for the clinical fact alone"
    checks = (
        ("QUERY.LEVEL", _LEVEL, "speaks of a level"),
        ("QUERY.MONEY", _MONEY, "speaks of payment or of how it is coded"),
        ("QUERY.PUSHES", _PUSHING, "asks for more text or for agreement"),
    )
    return [_finding(rule, message, hint) for rule, form, message in checks if form.search(text)]


def _choices(options: Sequence[str]) -> list[Finding]:
    """Refuse choices without a way out, and a single choice beside the ways out."""
    if not options:
        return []
    told = [option.strip().lower() for option in options]
    real = [option for option in told if option != UNABLE and not _is_other(option)]
    found = []
    if UNABLE not in told or not any(_is_other(option) for option in told):
        hint = f"add “{OTHER}” and “{UNABLE}”"
        found.append(_finding("QUERY.CHOICES", "the choices leave no way out", hint))
    if len(real) < 2:
        hint = "offer at least two choices that the passage supports, or ask openly"
        found.append(_finding("QUERY.ONE_CHOICE", "there is one choice only", hint))
    return found


def _is_other(option: str) -> bool:
    return option.split(" (", maxsplit=1)[0] == OTHER


def _finding(rule: str, message: str, hint: str) -> Finding:
    return Finding(rule, Severity.BLOCK, "query", message, hint, SOURCE)
