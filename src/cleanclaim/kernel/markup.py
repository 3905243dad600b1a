"""XML of strangers, read without what it could do to us: no entities, no outside, bounded depth."""

import re
from collections.abc import Iterator
from xml.parsers import expat

from cleanclaim.kernel.errors import CleanclaimError

_DEPTH_MAX, _ELEMENTS_MAX = 200, 1_000_000
_BLOCKS = frozenset(
    {"paragraph", "p", "div", "item", "li", "tr", "table", "list", "ul", "ol", "caption", "title"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "section", "thead", "tbody"}
)
_CELLS = frozenset({"td", "th"})


class MarkupError(CleanclaimError):
    """A text is no XML, or XML that declares a document type, entities, or is far too deep."""

    code = "markup.unreadable"

    def __init__(self, why: str) -> None:
        super().__init__(f"the XML is not read: {why}")


class Element:
    """An element: its local name, its attributes, and its texts and elements in order."""

    __slots__ = ("attributes", "children", "name")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element | str] = []

    def get(self, attribute: str) -> str:
        """Give an attribute, empty where it is not there."""
        return self.attributes.get(attribute, "")

    def all(self, *path: str) -> Iterator["Element"]:
        """Give the elements at a path of names below this one."""
        first, rest = path[0], path[1:]
        for child in self.children:
            if isinstance(child, Element) and child.name == first:
                if rest:
                    yield from child.all(*rest)
                else:
                    yield child

    def first(self, *path: str) -> "Element | None":
        """Give the first element at a path."""
        return next(self.all(*path), None)

    def text(self) -> str:
        """Give the words inside, spaces gathered."""
        return " ".join("".join(self._words()).split())

    def _words(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._words()

    def narrative(self) -> str:
        """Give the text as a person reads it: a line a block or row, cells parted by bars."""
        lines = re.split(r"\n+", "".join(_narrate(self)))
        told = (" ".join(line.split()).strip("| ") for line in lines)
        return "\n".join(line for line in told if line)


def _narrate(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield re.sub(r"\s+", " ", child)
        elif child.name == "br":
            yield "\n"
        elif child.name in _CELLS:
            yield from _narrate(child)
            yield " | "
        elif child.name in _BLOCKS:
            yield "\n"
            yield from _narrate(child)
            yield "\n"
        else:
            yield from _narrate(child)


class _Builder:
    def __init__(self) -> None:
        self.open: list[Element] = [Element("", {})]
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) > _DEPTH_MAX or self.count > _ELEMENTS_MAX:
            why = "it is too deep or too large"
            raise MarkupError(why)
        local = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(" ")[2], local)
        self.open[-1].children.append(element)
        self.open.append(element)

    def end(self, _name: str) -> None:
        self.open.pop()

    def words(self, text: str) -> None:
        self.open[-1].children.append(text)


def _refuse(*_declared: object) -> None:
    why = "it declares a document type or an entity"
    raise MarkupError(why)


def read_markup(content: bytes | str) -> Element:
    """Read a document and give its root. Raises MarkupError."""
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.words
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat's own word for the end
    except (expat.ExpatError, LookupError, ValueError):
        why = "it is not well formed"
        raise MarkupError(why) from None
    root = builder.open[0].children[-1]
    if not isinstance(root, Element):
        why = "it has no root"
        raise MarkupError(why)
    return root
