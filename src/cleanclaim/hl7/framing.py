"""The frame in which messages travel over TCP (MLLP): a VT before, an FS and a CR behind."""

from cleanclaim.kernel.errors import CleanclaimError

_START, _END = b"\x0b", b"\x1c\r"


class FrameTooLargeError(CleanclaimError):
    """A sender began a message and never ended it."""

    code = "hl7.frame"

    def __init__(self) -> None:
        super().__init__("a message is larger than this listener takes")


def frame(content: bytes) -> bytes:
    """Put a message into its frame."""
    return _START + content + _END


class FrameReader:
    """Gathers what arrives in pieces and gives whole messages; bytes between frames are dropped."""

    def __init__(self, bytes_max: int = 20_000_000) -> None:
        self._bytes_max = bytes_max
        self._kept = b""

    def feed(self, piece: bytes) -> list[bytes]:
        """Give the messages that this piece completes. Raises FrameTooLargeError."""
        self._kept += piece
        found = []
        while True:
            start = self._kept.find(_START)
            if start < 0:
                self._kept = b""
                break
            end = self._kept.find(_END, start)
            if end < 0:
                self._kept = self._kept[start:]
                break
            found.append(self._kept[start + 1 : end])
            self._kept = self._kept[end + len(_END) :]
        if len(self._kept) > self._bytes_max:
            raise FrameTooLargeError
        return found
