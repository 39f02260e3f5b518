"""Exports into raw.*: the whole story. Called by jobs/weekly.py and the command `batna load`.

    open -> recognise -> (per entity) stage -> accept -> write rejects

Files are opened in order of their names and loaded by entity, export time and name, so that the same files
with the same arrivals give the same rows and numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from duckdb import DuckDBPyConnection

from jobs.errors import DataRefused
from jobs.load.claims import Claim, Opened, Run
from jobs.load.decode import hash_of
from jobs.load.entities import create_raw_tables, entities
from jobs.load.entity_load import load_entity
from jobs.load.header import REASON, Header
from jobs.load.ledger import Identity, next_file_number
from jobs.load.opening import Opener, Part
from jobs.load.profile import Profile
from jobs.load.profiles import GENERIC, all_profiles
from jobs.load.recognise import LeftOut, NoProfile, absent_headers, is_recognised, recognise, unread
from jobs.load.references import find_references, hashes_of
from jobs.load.refused import note_file, open_files, settled_files
from jobs.load.rejects import Fault, Faults, free_path, write_rejects
from jobs.load.results import FileResult, IncomingFile, LoadOptions, LoadResult, Status, Told
from jobs.nearest import nearest


def _silent(_: str) -> None:
    """No progress."""


def load_files(
    connection: DuckDBPyConnection,
    files: Sequence[IncomingFile],
    options: LoadOptions,
    *,
    rejects_dir: Path,
    progress: Callable[[str], None] = _silent,
) -> LoadResult:
    """Load files into raw.*, ops.files and ops.rejects; refused records go to files below `rejects_dir`.

    Every accepted export is committed by itself; of a refused one nothing is kept, and its result says why.
    The files themselves are only read. SettingsError where a profile of options.sources cannot be used.
    """
    create_raw_tables(connection)
    profiles = all_profiles(options.sources, options.settings_place)
    # Beside the run's other files: a run that is killed there leaves nothing of an export behind.
    with TemporaryDirectory(prefix="load-", dir=rejects_dir.parent) as work, _own_tables(connection):
        run = Run(connection, options, Path(work), progress)
        results, claims = _claims(run, files, profiles)
        first = next_file_number(connection)
        refused: dict[int, dict[int, Sequence[Fault]]] = {}
        for entity in entities():
            of_entity = [claim for claim in claims if claim.entity.name == entity]
            if of_entity:
                loaded, faults = load_entity(run, of_entity)
                results += loaded
                _collect(refused, faults)
        opened = {claim.file.number: claim.file for claim in claims}
        written = _write_rejects(run, [(opened[n], refused[n]) for n in sorted(refused)], results, rejects_dir)
        settled = settled_files(connection, first)
    return LoadResult(tuple(_with_rejects(result, written) for result in results), settled)


@contextmanager
def _own_tables(connection: DuckDBPyConnection) -> Iterator[None]:
    """Temporary tables of the loader go when it ends, whatever happens; rows keep the order of their file.

    Record numbers are row numbers of a staged file, so its order must be kept.
    """
    row = connection.execute("select current_setting('preserve_insertion_order')").fetchone()
    connection.execute("set preserve_insertion_order = true")
    try:
        yield
    finally:
        connection.execute(f"set preserve_insertion_order = {bool(row and row[0])}")
        left = connection.execute(
            "select table_name from duckdb_tables() where temporary and starts_with(table_name, 'load_')"
        ).fetchall()
        for (table,) in left:
            connection.execute(f"drop table {table}")


def _claims(
    run: Run, files: Sequence[IncomingFile], profiles: Sequence[Profile]
) -> tuple[list[FileResult], list[Claim]]:
    """Results of the files that cannot be read or recognised, and the claims of the others."""
    results: list[FileResult] = []
    claims: list[Claim] = []
    numbers = count()
    ordered = sorted(files, key=lambda file: (file.path.name, str(file.path)))
    for file in ordered:
        if file.path.name.startswith("."):
            results.append(_without_entity(file.path, file.path.name, "ignored", None))
            continue
        try:
            refused, claimed = _parts(run, numbers, file, profiles)
            results += refused
            claims += claimed
        except DataRefused as error:
            results.append(_without_entity(file.path, file.path.name, "refused", str(error)))
    return results, claims


def _parts(
    run: Run, numbers: Iterator[int], file: IncomingFile, profiles: Sequence[Profile]
) -> tuple[list[FileResult], list[Claim]]:
    """What is refused in a file, and the claims on it. In an archive or workbook what no profile reads is left."""
    work = run.work / str(next(numbers))
    work.mkdir()
    opening = Opener(work, partial(is_recognised, profiles=profiles), run.options.limits).open(
        file.path, file.path.name
    )
    refused: list[FileResult] = []
    claims: list[Claim] = []
    strangers: list[NoProfile] = []
    for part in opening.parts:
        try:
            claims += _claims_of(run, next(numbers), file, part, profiles)
        except NoProfile as error:
            strangers.append(error)
        except DataRefused as error:
            refused.append(_without_entity(file.path, part.name, "refused", str(error)))
    if strangers and not claims and not refused:
        raise _all_strangers(file.path.name, strangers)
    told = [error.note for error in strangers if isinstance(error, LeftOut)]
    unknown = [error.place for error in strangers if not isinstance(error, LeftOut)]
    names = [name.removeprefix(f"{file.path.name}/") for name in unknown]
    return refused, _with_left(claims, [*names, *opening.left], told)


def _all_strangers(file_name: str, strangers: Sequence[NoProfile]) -> DataRefused:
    if len(strangers) == 1:
        return strangers[0]
    listed = "; ".join(f"{error.place.removeprefix(f'{file_name}/')}: {error.fault}" for error in strangers[:3])
    return DataRefused(
        file_name, f"no profile fits any of the {len(strangers)} tables in it ({listed})", strangers[0].mend
    )


def _with_left(claims: list[Claim], left: Sequence[str], told: Sequence[str]) -> list[Claim]:
    """The claims, the first with notes on what in the same file nobody reads."""
    notes = [f"left as they are, since no profile reads them: {', '.join(left)}"] if left else []
    return [replace(claim, notes=(*claim.notes, *notes, *told)) for claim in claims[:1]] + claims[1:]


def _claims_of(run: Run, number: int, file: IncomingFile, part: Part, profiles: Sequence[Profile]) -> list[Claim]:
    if part.source is None:
        raise part.fault or DataRefused(part.name, "it cannot be read")
    opened = Opened(number, file.path, part.name, file.arrived_at or run.options.arrived_at, part.source)
    matches = recognise(part.source.header, profiles, part.name, run.options.settings_place)
    footer = [pattern for match in matches for pattern in match.profile.footer]
    has_footer = bool(footer) and part.source.end_at_footer(footer)
    notes = ("the lines below its records were passed over",) if has_footer else ()
    claims = [_claim(run, opened, match.profile, (*part.source.notes, *notes)) for match in matches]
    return claims if file.told is None else list(_told(claims, file.told))


def _told(claims: Sequence[Claim], told: Mapping[tuple[str, str], Told]) -> Iterator[Claim]:
    """In a rebuild: what was accepted before, by the hash that it came with."""
    for claim in claims:
        found = told.get((claim.file.file_name, claim.entity.name))
        if found:
            identity = replace(claim.identity, sha256=found.sha256)
            yield replace(claim, identity=identity, told=found)


def _claim(run: Run, opened: Opened, profile: Profile, notes: tuple[str, ...]) -> Claim:
    folders = [opened.path.parent, opened.path.parent.parent]
    references = find_references(profile, [run.options.folder, *folders] if run.options.folder else folders)
    fingerprint = profile.fingerprint(run.options.time_zone, *hashes_of(references))
    is_mended = bool(opened.source.header.find(REASON))
    return Claim(
        file=opened,
        entity=entities()[profile.entity],
        profile=profile,
        identity=Identity(opened.source.sha256, fingerprint),
        references=references,
        coverage="increment" if is_mended else profile.coverage,
        notes=(*notes, *_notes(profile, opened.source.header)),
        is_mended=is_mended,
    )


def _notes(profile: Profile, header: Header) -> tuple[str, ...]:
    """Likely slips: headers that a workspace's own profile maps in vain, near misses of canonical names."""
    if profile.name == GENERIC:
        absent = [name for name in profile.columns if not header.find(name)]
        looked_over = [name for name in unread(profile, header) if not name.startswith("_")]
        pairs = [(name, nearest(name, absent, cutoff=0.8)) for name in looked_over]
        return tuple(f"the column '{name}' is not read; is it {near}?" for name, near in pairs if near)
    return tuple(
        f"profile {profile.name} reads {column} from '{wanted}', which is not in the header "
        f"(nearest: '{nearest(wanted, header.names)}')"
        for column, wanted in absent_headers(profile, header)
    )


def _without_entity(path: Path, file_name: str, status: Status, problem: str | None) -> FileResult:
    try:
        sha256 = hash_of(path)
    except OSError:
        sha256 = ""
    return FileResult(path, file_name, sha256, None, None, status, problem=problem)


def _collect(refused: dict[int, dict[int, Sequence[Fault]]], more: Mapping[int, Faults]) -> None:
    """Add the faults of one entity to those that other entities of the same file found."""
    for file_number, by_record in more.items():
        known = refused.setdefault(file_number, {})
        for record_number, faults in by_record.items():
            known[record_number] = (*known.get(record_number, ()), *faults)


def _write_rejects(
    run: Run, refused: Sequence[tuple[Opened, Faults]], results: Sequence[FileResult], folder: Path
) -> Mapping[tuple[Path, str], Path]:
    """Files of refused records, by the file they are from and its name; under a name that holds nothing open."""
    written: dict[tuple[Path, str], Path] = {}
    taken = open_files(run.connection)
    for file, faults in refused:
        path = free_path(folder, file.file_name, taken)
        write_rejects(run.connection, file.source, file.file_name, faults, path)
        own = [r.file_number for r in results if (r.path, r.file_name) == (file.path, file.file_name) and r.file_number]
        note_file(run.connection, own, path.name)
        written[file.path, file.file_name] = path
    return written


def _with_rejects(result: FileResult, written: Mapping[tuple[Path, str], Path]) -> FileResult:
    found = written.get((result.path, result.file_name))
    return replace(result, rejects_path=found) if result.rows_refused else result
