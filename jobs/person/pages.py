"""A person on pages that were published: the pseudonym stands where they were named; sums and links stay."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from jobs.person.identity import Identity, whole_words

_CODE = re.compile(r"(<code[^>]*>)([^<]*)(</code>)")


def own_pages(folder: Path, identity: Identity) -> tuple[Path, ...]:
    """The pages about the person below a folder."""
    found = sorted(folder.rglob(f"*{identity.page_mark}.html")) if folder.is_dir() else []
    return tuple(path for path in found if path.parent.name == "reps")


def naming_pages(folder: Path, identity: Identity) -> Iterator[tuple[Path, str]]:
    """Every page below a folder that names the person, with its text as it reads without them."""
    for path in sorted(folder.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        hidden = hidden_page(text, identity)
        if hidden != text or path in own_pages(path.parent, identity):
            yield path, hidden


def hidden_page(text: str, identity: Identity) -> str:
    """The source of a page without the person: links, names, and the id in a list of ids."""
    text = re.sub(rf"(?:[\w-]+-)?{identity.page_mark}\.html", page_name(identity), text)
    text = whole_words(map(html.escape, identity.words)).sub(identity.pseudonym, text)
    return _CODE.sub(lambda found: found[1] + _listed(found[2], identity) + found[3], text)


def page_name(identity: Identity) -> str:
    """What the file of a page about the person is called from now on."""
    return f"{identity.pseudonym}.html"


def is_under_bare_id(pages: tuple[Path, ...], identity: Identity) -> bool:
    """Whether a page calls the person by an id that cannot be told from a number in a text."""
    return not identity.is_telling and any(path.name.startswith(f"{identity.person_id}-") for path in pages)


def _listed(codes: str, identity: Identity) -> str:
    return ", ".join(identity.pseudonym if each == identity.person_id else each for each in codes.split(", "))
