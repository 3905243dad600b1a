"""Spoil files at random, byte by byte and segment by segment, and judge what the engine does.

Everything follows from one number, so that a failure is repeated by ``judge(spoilt(number))``.
"""

import random
import time
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from cleanclaim import x12
from x12.balance_oracle import unbalanced
from x12.mutations.annotated import base, names
from x12.mutations.mutation import text_of

AT = datetime(2026, 1, 13, 8, 30)  # noqa: DTZ001
SECONDS_MAX = 2
CORPUS = Path(__file__).resolve().parents[2] / "../shared/corpus/x12"

# Short files, so that many fit into a minute: claims of which only one is kept, and answers.
_SHORT = {
    "835": (
        "BPR*I*140*C*CHK************20260520",
        "TRN*1*TRACE9*1123456789",
        "N1*PR*NORTH PAYER",
        "N3*5 PINE AVENUE",
        "N4*CHICAGO*IL*60601",
        "PER*BL*HELP DESK*TE*5555550101",
        "N1*PE*MAPLE CLINIC*XX*1234567893",
        "LX*1",
        "CLP*PT1*1*165*115*25*12*ICN1",
        "NM1*QC*1*POND*MIA",
        "SVC*HC:99214:25*165*115**1",
        "DTM*472*20260505",
        "CAS*CO*45*25",
        "CAS*PR*3*25",
        "CLP*PT2*2*100*40**12*ICN2",
        "CAS*OA*23*50**94*10",
        "NM1*QC*1*FERN*EDNA",
        "DTM*232*20260502",
        "PLB*1234567893*20261231*WO:ICN7*20*L6:ICN1*-5",
    ),
    "837P": (
        "BHT*0019*00*B1*20260512*1200*CH",
        "NM1*41*2*MAPLE BILLING*****46*MAPLE01",
        "PER*IC*DANA FIELD*TE*5555550100",
        "NM1*40*2*NORTH PAYER*****46*NP001",
        "HL*1**20*1",
        "NM1*85*2*MAPLE CLINIC*****XX*1234567893",
        "N3*1 ELM STREET",
        "N4*SPRINGFIELD*IL*627010000",
        "REF*EI*123456789",
        "HL*2*1*22*0",
        "SBR*P*18*G77******CI",
        "NM1*IL*1*ISAACSON*RUTH****MI*M0001",
        "N3*9 OAK LANE",
        "N4*SPRINGFIELD*IL*62701",
        "DMG*D8*19800229*F",
        "NM1*PR*2*NORTH PAYER*****PI*NP001",
        "CLM*PT1*185***11:B:1*Y*A*Y*Y",
        "HI*ABK:E119*ABF:I10",
        "LX*1",
        "SV1*HC:99214:25*165*UN*1***1:2",
        "DTP*472*D8*20260505",
        "LX*2",
        "SV1*HC:36415*20*UN*1***1",
        "DTP*472*D8*20260505",
    ),
}
_PIECES = (b"*", b"~", b":", b"^", b"\n", b"\r\n", b"~ISA*", b"\x00", b"ST*", b"SE*", b"~GS*", b"-")
_VALUES = ("", "0", "-1", "9", ".5", "100.00", "1e3", "XX", "20260230", "A" * 60, ":", "^", "\x07")


@cache
def seeds() -> tuple[bytes, ...]:
    """Give the clean files: the short ones several times, the long ones once."""
    short = [text_of(base(name), list(body)).encode("ascii") for name, body in _SHORT.items()]
    long = [text_of(base(name), base(name).body()).encode("ascii") for name in names()]
    return (*short * 20, *long)


@cache
def foreign_seeds() -> tuple[bytes, ...]:
    """Give the third-party files beside the repository, none where they are absent."""
    files = sorted(CORPUS.rglob("*")) if CORPUS.is_dir() else []
    held = [path.read_bytes() for path in files if path.is_file() and path.suffix != ".tsv"]
    return tuple(data for data in held if len(data) < 20_000)


def spoilt(number: int, *, foreign: bool = False) -> bytes:
    """Give the file of this number: a seed, spoilt in its bytes, its segments, or both."""
    dice = random.Random(number)  # noqa: S311 - repeatable on purpose
    data = dice.choice(seeds() + foreign_seeds() if foreign else seeds())
    way = dice.randrange(10)
    if way >= 3:
        data = _restructured(data, dice)
    if way < 4:
        data = _mangled(data, dice)
    return data


def judge(data: bytes, *, answered: bool = True) -> str:
    """Say what the engine did wrong with a file, "" where nothing."""
    begun = time.process_time()
    if x12.copy(data) != data.decode("latin-1"):
        return "the text is not given back"
    report = x12.check(data)
    if report.valid and (flaw := unbalanced(data)):
        return f"an unbalanced remittance is accepted: {flaw}"
    if answered and not _answer(data).startswith("ISA*"):
        return "there is no acknowledgement"
    taken = time.process_time() - begun
    return f"it took {taken:.1f} seconds" if taken > SECONDS_MAX else ""


def failure(number: int, *, foreign: bool = False, answered: bool = True) -> str:
    """Judge the file of this number; an exception is a failure as well."""
    try:
        told = judge(spoilt(number, foreign=foreign), answered=answered)
    except Exception as error:  # noqa: BLE001 - finding what raises is the purpose
        told = f"{type(error).__name__}: {error}"
    return f"{number}: {told}" if told else ""


def _answer(data: bytes) -> str:
    return x12.acknowledge(data, created_at=AT, control_number=1)


def _mangled(data: bytes, dice: random.Random) -> bytes:
    """Change, cut, repeat or insert a few bytes."""
    spoiled = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(spoiled) + 1)
        match dice.randrange(4):
            case 0:
                spoiled[place : place + 1] = bytes([dice.randrange(256)])
            case 1:
                del spoiled[place : place + dice.randint(1, 30)]
            case 2:
                start = dice.randrange(len(spoiled) + 1)
                spoiled[place:place] = spoiled[start : start + dice.randint(1, 60)]
            case _:
                spoiled[place:place] = dice.choice(_PIECES)
    return bytes(spoiled)


def _restructured(data: bytes, dice: random.Random) -> bytes:
    """Delete, repeat, move or spoil whole segments, and mostly set the counts right again."""
    segments = data.decode("latin-1").split("~")
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(segments))
        match dice.randrange(8):
            case 0:
                del segments[place]
            case 1:
                segments.insert(dice.randrange(len(segments)), segments[place])
            case 2:
                other = dice.randrange(len(segments))
                segments[place], segments[other] = segments[other], segments[place]
            case 3 | 4:
                segments[place] = _element_changed(segments[place], dice)
            case _:
                segments[place] = _amount_changed(segments[place], dice)
        segments = segments or [""]
    if dice.random() < 0.9:
        segments = _recounted(segments)
    return "~".join(segments).encode("latin-1")


def _element_changed(segment: str, dice: random.Random) -> str:
    elements = segment.split("*")
    place = dice.randrange(len(elements))
    elements[place] = dice.choice(_VALUES)
    return "*".join(elements)


def _amount_changed(segment: str, dice: random.Random) -> str:
    """Put another number for one of the numbers of a segment."""
    elements = segment.split("*")
    numbers = [place for place, text in enumerate(elements) if text.lstrip("-").isdigit()]
    if numbers:
        place = dice.choice(numbers)
        change = dice.choice((1, -1, 5, 10, -10, 0.01))
        elements[place] = f"{int(elements[place]) + change:.10g}"
    return "*".join(elements)


def _recounted(segments: Sequence[str]) -> list[str]:
    """Set SE01 of each transaction."""
    counted, start = list(segments), 0
    for place, segment in enumerate(counted):
        name = segment.strip()
        if name.startswith("ST*"):
            start = place
        elif name.startswith("SE*"):
            counted[place] = f"\nSE*{place - start + 1}*{segment.rpartition('*')[2]}"
    return counted
