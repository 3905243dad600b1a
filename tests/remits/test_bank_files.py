"""Statements of a bank, and which of their lines is which payment."""

from datetime import date

import pytest

from cleanclaim.remits.bank_files import (
    BankFileError,
    ColumnMap,
    StatementLine,
    identify_lines,
    read_bai2,
    read_csv,
)
from cleanclaim.remits.reassociation import (
    ExpectedPayment,
    Told,
    Unbanked,
    associate,
    business_days_between,
)

BAI2 = b"""01,BANK,US,260424,0600,1,,,2/
02,US,BANK,1,260424,0000,USD,2/
03,000123,USD,010,500000,,,015,514000,,/
16,142,14000,S,14000,0,0,REF1,CUST1,ACH CREDIT
88,TRN*1*TRACE9*1990000001
16,475,-0,,REF2,,CHECK/
16,475,2500,,REF3,,CHECK PAID/
49,1030500,6/
98,1030500,1,8/
99,1030500,1,10/
"""


def test_bai2_gives_signed_movements_with_the_trace_of_the_addenda() -> None:
    assert [(x.account, x.posted_on, x.cents, x.reference) for x in read_bai2(BAI2)] == [
        ("000123", date(2026, 4, 24), 14_000, "TRACE9"),
        ("000123", date(2026, 4, 24), -2_500, "REF3"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"49,1030500", b"49,1030501", "control total"),
        (b"99,1030500,1,10/\n", b"", "end of the file"),
        (b"16,475,2500", b"16,475,many", "no number"),
        (b"02,US,BANK,1,260424", b"02,US,BANK,1,today", "no day"),
        (b"98,", b"77,", "no place"),
    ],
)
def test_a_statement_that_does_not_hold_together_is_refused_whole(
    old: bytes, new: bytes, why: str
) -> None:
    with pytest.raises(BankFileError, match=why):
        read_bai2(BAI2.replace(old, new))


def test_csv_is_read_by_the_map_of_its_columns() -> None:
    one = b'Day,What,Sum\n04/24/2026,ACH TRN*1*T1*1,"1,400.00"\n04/25/2026,Fee,(5.25)\n'
    columns = ColumnMap("Day", "Sum", text="What", date_format="%m/%d/%Y")
    assert [(x.posted_on.day, x.cents, x.reference) for x in read_csv(one, columns)] == [
        (24, 140_000, "T1"),
        (25, -525, ""),
    ]
    two = b"Date,In,Out\n2026-04-24,14.00,\n2026-04-24,,3.00\n"
    columns = ColumnMap("Date", money_in="In", money_out="Out")
    assert [x.cents for x in read_csv(two, columns)] == [1_400, -300]


def test_csv_without_the_column_or_with_a_bad_row_is_refused() -> None:
    with pytest.raises(BankFileError, match="no column Sum"):
        read_csv(b"Date,Amount\n2026-04-24,1\n", ColumnMap("Date", "Sum"))
    with pytest.raises(BankFileError, match="row 3"):
        read_csv(b"Date,Sum\n2026-04-24,1\n2026-04-24,x\n", ColumnMap("Date", "Sum"))


def test_equal_lines_of_a_day_are_two_and_stay_the_same_two() -> None:
    line = StatementLine("1", date(2026, 4, 24), 100)
    names = identify_lines([line, line])
    assert len(set(names)) == 2
    assert identify_lines([line, line]) == names


def payment(key: int, cents: int = 14_000, trace: str = "", day: int = 24) -> ExpectedPayment:
    return ExpectedPayment(key, trace, cents, date(2026, 4, day))


def line(cents: int = 14_000, reference: str = "", day: int = 24) -> StatementLine:
    return StatementLine("1", date(2026, 4, day), cents, reference)


def test_the_trace_number_goes_before_amount_and_day() -> None:
    found = associate(
        {1: line(), 2: line(reference="0-trace-7")}, [payment(10), payment(11, trace="TRACE7")]
    )
    assert (found[2].payment, found[2].how) == (11, Told.TRACE)
    assert (found[1].payment, found[1].how) == (10, Told.AMOUNT_AND_DAY)


def test_another_amount_under_the_trace_is_never_taken_for_it() -> None:
    found = associate({1: line(13_999, "TRACE7")}, [payment(11, trace="TRACE7")])
    assert found[1].reason is Unbanked.OTHER_AMOUNT


def test_neither_two_payments_nor_two_lines_are_guessed_between() -> None:
    found = associate({1: line()}, [payment(10), payment(11)])
    assert found[1].reason is Unbanked.SEVERAL
    found = associate({1: line(), 2: line()}, [payment(10)])
    assert {each.reason for each in found.values()} == {Unbanked.SEVERAL}


@pytest.mark.parametrize(("day", "wanted"), [(21, 10), (20, None), (29, 10), (30, None)])
def test_without_a_trace_the_day_lies_within_three_business_days(
    day: int, wanted: int | None
) -> None:
    found = associate({1: line(day=day)}, [payment(10)])
    assert found[1].payment == wanted


def test_weekends_are_no_business_days() -> None:
    friday, monday = date(2026, 4, 24), date(2026, 4, 27)
    assert business_days_between(friday, monday) == 1
    assert business_days_between(monday, friday) == -1
