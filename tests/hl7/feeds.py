"""Messages of fictional systems, each written as text, and the maps of their charges."""

from cleanclaim.hl7.charge_maps import ChargeMap
from cleanclaim.hl7.messages import Message, read_message


def lines(text: str) -> str:
    """Write segments, a line each, as a sender does: ended by CR."""
    return "\r".join(line.strip() for line in text.strip().splitlines()) + "\r"


def head(kind: str, control: str = "C1", application: str = "CHART") -> str:
    """Write MSH."""
    return (
        rf"MSH|^~\&|{application}|RIVERBEND|CLEANCLAIM|US|20260410083000||{kind}|{control}|P|2.5.1"
    )


PID = (
    "PID|1||R100^^^RIVERBEND^MR~999990000^^^USA^SS||Waverly^Nell^J||19840821|F|||"
    "12 Mill Road^^Riverbend^IL^62100-1234||2175550142|||||ACC77"
)
PV1 = "PV1|1|O|MAIN||||1456000011^Ames^Rowan^^^^^^NPI||||||||||||V500" + "|" * 25 + "20260410083000"
IN1 = "IN1|1|PLAN1|PAYONE|Payer One||||G12||||20250101|||||SEL" + "|" * 19 + "M100001"


def registration(event: str = "A04", control: str = "C1", pid: str = PID) -> str:
    """Write a registration with its visit and coverage."""
    return lines(f"{head(f'ADT^{event}', control)}\nEVN|{event}|20260410\n{pid}\n{PV1}\n{IN1}")


def document(
    control: str = "C2", number: str = "N1", text: str = "Seen for high blood pressure."
) -> str:
    """Write a document of a visit."""
    return lines(
        f"""{head("MDM^T02", control)}
        EVN|T02|20260410
        {PID}
        {PV1}
        TXA|1|PN|TX|20260410090000|1456000011^Ames^Rowan|20260410090000||||||{number}|||||AU
        OBX|1|TX|note||{text}
        OBX|2|TX|note||Continue lisinopril \\T\\ recheck."""
    )


FT1 = "FT1|1|T1||20260410||CG|99213^^C4||||1|150.00|||||||I10~E11.9"
MAP = ChargeMap(
    code="FT1-7", service_on="FT1-4", units="FT1-11", amount="FT1-12", diagnoses="FT1-19",
    kind="FT1-6",
)  # fmt: skip


def charges(control: str = "C3", rows: str = FT1) -> str:
    """Write the charges of a visit."""
    return lines(f"{head('DFT^P03', control)}\nEVN|P03|20260410\n{PID}\n{PV1}\n{rows}")


def merge(control: str = "C4", survivor: str = "R100", prior: str = "R200") -> str:
    """Write that one number was merged into another."""
    pid = PID.replace("R100", survivor)
    return lines(f"{head('ADT^A40', control)}\nEVN|A40|20260410\n{pid}\nMRG|{prior}^^^RIVERBEND^MR")


def read(text: str) -> Message:
    """Read a message."""
    return read_message(text)
