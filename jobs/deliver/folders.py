"""Copies of a published week in folders and on shares, each with the pages that its readers may see and no others."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jobs.deliver import record
from jobs.deliver.record import Key
from jobs.deliver.ways import Outcome, Parcel
from jobs.disk import copy_synced, folder_sha256, put_folder, sync_tree, write_synced
from jobs.ledger import Ledger
from jobs.modes import follow
from jobs.render.editions import edition_of
from jobs.render.names import short_hash, team_page
from jobs.settings.kinds import Edition
from jobs.settings.service_tables import Delivery, SharedFolder
from jobs.week_steps import list_of
from jobs.workspace import weeks_in


@dataclass(frozen=True, slots=True)
class Target:
    """A folder, and whose pages it gets. file_end: how the names of these files end; empty: all of the edition."""

    folder: Path
    edition: Edition
    file_end: str = ""


def targets(delivery: Delivery) -> tuple[Target, ...]:
    """Every folder that gets pages, that of leaders first."""
    leaders = [Target(Path(delivery.folder), "leader")] if delivery.folder else []
    return (*leaders, *map(_target, delivery.folders))


def _target(shared: SharedFolder) -> Target:
    if shared.rep is not None:
        return Target(Path(shared.path), shared.edition, f"{short_hash(shared.rep)}.html")
    return Target(Path(shared.path), shared.edition, Path(team_page(shared.team)).name if shared.team else "")


def folders(parcel: Parcel, ledger: Ledger, run_id: str) -> Iterator[Outcome]:
    """A copy of the pages elsewhere, with the list of weeks for leaders: the old ones or the new ones, never half.

    It may be done again: where the pages are there already, nothing changes.
    """
    for target in targets(parcel.settings.delivery):
        key, now = Key(parcel.week, "folder", str(target.folder)), parcel.edges.clock
        outcome = _put(parcel, target, key)
        if outcome.status == "sent" and record.claim(ledger, key, run_id, now()) is None:
            record.settle(ledger, key, "sent", None, now())
        yield outcome


def _put(parcel: Parcel, target: Target, key: Key) -> Outcome:
    place = target.folder.resolve()
    if place.is_relative_to(parcel.workspace.root.resolve()):
        return Outcome(key, "refused", fault="it lies in the workspace, which is no place for copies of it")
    others = (other.folder.resolve() for other in targets(parcel.settings.delivery) if other != target)
    if any(place.is_relative_to(other) or other.is_relative_to(place) for other in others):
        return Outcome(key, "refused", fault="by a link it is the folder of another edition, or one lies in the other")
    pages = wanted(parcel.pages, target)
    if not pages:
        return Outcome(key, "no page", fault="the week has no page for it")
    try:
        _copy(parcel, target, pages)
    except OSError as error:
        return Outcome(
            key, "temporary", fault=f"{error.filename2 or error.filename or target.folder}: {error.strerror}"
        )
    return Outcome(key, "sent")


def wanted(week: Path, target: Target) -> list[str]:
    """Paths, below the folder of the week, of the pages that go there."""
    found = sorted(path.relative_to(week).as_posix() for path in week.rglob("*") if path.is_file())
    return [page for page in found if edition_of(page) == target.edition and page.endswith(target.file_end)]


def _copy(parcel: Parcel, target: Target, pages: list[str]) -> None:
    folder, aside = target.folder, target.folder / f".{parcel.week}.new"
    if not folder.is_dir():
        raise FileNotFoundError(2, "No such folder", str(folder))
    shutil.rmtree(aside, ignore_errors=True)
    for page in pages:
        (aside / page).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(parcel.pages / page, aside / page)
    if folder_sha256(folder / parcel.week) != folder_sha256(aside):
        follow(aside, folder)
        sync_tree(aside)
        put_folder(aside, folder / parcel.week)
    shutil.rmtree(aside, ignore_errors=True)
    if target.edition == "leader":
        _copy_beside(parcel, folder)


def _copy_beside(parcel: Parcel, folder: Path) -> None:
    """A list of the weeks that this folder holds (a link to another would lead nowhere), and the data dictionary."""
    if (dictionary := parcel.workspace.out / "dictionary.html").is_file():
        copy_synced(dictionary, folder / dictionary.name)
        follow(folder / dictionary.name, folder)
    weeks = {name: folder / name for name in weeks_in(folder)}
    write_synced(folder / "index.html", list_of(parcel.workspace, parcel.settings, weeks, parcel.edges))
    follow(folder / "index.html", folder)
