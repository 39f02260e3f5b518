"""Files broken on purpose: what transfers, editors, spreadsheets and chance do to the bytes of an export."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Sequence
from random import Random

MOST_BYTES = 1 << 20

_TOKENS = (
    b'"', b'""', b"'", b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff",
    b"\x80", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\\", b"sep=;\n", b"{", b"[{", b"PK\x03\x04", b"PAR1", b"\x1f\x8b", b"=1+1",
    b"#N/A", b"1e999", b"-", b"9" * 60, b"0000-00-00", b"31/31/9999", b"NaN", b"\xe2\x80\xae", b"1.234,56", b" " * 300,
)  # fmt: skip

Mutation = Callable[[bytes, Random, Sequence[bytes]], bytes]


def mutated(seed: int, files: Sequence[bytes]) -> bytes:
    """One of the files after one to six mutations; the same seed gives the same bytes."""
    random = Random(seed)
    content = random.choice(files)
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        content = random.choice(MUTATIONS)(content, random, files)[:MOST_BYTES]
    return content


def _place(content: bytes, random: Random) -> int:
    return random.randint(0, len(content))


def _span(content: bytes, random: Random) -> tuple[int, int]:
    start = _place(content, random)
    return start, min(len(content), start + random.choice((1, 2, 8, 64, 1024)))


def _flip(content: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    changed = bytearray(content)
    for _ in range(min(len(changed), random.choice((1, 4, 32)))):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _drop(content: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start, end = _span(content, random)
    return content[:start] + content[end:]


def _repeat(content: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    start, end = _span(content, random)
    return content[:end] + content[start:end] * random.choice((1, 2, 500)) + content[end:]


def _insert(content: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    at = _place(content, random)
    return content[:at] + random.choice(_TOKENS) * random.choice((1, 1, 3)) + content[at:]


def _noise(content: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    at = _place(content, random)
    return content[:at] + random.randbytes(random.choice((1, 16, 700))) + content[at:]


def _cut(content: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    return content[: _place(content, random)]


def _splice(content: bytes, random: Random, files: Sequence[bytes]) -> bytes:
    other = random.choice(files)
    return content[: _place(content, random)] + other[_place(other, random) :]


def _replace(content: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    """One sign for another, everywhere: another delimiter, other quotes, no line ends."""
    return content.replace(random.choice(_TOKENS[:10]), random.choice(_TOKENS))


def _shuffle(content: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    lines = content.splitlines(keepends=True)
    random.shuffle(lines)
    return b"".join(lines)


def _recode(content: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    """Read in one encoding, written in another."""
    text = content.decode(random.choice(("utf-8", "cp1252", "latin-1", "utf-16")), "replace")
    return text.encode(random.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")), "replace")


def _gzip(content: bytes, _: Random, __: Sequence[bytes]) -> bytes:
    return gzip.compress(content, mtime=0)


def _zip(content: bytes, random: Random, files: Sequence[bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name in random.sample(("Opportunity.csv", "../up.csv", "/root.csv", "a/b.csv", "c.zip", "d\\e.csv", ""), 3):
            archive.writestr(zipfile.ZipInfo(name or "x.csv"), random.choice((content, random.choice(files))))
    return packed.getvalue()


MUTATIONS: tuple[Mutation, ...] = (
    _flip, _drop, _repeat, _insert, _noise, _cut, _splice, _replace, _shuffle, _recode, _gzip, _zip,
)  # fmt: skip
