"""What a claim's page asks of the registry: who mends a finding, and what was not checked."""

from cleanclaim.claims.batch import ClaimBatch, Flags
from cleanclaim.codes.reference import Reference
from cleanclaim.edits.menders import Mending, mending_elsewhere
from cleanclaim.edits.registry import EDITS, EditSet
from cleanclaim.edits.scrubbing import Loaded, tell_lack


def find_mending(rule: str) -> Mending:
    """Tell who mends a finding by its rule, an edit's or another's."""
    return EDITS[rule].mending if rule in EDITS else mending_elsewhere(rule)


def lacking_by_family(
    batch: ClaimBatch, reference: Reference, edit_set: EditSet | None = None
) -> list[dict[str, tuple[str, ...]]]:
    """Name for each claim the families that could not check it, each with what it lacks.

    Families stand in the order of their names; what they lack is told in words. It is for a
    page: a claim at a time, not for files of them.
    """
    edit_set, loaded = edit_set or EditSet(), Loaded(batch, reference.library)
    told: list[dict[str, tuple[str, ...]]] = []
    for index, claim in enumerate(batch.to_claims()):
        families: dict[str, set[str]] = {}
        for each in EDITS.values():
            if claim.kind in each.kinds and edit_set.severity(
                each.rule, claim.payer.identifier, claim.filing_indicator
            ):
                concerned = each.concerns is None or each.concerns(batch)[index]
                tables = each.tables_for(claim.kind) if concerned else ()
                lacks = [kind.name for kind in tables if _is_marked(loaded.lacking(kind), index)]
                for name in (*each.missing(batch, reference), *lacks):
                    families.setdefault(each.family, set()).add(tell_lack(name))
        told.append({family: tuple(sorted(families[family])) for family in sorted(families)})
    return told


def _is_marked(marks: Flags | None, index: int) -> bool:
    return marks is not None and bool(marks[index])
