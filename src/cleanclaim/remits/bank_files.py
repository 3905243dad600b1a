"""Lines of a bank's statement read from CSV (with a map of its columns) or BAI2."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

import msgspec

from cleanclaim.kernel.errors import CleanclaimError
from cleanclaim.kernel.money import AmountError, parse_cents

# The re-association trace inside the addenda of an ACH credit (CCD+ record 7).
_TRACE = re.compile(r"TRN\*1\*([^*\\~]{1,50})")
_CREDITS = range(100, 400)
_DEBITS = range(400, 700)
_ACCOUNT, _LINE, _MORE, _ACCOUNT_END, _GROUP, _FILE = "03", "16", "88", "49", "02", "01"
_ENDS = frozenset({_ACCOUNT_END, "98", "99"})


class BankFileError(CleanclaimError):
    """The file is no statement that can be relied on; nothing of it is taken in."""

    code = "bank.file"


class StatementLine(msgspec.Struct, frozen=True):
    """One movement: signed cents (money in is positive), the bank's reference and words."""

    account: str
    posted_on: date
    cents: int
    reference: str = ""
    text: str = ""


class ColumnMap(msgspec.Struct, frozen=True):
    """Which column of a CSV file tells what; either one ``amount`` or ``money_in`` and ``_out``."""

    date: str
    amount: str = ""
    money_in: str = ""
    money_out: str = ""
    reference: str = ""
    text: str = ""
    date_format: str = "%Y-%m-%d"


def identify_lines(lines: Sequence[StatementLine]) -> list[str]:
    """Give each line a name of its own that is the same when the statement is read again.

    Equal lines of a day are told apart by their place among one another.
    """
    seen: Counter[StatementLine] = Counter()
    names = []
    for line in lines:
        seen[line] += 1
        parts = (line.account, line.posted_on, line.cents, line.reference, line.text, seen[line])
        texts = [str(part).encode() for part in parts]
        whole = b"".join(b"%d:%b" % (len(text), text) for text in texts)
        names.append(hashlib.sha256(whole).hexdigest())
    return names


def trace_of(text: str) -> str:
    """Find the trace number in the words of an ACH credit; "" where there is none."""
    found = _TRACE.search(text)
    return found[1].strip() if found else ""


def read_csv(content: bytes, columns: ColumnMap, account: str = "") -> list[StatementLine]:
    """Read a statement in CSV. Raises BankFileError, which names the row."""
    rows = csv.DictReader(io.StringIO(_decode(content)))
    wanted = {columns.date, columns.amount, columns.money_in, columns.money_out} - {""}
    missing = wanted - set(rows.fieldnames or ())
    if missing:
        msg = f"there is no column {', '.join(sorted(missing))}"
        raise BankFileError(msg)
    found = []
    for number, row in enumerate(rows, 2):
        try:
            line = _csv_line(row, columns, account)
        except (ValueError, AmountError) as error:
            msg = f"row {number} has no day or amount that can be read"
            raise BankFileError(msg) from error
        if line.cents:
            found.append(line)
    return found


def _csv_line(row: dict[str, str], columns: ColumnMap, account: str) -> StatementLine:
    text = (row.get(columns.text) or "").strip() if columns.text else ""
    reference = (row.get(columns.reference) or "").strip() if columns.reference else ""
    if columns.amount:
        cents = _amount(row[columns.amount])
    else:
        cents = _amount(row[columns.money_in]) - abs(_amount(row[columns.money_out]))
    day = datetime.strptime(row[columns.date].strip(), columns.date_format).date()  # noqa: DTZ007 - a day has no zone
    return StatementLine(account, day, cents, (reference or trace_of(text))[:80], text[:300])


def _amount(text: str | None) -> int:
    plain = (text or "").strip().replace("$", "").replace(",", "")
    negative = plain.startswith("(") and plain.endswith(")")
    cents = parse_cents(plain.strip("()")) if plain else 0
    return -cents if negative else cents


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def read_bai2(content: bytes) -> list[StatementLine]:
    """Read a statement in BAI2; every account's control total must agree.

    Raises BankFileError.
    """
    reader = _Bai2Reader()
    for record in _records(_decode(content)):
        reader.take(record)
    return reader.finish()


def _records(text: str) -> Iterator[list[str]]:
    """Give the records with their continuations (88) joined to them."""
    joined: list[str] | None = None
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            continue
        fields = line.rstrip("/").split(",")
        if fields[0] == _MORE and joined is not None:
            joined.extend(fields[1:])
            continue
        if joined is not None:
            yield joined
        joined = fields
    if joined is not None:
        yield joined


class _Bai2Reader:
    """Gathers the lines of the accounts of a file and proves their totals."""

    def __init__(self) -> None:
        self._lines: list[StatementLine] = []
        self._day: date | None = None
        self._account = ""
        self._total = 0
        self._ended = False

    def take(self, record: list[str]) -> None:
        """Take one record in."""
        kind = record[0]
        if kind == _GROUP:
            self._day = _day(_field(record, 4))
        elif kind == _ACCOUNT:
            self._account, self._total = _field(record, 1), sum(_summaries(record))
        elif kind == _LINE:
            self._take_line(record)
        elif kind == _ACCOUNT_END and self._total != _whole(_field(record, 1)):
            msg = "an account's control total does not agree with its lines"
            raise BankFileError(msg)
        elif kind == "99":
            self._ended = True
        elif kind not in {_FILE, *_ENDS}:
            msg = f"a record of kind {kind[:2]} has no place in a BAI2 file"
            raise BankFileError(msg)

    def _take_line(self, record: list[str]) -> None:
        if self._day is None or not self._account:
            msg = "a movement stands outside of an account"
            raise BankFileError(msg)
        code, cents = _whole(_field(record, 1)), _whole(_field(record, 2))
        self._total += cents
        if code not in _CREDITS and code not in _DEBITS:
            return
        reference, text = _references(record)
        signed = cents if code in _CREDITS else -cents
        if signed:
            told = trace_of(text) or reference
            self._lines.append(
                StatementLine(self._account[:34], self._day, signed, told[:80], text[:300])
            )

    def finish(self) -> list[StatementLine]:
        """Give the lines; BankFileError where the file's end is missing."""
        if not self._ended:
            msg = "the end of the file is missing"
            raise BankFileError(msg)
        return self._lines


def _field(record: list[str], place: int) -> str:
    return record[place].strip() if place < len(record) else ""


def _whole(text: str) -> int:
    """Read a number without a decimal point: cents, or a type code."""
    try:
        return int(text or "0")
    except ValueError as error:
        msg = "an amount is no number"
        raise BankFileError(msg) from error


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        msg = "a group has no day"
        raise BankFileError(msg) from error


def _summaries(record: list[str]) -> Iterable[int]:
    """Give the amounts of an account's own record: type, amount, count, kind of funds, again."""
    place = 3
    while place < len(record):
        yield _whole(_field(record, place + 1))
        place += 4 + _funds_fields(record, place + 3)


def _funds_fields(record: list[str], place: int) -> int:
    """Count the fields that a kind of funds adds: S three, V two, D pairs with their count."""
    kind = _field(record, place)
    if kind == "D":
        return 1 + 2 * _whole(_field(record, place + 1))
    return {"S": 3, "V": 2}.get(kind, 0)


def _references(record: list[str]) -> tuple[str, str]:
    """Give the bank's or customer's reference and the words of a movement."""
    place = 4 + _funds_fields(record, 3)
    bank, customer = _field(record, place), _field(record, place + 1)
    return customer or bank, ",".join(record[place + 2 :]).strip()
