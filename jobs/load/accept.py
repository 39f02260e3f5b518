"""One export becomes rows of raw.*, in one transaction, or leaves nothing. Called by entity_load."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import duckdb
from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused
from jobs.load.claims import Candidate, Run
from jobs.load.deleted import let_deleted_go
from jobs.load.exported import exported_at
from jobs.load.guards import lifted, older, shrunken, strangers
from jobs.load.ledger import Entry, Identity, accepted_files, next_file_number, of_source, rival, whole, write_entry
from jobs.load.refused import settle, write_refused
from jobs.load.results import FileResult
from jobs.load.versions import Incoming, add_versions, let_go


def accept_export(run: Run, parts: Sequence[Candidate], is_whole: bool) -> list[FileResult]:
    """Take the parts of one export in. `is_whole`: no part was refused, so what is missing may go."""
    fresh = [part for part in parts if not part.is_known and not _came_in_just_now(run, part)]
    known = [_unchanged(part) for part in parts if part not in fresh]
    if not fresh:
        return known
    connection = run.connection
    connection.begin()
    try:
        taken_in = _taken_in(run, parts, fresh, is_whole)
        connection.commit()
        return known + taken_in
    except DataRefused as error:
        connection.rollback()
        return known + [part.claim.refused(_at(error, part)) for part in fresh]
    except BaseException:
        with suppress(duckdb.TransactionException):  # a full disk ends the transaction by itself
            connection.rollback()
        raise


def _taken_in(run: Run, parts: Sequence[Candidate], fresh: Sequence[Candidate], is_whole: bool) -> list[FileResult]:
    connection, claim = run.connection, fresh[0].claim
    exported = _export_time(run, parts)
    _refuse_rival(connection, fresh[0])
    typed = [part.staged.typed for part in parts]
    may_go = _may_go(fresh, is_whole) and _is_full(parts)
    despite, missing = _past_guards(run, parts, fresh, may_go)
    numbers = _numbers(connection, fresh)
    files = [
        Incoming(number, part.staged.typed, part.claim.file.arrived_at)
        for number, part in zip(numbers, fresh, strict=True)
    ]
    loaded = add_versions(connection, claim.entity, files, exported, run.options.time_zone)
    last = numbers[-1]
    gone = {
        number: let_deleted_go(connection, part, number, exported) for number, part in zip(numbers, fresh, strict=True)
    }
    if missing:
        gone[last] += let_go(connection, claim.entity, claim.profile.source, typed, last, exported)
    entries = [
        _entry(part, despite, number, numbers[0], exported, loaded[number], gone[number])
        for number, part in zip(numbers, fresh, strict=True)
    ]
    for part, entry in zip(fresh, entries, strict=True):
        write_entry(connection, entry)
        if entry.rows_refused:
            tables = part.staged.typed, part.staged.faults
            write_refused(connection, claim.entity, entry.file_number, entry.file_name, *tables)
    settled = settle(connection, fresh, numbers, may_go)
    results = [_loaded(part, entry, may_go) for part, entry in zip(fresh, entries, strict=True)]
    return [*results[:-1], replace(results[-1], settled_count=settled)]


def _numbers(connection: DuckDBPyConnection, fresh: Sequence[Candidate]) -> Sequence[int]:
    """The numbers after the last one given; in a rebuild the ones that these files had."""
    told = [part.claim.told.file_number for part in fresh if part.claim.told and part.claim.told.file_number]
    first = next_file_number(connection)
    return told if len(told) == len(fresh) else range(first, first + len(fresh))


def _may_go(fresh: Sequence[Candidate], is_whole: bool) -> bool:
    """Whether records may go. In a rebuild they go where they went: a part that was refused then is not there."""
    told = [part.claim.told for part in fresh if part.claim.told]
    return any(each.may_go for each in told) if told else is_whole


def _came_in_just_now(run: Run, part: Candidate) -> bool:
    """Whether this file is a copy of the last one accepted, which may be of this very run."""
    claim = part.claim
    before = whole(of_source(accepted_files(run.connection, claim.entity.name), claim.profile.source))
    if claim.is_mended or not before:
        return False
    return claim.identity == Identity(before[-1].sha256, before[-1].profile_sha256)


def _export_time(run: Run, parts: Sequence[Candidate]) -> datetime:
    """The time that the parts tell together, or the arrival where that is not later than the export before."""
    known = next((p.claim.told.exported_at for p in parts if p.claim.told and p.claim.told.exported_at), None)
    if known:
        return known
    claim, day_zone = parts[0].claim, run.options.time_zone
    before = of_source(accepted_files(run.connection, claim.entity.name), claim.profile.source)
    arrived = max(part.claim.file.arrived_at for part in parts)
    newest = max((p.staged.newest_stamp_at for p in parts if p.staged.newest_stamp_at), default=None)
    told = max(exported_at(claim.profile, p.claim.file.file_name, newest, arrived, day_zone) for p in parts)
    return arrived if before and told <= before[-1].exported_at else told


def _is_full(parts: Sequence[Candidate]) -> bool:
    """A full export whose every record told its key."""
    return all(p.claim.coverage == "full" and not p.staged.has_unknown_keys for p in parts)


def _refuse_rival(connection: DuckDBPyConnection, part: Candidate) -> None:
    profile, entity = part.claim.profile, part.claim.entity.name
    other = rival(accepted_files(connection, entity), profile)
    if other:
        raise DataRefused(
            part.claim.file.file_name,
            f"{entity} already come from another profile ({other.profile}, file {other.file_name}); "
            f"this file fits profile {profile.name}, and their ids could be the same",
            "Keep one of the two files out, or give a profile of your own an id_prefix",
        )


def _past_guards(
    run: Run, parts: Sequence[Candidate], fresh: Sequence[Candidate], may_go: bool
) -> tuple[tuple[str, ...], int]:
    """Guards over the export as a whole that were let pass, and how many live records it lets go."""
    claims = [part.claim for part in fresh]
    before = of_source(accepted_files(run.connection, claims[0].entity.name), claims[0].profile.source)
    trips = [strangers(run, part) for part in fresh]
    missing = 0
    if may_go:
        trip, missing = shrunken(run, fresh[0], [part.staged.typed for part in parts])
        trips += [older(run, parts, before), trip]
    return lifted(run, claims, trips), missing


def _entry(
    part: Candidate,
    despite: Sequence[str],
    number: int,
    first: int,
    exported: datetime,
    loaded_count: int,
    gone_count: int,
) -> Entry:
    claim, staged = part.claim, part.staged
    return Entry(
        file_number=number,
        file_name=claim.file.file_name,
        sha256=claim.identity.sha256,
        entity=claim.entity.name,
        profile=claim.profile.name,
        source=claim.profile.source,
        id_prefix=claim.profile.id_prefix,
        profile_sha256=claim.identity.profile_sha256,
        export_number=first,
        coverage=claim.coverage,
        arrived_at=claim.file.arrived_at,
        exported_at=exported,
        newest_stamp_at=staged.newest_stamp_at,
        rows_in=staged.rows_in,
        rows_loaded=loaded_count,
        rows_unchanged=staged.rows_in - loaded_count - staged.refused_count,
        rows_refused=staged.refused_count,
        rows_gone=gone_count,
        is_mended=claim.is_mended,
        header=json.dumps(claim.file.source.header.names, ensure_ascii=False),
        despite=",".join(dict.fromkeys((*part.despite, *despite))),
    )


def _loaded(part: Candidate, entry: Entry, is_full: bool) -> FileResult:
    return part.claim.result(
        status="loaded",
        rows_in=entry.rows_in,
        rows_loaded=entry.rows_loaded,
        rows_unchanged=entry.rows_unchanged,
        rows_refused=entry.rows_refused,
        rows_gone=entry.rows_gone,
        file_number=entry.file_number,
        is_full=is_full,
        exported_at=entry.exported_at,
        despite=tuple(filter(None, entry.despite.split(","))),
    )


def _unchanged(part: Candidate) -> FileResult:
    count = part.staged.rows_in
    return part.claim.result(status="unchanged", rows_in=count, rows_unchanged=count)


def _at(error: DataRefused, part: Candidate) -> DataRefused:
    """The error at the place of this part."""
    return DataRefused(part.claim.file.file_name, error.fault, error.mend)
