"""A payer's decision in the books: what moves, what stays open, what a person must look at."""

from app.desk import VISIT, Desk, era


def test_a_price_above_the_contract_is_no_denial(desk: Desk) -> None:
    claim = desk.submitted(desk.patient(), VISIT)
    desk.posted(
        era(
            f"CLP*{claim.control_number}*1*200*120*20*12*ICN1~"
            "SVC*HC:99213*150*90**1~DTM*472*20260410~CAS*CO*45*45~CAS*PR*3*15~REF*6R*1~"
            "SVC*HC:36415*50*30**1~DTM*472*20260410~CAS*CO*45*15~CAS*PR*2*5~REF*6R*2~",
            paid="120",
        )
    )
    assert desk.state(claim) == "paid"
    assert desk.tasks() == []
    assert desk.books() == {
        "ar_patient": 2_000,
        "cash_clearing": 12_000,
        "contractual": 6_000,
        "revenue": -20_000,
    }
