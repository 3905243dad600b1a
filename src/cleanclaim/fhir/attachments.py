"""The text inside attachments: base64, whatever character set the type names, plain or HTML."""

import base64
import binascii
import codecs
from email.message import Message
from html.parser import HTMLParser

from cleanclaim.fhir.resources import Attachment
from cleanclaim.kernel.errors import CleanclaimError

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_PLAIN = frozenset({"text/plain", "text/markdown", ""})


class UnreadableAttachmentError(CleanclaimError):
    """An attachment holds no text that we read."""

    code = "fhir.attachment"

    def __init__(self, why: str) -> None:
        super().__init__(f"the attachment is not read: {why}")


def read_text(attachment: Attachment) -> str:
    """Give the text of an attachment, lines ended by LF. Raises UnreadableAttachmentError."""
    kind, charset = _kind_and_charset(attachment.content_type)
    if kind not in _HTML | _PLAIN:
        why = "its content is no text"
        raise UnreadableAttachmentError(why)
    text = _decode(attachment.data, charset).replace("\r\n", "\n").replace("\r", "\n")
    return html_text(text) if kind in _HTML else text


def _kind_and_charset(content_type: str) -> tuple[str, str]:
    told = Message()
    told["Content-Type"] = content_type or "text/plain"
    return told.get_content_type(), str(told.get_param("charset", "utf-8") or "utf-8")


def _decode(data: str, charset: str) -> str:
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        why = "its base64 is broken"
        raise UnreadableAttachmentError(why) from None
    if not content:
        why = "it is empty"
        raise UnreadableAttachmentError(why)
    try:
        codecs.lookup(charset)
    except LookupError:
        why = "its character set is not known"
        raise UnreadableAttachmentError(why) from None
    try:
        return content.decode(charset).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError):
        why = "it is not in the character set that it names"
        raise UnreadableAttachmentError(why) from None


class _Words(HTMLParser):
    _BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
    _SILENT = frozenset({"script", "style", "head"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - its signature
        self._silent += tag in self._SILENT
        if tag in self._BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self._SILENT and self._silent > 0
        if tag in self._BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def html_text(text: str) -> str:
    """Give the words of HTML, a line a block; scripts and styles are no words."""
    reader = _Words()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).splitlines())
    return "\n".join(line for line in lines if line)
