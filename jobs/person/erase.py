"""`batna person erase`: a pseudonym in the place of one person, everywhere in the workspace, and for good.

    identify -> warehouse -> archive, rejects, review -> pages -> one journal -> renames

Everything is made in the folder of the run, and put in place by one journal (jobs/person/journal.py). Sums stay:
rows keep their amounts, dates and teams, and the pseudonym is the same in every place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from jobs.deliver.record import deliveries_to
from jobs.disk import file_sha256
from jobs.errors import DataRefused, UsageError
from jobs.load.erased import Erased, erased_text, read_erased
from jobs.load.profiles import all_profiles
from jobs.person.archive import hidden_line, kept_files
from jobs.person.containers import hidden_copy, unread_members
from jobs.person.identity import Identity
from jobs.person.journal import Erasure, carry_out
from jobs.person.pages import is_under_bare_id, naming_pages, own_pages, page_name
from jobs.person.settings import known_addresses, lines_naming, without_person
from jobs.person.warehouse import compact, hide, identify, shared_names
from jobs.publish import copy_aside
from jobs.publish.archive import ManifestLine, manifest_text, read_manifest
from jobs.run import Run, running
from jobs.settings import Settings
from jobs.stages import Edges
from jobs.workspace import Workspace, in_inbox


@dataclass(frozen=True)
class Report:
    """What an erasure changes, or has changed.

    rows: changed rows, by table. files: changed records, by file. pages, snapshots: how many. left: what could
    not be erased, in sentences.
    """

    pseudonym: str
    rows: Mapping[str, int]
    files: Mapping[str, int]
    page_count: int
    snapshot_count: int
    left: tuple[str, ...]
    is_done: bool
    notes: tuple[str, ...] = ()


@dataclass
class _Work:
    """What is being made: finished files on their way, and what goes."""

    run: Run
    identity: Identity
    erased: Erased  # with this person
    settings: Settings
    moves: list[tuple[Path, Path]] = field(default_factory=list)
    removals: list[Path] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def workspace(self) -> Workspace:
        return self.run.workspace

    def aside(self, place: Path) -> Path:
        """Where the finished file is made that is to stand at `place`."""
        path = self.run.folder / "made" / place.relative_to(self.workspace.root)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.moves.append((path, place))
        return path


def erase(workspace: Workspace, settings: Settings, person_id: str, edges: Edges, *, dry_run: bool) -> Report:
    """Put a pseudonym in the place of this person. With `dry_run` only say what that would change.

    Raises UsageError where nobody has this id or address or it is a pseudonym already, DataRefused without a
    warehouse, Locked, and BatnaError where the disk has no room.
    """
    require_warehouse(workspace)
    overrides = ("--dry-run",) if dry_run else ()
    with running(workspace, "person erase", edges.clock, overrides=overrides) as run:
        erased = read_erased(workspace)
        _require_not_erased(erased, person_id)
        copy = copy_aside(workspace, run.folder, 0)
        with closing(edges.stages.connect(copy)) as connection:
            known = known_addresses(run.ledger, settings)
            identity = identify(connection, person_id, erased.next_pseudonym, known)
            erased = erased.with_person(identity.pseudonym, identity.recognised)
            work = _Work(run, identity, erased, settings)
            work.aside(workspace.erased).write_text(erased_text(erased), encoding="utf-8")
            work.left += _shared(shared_names(connection, identity))
            rows = hide(connection, identity)
            compact(connection, work.aside(workspace.warehouse))
        rows |= _deliveries(work)
        files = dict(_files(work)) | dict(_settings(work))
        page_count = _pages(work)
        snapshots = _snapshots(work)
        work.left += _beyond(workspace)
        counts = {"rows": sum(rows.values()), "files": len(files), "pages": page_count}
        run.ledger.note_counts(run.run_id, counts)
        if not dry_run:
            run.ledger.hide(identity.text)
            carry_out(workspace, _journal(work), edges.checkpoint)
        left = tuple(work.left)
        return Report(identity.pseudonym, rows, files, page_count, snapshots, left, not dry_run, run.notes)


def require_warehouse(workspace: Workspace) -> None:
    """Raises DataRefused where nothing has been published."""
    if not workspace.warehouse.exists():
        fault = "nothing has been published here yet"
        raise DataRefused(str(workspace.warehouse), fault, "There is nothing about anybody yet")


def _require_not_erased(erased: Erased, person_id: str) -> None:
    """A second pseudonym for the first would make two people of one: later files still bring the first."""
    if erased.address(person_id) != person_id:
        mend = "Where batna.toml still has the address, take it out"
        raise UsageError("ID", f'"{person_id}" was erased before', mend)
    if person_id in {each.pseudonym for each in erased.people}:
        raise UsageError("ID", f'"{person_id}" stands for somebody who was erased', "Nothing is left to erase")


def _journal(work: _Work) -> Erasure:
    root = work.workspace.root
    moves = tuple((made.relative_to(root).as_posix(), place.relative_to(root).as_posix()) for made, place in work.moves)
    removals = tuple(path.relative_to(root).as_posix() for path in work.removals)
    return Erasure(work.run.run_id, moves, removals)


def _files(work: _Work) -> Iterator[tuple[str, int]]:
    """Rewrite the files that name the person; the archive's manifest gets their new hashes."""
    workspace, lines = work.workspace, read_manifest(work.workspace)
    profiles = all_profiles(work.settings.sources, str(workspace.settings_file))
    new_hashes: dict[str, str] = {}
    for place in kept_files(workspace):
        made = work.run.folder / "made" / place.relative_to(workspace.root)
        name = place.relative_to(workspace.root).as_posix()
        try:
            changed = hidden_copy(place, made, work.identity, profiles)
        except DataRefused as error:
            work.left.append(f"{name} cannot be read ({error.fault}): look into it yourself")
            continue
        work.left += [f"{name} holds {member}, which cannot be searched" for member in unread_members(place)]
        if work.identity.text(place.name) != place.name:
            work.left.append(f"{name} has the person in its name: rename it yourself")
        if changed:
            work.moves.append((made, place))
            new_hashes[place.name] = file_sha256(made) if place.parent == workspace.archive else ""
            yield name, len(changed)
    _manifest(work, lines, new_hashes)


def _manifest(work: _Work, lines: list[ManifestLine], new_hashes: Mapping[str, str]) -> None:
    """The lines of rewritten files have the new hash, and keep the old one to tell where they came from."""
    if lines:
        changed = [hidden_line(line, new_hashes.get(str(line["archive"])), len(work.erased.people)) for line in lines]
        work.aside(work.workspace.manifest).write_text(manifest_text(changed), encoding="utf-8", newline="\n")


def _deliveries(work: _Work) -> dict[str, int]:
    """How many records of mail lose the person's address, once the new list of erased people is in its place."""
    count = len(deliveries_to(work.run.ledger, work.identity.addresses))
    return {"deliveries in runs.sqlite": count} if count else {}


def _settings(work: _Work) -> Iterator[tuple[str, int]]:
    """Rewrite earlier forms of batna.toml that name the person; batna.toml itself is not ours to change."""
    workspace = work.workspace
    for place in sorted(workspace.kept_settings.glob("*.toml")):
        name, numbers = place.relative_to(workspace.root).as_posix(), lines_naming(place, work.identity)
        text = without_person(place, work.identity, work.erased) if numbers else ""
        if text is None:
            work.left.append(f"{name} names the person in a way that cannot be taken out: look into it yourself")
        elif text:
            work.aside(place).write_text(text, encoding="utf-8", newline="")
            yield name, len(numbers)
    named = lines_naming(workspace.settings_file, work.identity)
    if named:
        where = f"line{'s' if len(named) > 1 else ''} {', '.join(map(str, named))}"
        work.left.append(f"batna.toml names the person ({where}): while an address stands there, mail goes to it")


def _pages(work: _Work) -> int:
    """Rewrite the pages that name the person; how many there are."""
    count, out = 0, work.workspace.out
    for path, text in naming_pages(out, work.identity):
        own = own_pages(path.parent, work.identity)
        place = path.with_name(page_name(work.identity)) if path in own else path
        work.aside(place).write_text(text, encoding="utf-8", newline="\n")
        work.removals += [path] if place != path else []
        count += 1
    for week in work.workspace.weeks():
        if is_under_bare_id(own_pages(out / week, work.identity), work.identity):
            work.left.append(
                f"out/{week} calls the person {work.identity.person_id}, which cannot be told from a number: "
                "remove the folder, or score the week again"
            )
    return count


def _snapshots(work: _Work) -> int:
    """Earlier warehouses name the person too: all go, as do tracebacks. Returns how many snapshots there are."""
    snapshots = sorted(work.workspace.snapshots.iterdir())
    work.removals += [*snapshots, *sorted(work.workspace.work.glob("traceback-*.txt"))]
    return len(snapshots)


def _shared(names: tuple[str, ...]) -> list[str]:
    if not names:
        return []
    return [
        "somebody else has the same name or address: where it stands in a text or on a page without the id, it was "
        "left, since it does not tell which of the two is meant"
    ]


def _beyond(workspace: Workspace) -> list[str]:
    """What no command in this folder can reach."""
    waiting = len(in_inbox(workspace))
    inbox = [f"{waiting} files wait in inbox/: what they say of the person is hidden when they are loaded"]
    return [
        *(inbox if waiting else []),
        "your own backups of this workspace, what batna export wrote, and what was sent or copied elsewhere",
        "the CRM: it still knows the person; here its exports are hidden as they come in",
        "nicknames, initials and misspelt names in texts",
    ]


def report_text(report: Report) -> str:
    """The report for whoever gave the command."""
    rows = [f"  {table}: {count:,} rows" for table, count in sorted(report.rows.items())]
    files = [f"  {name}: {count:,} records" for name, count in sorted(report.files.items())]
    verb = "is in their place now" if report.is_done else "would take their place; nothing was changed"
    lines = [
        *report.notes,
        f"{report.pseudonym} {verb}:",
        *rows,
        *files,
        f"  {report.page_count:,} pages, {report.snapshot_count:,} earlier warehouses (removed)",
        "Not in reach of this command:",
        *(f"  {sentence}" for sentence in report.left),
    ]
    return "\n".join(lines)
