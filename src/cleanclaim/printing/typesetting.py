"""Typesetting a Typst template with values that can never become markup."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

import msgspec
import typst

_TEMPLATES = Path(__file__).with_name("templates")


class TypesettingError(Exception):
    """A template cannot be set with these values."""


def typeset(template: str, values: Mapping[str, object], *, on: date) -> bytes:
    """Set ``templates/<template>.typ`` with ``values`` and give an accessible PDF (PDF/UA-1).

    The values (whatever JSON can hold) arrive as one text, read in the template by
    ``json(bytes(sys.inputs.values))``, so that a name with a ``#`` or a ``*`` in it is printed
    as it is. ``on`` is the date of the document. Only the fonts that come with Typst are used
    and nothing is fetched: the same values give the same bytes on any machine. Raises
    TypesettingError, which names the template and never the values.
    """
    try:
        return typst.compile(
            str(_TEMPLATES / f"{template}.typ"),
            root=str(_TEMPLATES),
            ignore_system_fonts=True,
            sys_inputs={"values": msgspec.json.encode(values).decode()},
            pdf_standards=["ua-1"],
            timestamp=datetime.combine(on, time(), UTC),
        )
    except (typst.TypstError, RuntimeError) as fault:
        msg = f"the template {template} cannot be set"
        raise TypesettingError(msg) from fault
