"""Text of the data that a spreadsheet would run, kept from it by an apostrophe, as OWASP advises (0077, 0106)."""

from __future__ import annotations

import re

_STARTS = "=+@\\-\t\r\n＝＋－＠"
_RUN = re.compile(f"'*[{_STARTS}]")
_NUMBER = re.compile(r"[+-]?[\d., ]*%?")
KEPT = f"^'('*[{_STARTS}])"  # what `harmless` has written; the first group is the text without its apostrophe


def harmless(text: str) -> str:
    """The text with an apostrophe before it, where a spreadsheet would run it.

    Numbers are not run, signed or not, nor is a sign alone: they stay what they are. What begins with an apostrophe
    itself gets another one, so that the first can always be taken off again.
    """
    return f"'{text}" if _RUN.match(text) and not _NUMBER.fullmatch(text) else text
