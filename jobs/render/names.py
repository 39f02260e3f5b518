"""File names and anchors: readable where the name allows it, and unique by a hash of the id."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_MAX_SLUG = 40


def short_hash(key: str) -> str:
    """The first 8 hex digits of the SHA-256 of an id."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def slug(text: str) -> str:
    """Lower-case ASCII letters and digits joined by hyphens; empty for a name without any."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_MAX_SLUG].strip("-")


def page_name(label: str, key: str) -> str:
    """File name of the page about a rep or a team."""
    return "-".join(part for part in (slug(label), short_hash(key)) if part) + ".html"


def rep_page(rep_name: str, rep_id: str) -> str:
    """Path of a rep's page below the week's folder."""
    return "reps/" + page_name(rep_name, rep_id)


def team_page(team: str) -> str:
    """Path of a team's page below the week's folder."""
    return "teams/" + page_name(team, team)


def anchor(opportunity_id: str) -> str:
    """Anchor of a deal's card on its owner's page."""
    return "deal-" + short_hash(opportunity_id)
