"""A file as it arrived, made readable: its hash, and its text as UTF-8 without NUL bytes.

DuckDB reads UTF-8 only, refuses cp1252 and NUL bytes, and loses its way where line ends are mixed. A file that is
readable as it stands is not copied.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from jobs.errors import DataRefused
from jobs.load.unpack import Budget

_BLOCK = 4 << 20
GZIP = b"\x1f\x8b"
_START = 4096
_JSON = re.compile(rb"\s*(\[\s*)?\{\s*(\"|\}|$)|\s*\[\s*\]")
_FOREIGN = (  # first bytes of what is no file of records, what it is, and the mend
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel file (.xls), or a workbook locked with a password",
        "Save it as .xlsx, unlocked",
    ),
    (b"%PDF", "a PDF", "Export it as CSV or .xlsx"),
    (b"7z\xbc\xaf", "a 7z archive", "Pack it as .zip, or drop in what it holds"),
    (b"Rar!", "a rar archive", "Pack it as .zip, or drop in what it holds"),
    (b"<", "a web page or XML (some systems call it .xls)", "Export it as CSV or .xlsx"),
)


def _cp1252_sign(byte: int) -> str:
    """cp1252 leaves five bytes undefined; they are read as latin-1 has them."""
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_CP1252 = "".join(_cp1252_sign(byte) for byte in range(256))


@dataclass(frozen=True)
class Decoded:
    """A readable text file: the file itself where it was readable, else a copy. `size` in bytes.

    encoding: the one it came in; told in `notes` where it is not plain. has_long_line: a line spans megabytes;
    has_long_cell: what stands between two quotes seems to.
    """

    path: Path
    sha256: str
    size: int
    encoding: str = "utf-8"
    has_long_line: bool = False
    has_long_cell: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        return () if self.encoding == "utf-8" else (f"read as {self.encoding}",)


def decode(path: Path, file_name: str, copy: Path, budget: Budget) -> Decoded:
    """Make `path` readable, through `copy` where that is needed. DataRefused says why it cannot be.

    A .gz that is damaged raises one of unpack.DAMAGED; what it unpacks to is taken from the budget.
    """
    try:
        is_packed = start_of(path).startswith(GZIP)
        refuse_foreign(start_of(path, is_packed), file_name)
        survey = _Survey()
        blocks = _blocks(path, is_packed)
        for block in budget.counted(blocks) if is_packed else blocks:
            survey.look_at(block)
        survey.finish()
        if survey.is_readable and not is_packed:
            long = survey.has_long_line, survey.has_long_cell
            return Decoded(path, survey.sha256, survey.size, "utf-8", *long)
        blocks = _utf8_blocks(_blocks(path, is_packed), survey.encoding)
        size = _write(copy, _one_line_end(blocks) if survey.mixes_line_ends else blocks)
        return Decoded(copy, hash_of(path), size, survey.encoding, survey.has_long_line, survey.has_long_cell)
    except UnicodeDecodeError as error:
        fault = f"its text is damaged at byte {error.start} ({error.encoding})"
        raise DataRefused(file_name, fault, "Export it again as UTF-8") from error


def hash_of(path: Path) -> str:
    """SHA-256 of the file's bytes as they stand, in hex."""
    digest = hashlib.sha256()
    for block in _blocks(path, is_packed=False):
        digest.update(block)
    return digest.hexdigest()


def refuse_foreign(first_bytes: bytes, file_name: str) -> None:
    """DataRefused for what is no file of records."""
    start = first_bytes.removeprefix(codecs.BOM_UTF8).lstrip()
    for first, kind, mend in _FOREIGN:
        if start.startswith(first):
            raise DataRefused(file_name, f"it is {kind}, which is not read", mend)
    if not start:
        raise DataRefused(file_name, "it is empty", "Export it again, with its header")


def is_json(path: Path) -> bool:
    """Whether a readable file holds JSON objects: lines of them, or a list."""
    return bool(_JSON.match(start_of(path).removeprefix(codecs.BOM_UTF8)))


def start_of(path: Path, is_packed: bool = False) -> bytes:
    """The first bytes of a file, or of what a .gz holds."""
    return next(_blocks(path, is_packed), b"")[:_START]


class _Survey:
    """Looks at every block once: hash, size, encoding, NUL bytes, line ends."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._checker = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = True
        self._utf16: str | None = None
        self._has_nul = False
        self._line_ends = {b"\r\n": 0, b"\n": 0, b"\r": 0}
        self._last = b""
        self._quote_count = 0
        self.has_long_line = False
        self._has_block_in_quotes = False
        self.size = 0

    def look_at(self, block: bytes) -> None:
        """Take one block in."""
        if self.size == 0:
            self._utf16 = _utf16_of(block)
        self.size += len(block)
        self._digest.update(block)
        self._has_nul = self._has_nul or b"\0" in block
        self._count_line_ends(block)
        self._count_quotes(block)
        self._check(block)

    def finish(self) -> None:
        """Nothing comes any more."""
        self._check(b"", is_last=True)

    def _count_line_ends(self, block: bytes) -> None:
        """Only whether there is a kind of line end matters, so that most blocks need no counting."""
        if b"\r" not in block and self._last != b"\r":
            has_line_end = b"\n" in block
            self._line_ends[b"\n"] += has_line_end
            self.has_long_line = self.has_long_line or not (has_line_end or len(block) < _BLOCK)
        else:
            self._line_ends[b"\n"] += block.count(b"\n")
            self._line_ends[b"\r"] += block.count(b"\r")
            self._line_ends[b"\r\n"] += block.count(b"\r\n") + (self._last + block[:1] == b"\r\n")
        self._last = block[-1:]

    def _count_quotes(self, block: bytes) -> None:
        count = block.count(b'"')
        is_in_quotes = count == 0 and self._quote_count % 2 == 1 and len(block) == _BLOCK
        self._has_block_in_quotes = self._has_block_in_quotes or is_in_quotes
        self._quote_count += count

    def _check(self, block: bytes, is_last: bool = False) -> None:
        is_pending = bool(self._checker.getstate()[0])
        if not self._is_utf8 or (block.isascii() and not is_pending):
            return
        try:
            self._checker.decode(block, is_last)
        except UnicodeDecodeError:
            self._is_utf8 = False

    @property
    def has_long_cell(self) -> bool:
        """Where the last quote is never closed, no cell is known to be long."""
        return self._has_block_in_quotes and self._quote_count % 2 == 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    @property
    def encoding(self) -> str:
        return self._utf16 or ("utf-8" if self._is_utf8 else "cp1252")

    @property
    def mixes_line_ends(self) -> bool:
        """Whether lines end in different ways, if only inside quotes: DuckDB may then find no record at all."""
        crlf, lf, cr = self._line_ends[b"\r\n"], self._line_ends[b"\n"], self._line_ends[b"\r"]
        return self._utf16 is not None or sum(count > 0 for count in (crlf, lf - crlf, cr - crlf)) > 1

    @property
    def is_readable(self) -> bool:
        return self.encoding == "utf-8" and not self._has_nul and not self.mixes_line_ends


def _utf16_of(block: bytes) -> str | None:
    """UTF-16 by its mark, or by the NUL bytes that ASCII text has in it."""
    if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first = block[:4]
    if len(first) == 4 and first[1] == first[3] == 0 and first[0] and first[2]:
        return "utf-16-le"
    if len(first) == 4 and first[0] == first[2] == 0 and first[1] and first[3]:
        return "utf-16-be"
    return None


def _utf8_blocks(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The blocks as UTF-8 without NUL bytes."""
    decoder = codecs.getincrementaldecoder(encoding if encoding.startswith("utf-16") else "utf-8")()
    for block in blocks:
        if encoding == "utf-8" or (encoding == "cp1252" and block.isascii()):
            yield block.replace(b"\0", b"")
        elif encoding == "cp1252":
            yield codecs.charmap_decode(block.replace(b"\0", b""), "strict", _CP1252)[0].encode()
        else:
            yield decoder.decode(block).replace("\0", "").encode()
    if encoding.startswith("utf-16"):
        yield decoder.decode(b"", True).encode()


def _one_line_end(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks with LF for every line end."""
    kept = b""
    for block in blocks:
        text = kept + block
        kept = b"\r" if text.endswith(b"\r") else b""
        yield text[: len(text) - len(kept)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    yield kept.replace(b"\r", b"\n")


def _blocks(path: Path, is_packed: bool) -> Iterator[bytes]:
    stream: IO[bytes]
    with gzip.open(path, "rb") if is_packed else path.open("rb") as stream:  # type: ignore[assignment]
        while block := stream.read(_BLOCK):
            yield block


def _write(copy: Path, blocks: Iterable[bytes]) -> int:
    with copy.open("wb") as stream:
        return sum(stream.write(block) for block in blocks)
