"""Claims as a stream straight from the text: no guide, no findings, flat memory, any size.

Loops are told apart by what opens them: HL levels by HL03, parties by NM1, another payer by an
SBR inside a claim, lines by LX, and inside a line drugs by LIN, payers by SVD, forms by LQ.
"""

from collections.abc import Callable, Iterator

from cleanclaim.x12.segments import Delimiters
from cleanclaim.x12.tokens import Source
from cleanclaim.x12.views.claim_reading import (
    Biller,
    ClaimParts,
    Insured,
    read_batch,
    read_biller,
    read_claim,
    read_dependent,
    read_insured,
)
from cleanclaim.x12.views.claim_values import Claim, ClaimBatch
from cleanclaim.x12.views.elements import Elements, composites_for
from cleanclaim.x12.views.pieces import cut

_Step = Callable[[Elements], Claim | None]
_CLAIMS = "837"
# HL03.
_BILLER, _SUBSCRIBER, _DEPENDENT = "20", "22", "23"
_EMPTY: list[list[Elements]] = [[]]
_NO_BATCH = ClaimBatch("", "")


def claims(source: Source) -> Iterator[Claim]:
    """Give every claim of the source (``str``, bytes, Path or binary file) one at a time.

    Nothing is checked and nothing in the data raises: amounts and days that cannot be read are
    None, transactions that are no 837 are passed over. ``read`` and ``check`` judge.
    """
    gathered = _Gathered()
    steps, here = gathered.steps, gathered.here
    for pieces, delimiters in cut(source):
        gathered.use(delimiters)
        mark = delimiters.element
        for piece in pieces:
            elements = piece.split(mark)
            step = steps.get(elements[0])
            if step is None:
                here.append(elements)
                continue
            claim = step(elements)
            here = gathered.here
            if claim is not None:
                yield claim
    claim = gathered.close()
    if claim is not None:
        yield claim


class _Nowhere(list[Elements]):
    """Where segments go that belong to no claim: away, so that memory stays flat."""

    def append(self, _: Elements) -> None:
        """Forget it."""


class _Gathered:
    """The loops that are open, as groups of segments, and what was read of the outer ones."""

    def __init__(self) -> None:
        self.here: list[Elements] = _Nowhere()
        self.steps: dict[str, _Step] = {
            **dict.fromkeys(("ISA", "IEA", "GE", "SE"), self._leave),
            "GS": self._open_group,
            "ST": self._open_transaction,
        }
        self._inside: dict[str, _Step] = {
            "HL": self._open_level,
            "CLM": self._open_claim,
            "SBR": self._open_policy,
            "LX": self._open_line,
            **dict.fromkeys(("NM1", "LIN", "SVD", "LQ"), self._open_inner),
        }
        self._composites = composites_for(":", "^")
        self._guide = ""
        self._group: list[list[Elements]] = [[]]
        self._levels: dict[str, list[list[Elements]]] = {}
        self._batch = _NO_BATCH
        self._biller: Biller | None = None
        self._insured: Insured | None = None
        self._patient: Insured | None = None
        self._parts: ClaimParts | None = None

    def use(self, delimiters: Delimiters) -> None:
        """Take composites apart by these delimiters from now on."""
        self._composites = composites_for(delimiters.component, delimiters.repetition)

    def close(self) -> Claim | None:
        """Read the claim that is open, if any."""
        parts = self._parts
        if parts is None:
            return None
        self._parts = None
        if self._biller is None:
            self._batch = read_batch(self._guide, self._level("head"))
            self._biller = read_biller(self._level(_BILLER))
        if self._insured is None:
            self._insured = read_insured(self._level(_SUBSCRIBER))
        if self._patient is None:
            dependent = self._levels.get(_DEPENDENT)
            self._patient = (
                read_dependent(self._insured, dependent) if dependent else self._insured
            )
        return read_claim(self._batch, self._biller, self._patient, parts, self._composites)

    def _level(self, name: str) -> list[list[Elements]]:
        return self._levels.get(name, _EMPTY)

    def _begin(self, elements: Elements) -> list[list[Elements]]:
        """Begin a group: what follows belongs to it."""
        own = [elements]
        self.here = own
        self._group = [own]
        return self._group

    def _leave(self, _: Elements) -> Claim | None:
        """Close a transaction, however it ends; what follows belongs nowhere."""
        claim = self.close()
        for segment_id in self._inside:
            self.steps.pop(segment_id, None)
        self.here = _Nowhere()
        return claim

    def _open_group(self, elements: Elements) -> Claim | None:
        claim = self._leave(elements)
        self._guide = elements[8] if len(elements) > 8 else ""
        return claim

    def _open_transaction(self, elements: Elements) -> Claim | None:
        claim = self._leave(elements)
        if elements[1:2] == [_CLAIMS]:
            self.steps.update(self._inside)
            self._levels = {"head": self._begin(elements)}
            self._biller = self._insured = self._patient = None
        return claim

    def _open_level(self, elements: Elements) -> Claim | None:
        """Open a hierarchical level; those inside the one before are left."""
        claim = self.close()
        level = elements[3] if len(elements) > 3 else ""
        self._patient = None
        self._levels.pop(_DEPENDENT, None)
        if level != _DEPENDENT:
            self._insured = None
            self._levels.pop(_SUBSCRIBER, None)
            if level != _SUBSCRIBER:
                self._biller = None
        self._levels[level] = self._begin(elements)
        return claim

    def _open_claim(self, elements: Elements) -> Claim | None:
        claim = self.close()
        self._parts = ClaimParts(self._begin(elements), [], [])
        return claim

    def _open_policy(self, elements: Elements) -> None:
        """An SBR outside of a claim is the subscriber's, inside it is another payer's."""
        if self._parts is None:
            self.here.append(elements)
        else:
            self._parts.others.append(self._begin(elements))

    def _open_line(self, elements: Elements) -> None:
        if self._parts is not None:
            self._parts.lines.append(self._begin(elements))

    def _open_inner(self, elements: Elements) -> None:
        """Open a loop inside the one at hand: a party, a drug, a payer's decision, a form."""
        self.here = [elements]
        self._group.append(self.here)
