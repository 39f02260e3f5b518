"""`batna person export`: everything a workspace holds about one person, as files that a person can read."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from duckdb import DuckDBPyConnection

from jobs.deliver.record import deliveries_to
from jobs.errors import DataRefused, UsageError
from jobs.formulas import harmless
from jobs.ledger import Ledger
from jobs.load.profiles import all_profiles
from jobs.modes import for_owner_alone
from jobs.person.archive import kept_files
from jobs.person.columns import TextColumn, text_columns
from jobs.person.containers import hidden_copy
from jobs.person.identity import Identity
from jobs.person.pages import naming_pages, own_pages
from jobs.person.settings import known_addresses, lines_naming
from jobs.person.warehouse import identify
from jobs.query import opened
from jobs.settings import Settings
from jobs.workspace import Workspace

Row = Sequence[Any]


@dataclass(frozen=True)
class Part:
    """One file of the export: its name, what it is, its columns and rows."""

    name: str
    about: str
    header: Sequence[str]
    rows: Sequence[Row]


def export(workspace: Workspace, settings: Settings, person_id: str, folder: Path) -> tuple[Part, ...]:
    """Write everything about this person below `folder`, which must be new or empty, with an index.

    Raises UsageError where nobody has this id or the folder holds something, DataRefused without a warehouse.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(str(folder), "it is there already", "Name a new folder with --output")
    ledger = Ledger(workspace.ledger)
    with closing(opened(workspace)) as connection:
        identity = identify(connection, person_id, "", known_addresses(ledger, settings))
        parts = [*_tables(connection, identity), *_led(connection, identity), *_mentions(connection, identity)]
    parts += [*_mails(ledger, identity), _lines(workspace, settings, identity), _pages(workspace, identity)]
    with for_owner_alone():
        folder.mkdir(parents=True, exist_ok=True)
        for part in parts:
            _write(folder / part.name, part)
        copied = _copy_pages(workspace, identity, folder)
        (folder / "index.md").write_text(_index(identity, settings, parts, copied), encoding="utf-8")
    return tuple(parts)


def _tables(connection: DuckDBPyConnection, identity: Identity) -> Iterator[Part]:
    """The rows of every table that name the person in a column for people, other than as somebody's manager."""
    tables: dict[str, list[TextColumn]] = {}
    for column in text_columns(connection):
        if column.names_person != "false" and column.column != "manager_id":
            tables.setdefault(column.table, []).append(column)
    abouts = dict(
        connection.execute("select schema_name || '.' || table_name, comment from duckdb_tables()").fetchall()
    )
    for table, columns in tables.items():
        named = " or ".join(f"({c.quoted} in (select unnest($forms)) and {c.names_person})" for c in columns)
        result = connection.execute(f"select * from {table} where {named} order by all", {"forms": _forms(identity)})
        header = [column[0] for column in result.description or ()]
        rows = result.fetchall()
        if rows:
            yield Part(f"{table}.csv", abouts.get(table) or "", header, rows)


def _led(connection: DuckDBPyConnection, identity: Identity) -> Iterator[Part]:
    """Whom the person leads: their ids alone, for the rest of those rows is about others."""
    query = "select distinct rep_id from raw.reps where manager_id in (select unnest(?)) order by 1"
    rows = connection.execute(query, [_forms(identity)]).fetchall()
    if rows:
        yield Part("people_led.csv", "Ids of the people whom a rep list says you lead.", ("rep_id",), rows)


def _mentions(connection: DuckDBPyConnection, identity: Identity) -> Iterator[Part]:
    """Texts that name the person in the middle of them."""
    rows: list[Row] = []
    for column in text_columns(connection):
        found = " or ".join(f"contains(lower({column.quoted}), ?)" for _ in identity.words)
        query = f"select distinct {column.quoted} from {column.table} where {found} order by 1"
        words = [word.lower() for word in identity.words]
        texts = [text for (text,) in connection.execute(query, words).fetchall() if text not in identity.forms]
        rows += [(column.table, column.column, text) for text in texts if _is_mention(text, identity)]
    if rows:
        yield Part("mentions.csv", "Texts that name you.", ("table", "column", "text"), rows)


def _is_mention(text: str, identity: Identity) -> bool:
    return identity.text(text) != text


def _forms(identity: Identity) -> list[str]:
    return sorted(identity.forms)


def _mails(ledger: Ledger, identity: Identity) -> Iterator[Part]:
    """What went to the person's addresses by mail."""
    rows = deliveries_to(ledger, identity.addresses)
    if rows:
        about = "Reports that were sent to you, a row per week; docs/delivery.md says what each status means."
        yield Part("deliveries.csv", about, tuple(rows[0].keys()), [tuple(row) for row in rows])


def _lines(workspace: Workspace, settings: Settings, identity: Identity) -> Part:
    """Records of kept files that name the person."""
    profiles = all_profiles(settings.sources, str(workspace.settings_file))
    rows: list[Row] = []
    with TemporaryDirectory(prefix="batna-person-") as work:
        for path in kept_files(workspace):
            try:
                records = hidden_copy(path, Path(work) / "unused", identity, profiles)
            except DataRefused:
                continue
            rows += [(path.relative_to(workspace.root).as_posix(), number) for number in records]
    for path in (workspace.settings_file, *sorted(workspace.kept_settings.glob("*.toml"))):
        rows += [(path.relative_to(workspace.root).as_posix(), number) for number in lines_naming(path, identity)]
    about = "Kept files that name you, and the numbers of the records or lines that do (the first is 1)."
    return Part("files.csv", about, ("file", "record_number"), rows)


def _pages(workspace: Workspace, identity: Identity) -> Part:
    paths = [path.relative_to(workspace.root).as_posix() for path, _ in naming_pages(workspace.out, identity)]
    return Part("pages.csv", "Published pages that name you.", ("page",), [(path,) for path in paths])


def _copy_pages(workspace: Workspace, identity: Identity, folder: Path) -> tuple[str, ...]:
    """Copies of the pages about the person, by week."""
    copied = []
    for path in own_pages(workspace.out, identity):
        target = folder / "pages" / path.relative_to(workspace.out)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
        copied.append(target.relative_to(folder).as_posix())
    return tuple(copied)


def _write(path: Path, part: Part) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow(part.header)
        writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in part.rows)


def _index(identity: Identity, settings: Settings, parts: Iterable[Part], copied: Sequence[str]) -> str:
    """The index, in Markdown."""
    names = ", ".join(identity.names) or "no name"
    rows = [f"| {part.name} | {len(part.rows)} | {part.about} |" for part in parts]
    pages = [f"- [{name}]({name})" for name in copied]
    return "\n".join(
        [
            f"# What {settings.workspace.name} holds about you",
            "",
            f"You are known here by the id `{identity.person_id}` and by: {names}.",
            "",
            "Times are UTC. An empty cell means unknown. An apostrophe before a text that begins with = + - or @ keeps",
            "a spreadsheet from running it. Tables named raw hold what exports said of you, line by line;",
            "staging and scores hold what was made of it, each with its date (as_of_on). It describes deals and quota",
            "pressure, not ability, and may not alone decide pay, rating or dismissal. You may contest any row:",
            "corrections.csv is the form, and what you contest stands beside the number until it is settled.",
            "",
            "| file | rows | what it is |",
            "|---|---|---|",
            *rows,
            "",
            "## Pages about you",
            "",
            *(pages or ["None."]),
            "",
        ]
    )
