"""X12 text beside the plain reading: the one claim's segments, whatever the delimiters."""

from cleanclaim.app.reading.wire import claim_segments, split_segments

ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       "
    "*260410*0900*^*00501*000000001*0*T*:~"
)
BODY = """GS*HC*A*B*20260410*0900*1*X*005010X222A1~
HL*1**20*1~
HL*2*1*22*0~
NM1*IL*1*One~
CLM*C1*100~
LX*1~
SV1*HC:99213*100~
CLM*C11*50~
LX*1~
HL*3*1*22*1~
NM1*IL*1*Insured~
HL*4*3*23*0~
NM1*QC*1*Child~
CLM*C2*70~
LX*1~
SE*9*0001~"""


def _names(control_number: str, text: str = ISA + BODY) -> list[str]:
    found = claim_segments(split_segments(text), control_number)
    return [segment.name + segment.rest for segment in found]


def test_segments_are_cut_at_the_terminator_that_the_text_names() -> None:
    other = (ISA + BODY).replace("*", "|").replace("~\n", "!").replace("~", "!")
    plain, changed = split_segments(ISA + BODY), split_segments(other)
    assert [s.name for s in plain] == [s.name for s in changed]
    assert len(plain) == 17
    assert changed[2].rest == "|1||20|1"
    assert split_segments("no X12 at all") == ()


def test_only_the_asked_claim_is_shown_with_its_levels() -> None:
    assert _names("C1") == [
        "HL*2*1*22*0", "NM1*IL*1*One", "CLM*C1*100", "LX*1", "SV1*HC:99213*100",
    ]  # fmt: skip
    assert _names("C2") == [
        "HL*3*1*22*1", "NM1*IL*1*Insured", "HL*4*3*23*0", "NM1*QC*1*Child", "CLM*C2*70", "LX*1",
    ]  # fmt: skip


def test_a_second_claim_of_a_person_does_not_show_the_first() -> None:
    assert _names("C11") == ["CLM*C11*50", "LX*1"]


def test_a_claim_that_is_not_in_the_file_shows_nothing() -> None:
    assert _names("C3") == []
