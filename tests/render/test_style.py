"""The style sheet: text can be read in light, dark and print, and nothing is fetched."""

from __future__ import annotations

import re

import pytest

from jobs import shipped
from jobs.render.templates import read_css

CSS = read_css(shipped.REPORTS / "assets")
_BLOCK = re.compile(r":root\{([^}]*)\}")


def _tokens(scheme: str) -> dict[str, str]:
    light, dark, printed = (dict(re.findall(r"--([\w-]+):(#[0-9a-f]+)", block)) for block in _BLOCK.findall(CSS))
    return {"light": light, "dark": light | dark, "print": light | printed}[scheme]


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
@pytest.mark.parametrize("ground", ["paper", "card"])
@pytest.mark.parametrize("ink", ["ink", "muted", "accent", "bad"])
def test_text_stands_out_from_its_ground(scheme: str, ground: str, ink: str) -> None:
    tokens = _tokens(scheme)
    lighter, darker = sorted((_luminance(tokens[ground]), _luminance(tokens[ink])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_the_style_sheet_fetches_nothing() -> None:
    assert not re.search(r"url\(|@import|@font-face|https?:", CSS)


def test_the_style_sheet_holds_nothing_that_ends_the_style_element() -> None:
    assert "<" not in CSS
    assert "/*" not in CSS


def test_every_colour_that_is_used_is_defined() -> None:
    used = set(re.findall(r"var\(--([\w-]+)\)", CSS))
    assert used <= _tokens("light").keys() | {"sans", "serif"}
