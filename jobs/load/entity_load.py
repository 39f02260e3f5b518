"""All files of one run that feed one entity: told apart, staged, put in order, accepted. Called by load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from jobs.errors import DataRefused
from jobs.load.accept import accept_export
from jobs.load.claims import Candidate, Claim, Run
from jobs.load.drift import drift, lost_columns
from jobs.load.erased import hide_erased
from jobs.load.exported import exported_at
from jobs.load.guards import lifted, repeated, too_many_bad
from jobs.load.ledger import Accepted, accepted_files, known_again, of_source, whole
from jobs.load.recognise import position_of
from jobs.load.references import stage_references
from jobs.load.rejects import Faults, faults_of
from jobs.load.results import FileResult
from jobs.load.stage import Staged, Staging, stage
from jobs.load.versions import share_keys
from jobs.load.written import Zones


def load_entity(run: Run, claims: Sequence[Claim]) -> tuple[list[FileResult], Mapping[int, Faults]]:
    """Load the claims of one entity. Also gives the faults of refused records, by number of the file."""
    sources = {claim.profile.source: None for claim in claims}
    before = accepted_files(run.connection, claims[0].entity.name) if claims else ()
    results: list[FileResult] = []
    candidates: list[Candidate] = []
    incomplete: set[str] = set()
    for source in sources:
        own = [claim for claim in claims if claim.profile.source == source]
        done, staged = _staged(run, own, of_source(before, source))
        results += done
        candidates += staged
        incomplete |= {source} if any(result.status == "refused" for result in done) else set()
    for export in _exports(run, candidates):
        is_whole = export[0].claim.profile.source not in incomplete
        results += accept_export(run, export, is_whole)
    refused = _refused(run, candidates, results)
    _drop(run, candidates)
    return results, refused


def _staged(run: Run, claims: Sequence[Claim], before: Sequence[Accepted]) -> tuple[list[FileResult], list[Candidate]]:
    """Results of what needs no reading or cannot be read, and everything else staged."""
    known = known_again(whole(before), {claim.identity for claim in claims if not claim.is_mended})
    if all(claim.identity in known for claim in claims):
        return [_known(claim, before) for claim in claims], []
    results: list[FileResult] = []
    candidates: list[Candidate] = []
    for claim in claims:
        is_known = claim.identity in known or (claim.told is not None and claim.told.file_number is None)
        try:
            candidates.append(_candidate(run, claim, is_known, before))
        except DataRefused as error:
            results.append(claim.refused(error))
    return results, candidates


def _known(claim: Claim, before: Sequence[Accepted]) -> FileResult:
    count = next(f.rows_in for f in reversed(before) if f.sha256 == claim.identity.sha256)
    return claim.result(status="unchanged", rows_in=count, rows_unchanged=count)


def _candidate(run: Run, claim: Claim, is_known: bool, before: Sequence[Accepted]) -> Candidate:
    run.progress(f"{claim.file.file_name}: {claim.entity.name}")
    drifted = None if is_known else drift(claim, before)
    claim = replace(claim, notes=(*claim.notes, *(drifted.note() if drifted else ())))
    early = () if is_known else lifted(run, [claim], [repeated(claim, before), lost_columns(run, drifted)])
    options, profile = run.options, claim.profile
    table = f"load_{claim.entity.name}_{claim.file.number}"
    staging = Staging(
        source=claim.file.source,
        entity=claim.entity,
        profile=profile,
        table=table,
        zones=Zones(profile.time_zone or options.time_zone, options.time_zone),
        arrived_at=claim.file.arrived_at,
        place=claim.file.file_name,
        references=stage_references(run.connection, profile, claim.references, table, run.work),
        closed_stages=options.closed_stages,
    )
    staged = stage(run.connection, staging)
    claim = replace(claim, notes=(*claim.notes, *staged.notes))
    hide_erased(run.connection, claim.entity, staged.rows, staged.faults, options.erased)
    late = _past_bad_rows(run, claim, staged)
    exported = exported_at(
        profile, claim.file.file_name, staged.newest_stamp_at, claim.file.arrived_at, options.time_zone
    )
    despite = claim.told.despite if claim.told else (*early, *late)
    return Candidate(claim, staged, exported, is_known, despite)


def _past_bad_rows(run: Run, claim: Claim, staged: Staged) -> tuple[str, ...]:
    if not staged.refused_count:
        return ()
    number, faults = next(iter(_faults(run, claim, staged).items()))
    example = f"record {number}: {'; '.join(fault.told for fault in faults)}"
    try:
        return lifted(run, [claim], [too_many_bad(run, claim, staged, example)])
    except DataRefused:
        _drop_tables(run, staged)
        raise


def _exports(run: Run, candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """The candidates in order of their export times and names, parts of one export together."""
    exports: list[list[Candidate]] = []
    ordered = sorted(candidates, key=lambda c: (c.exported_at, c.claim.file.file_name, c.claim.file.number))
    for candidate in ordered:
        open_export = next((e for e in reversed(exports) if _is_same_kind(e[0], candidate)), None)
        if open_export is not None and not _shares_keys(run, open_export, candidate):
            open_export.append(candidate)
        else:
            exports.append([candidate])
    return exports


def _is_same_kind(left: Candidate, right: Candidate) -> bool:
    return (left.claim.profile.source, left.claim.coverage) == (
        right.claim.profile.source,
        right.claim.coverage,
    )


def _shares_keys(run: Run, export: Sequence[Candidate], candidate: Candidate) -> bool:
    entity = candidate.claim.entity
    return any(share_keys(run.connection, entity, p.staged.typed, candidate.staged.typed) for p in export)


def _faults(run: Run, claim: Claim, staged: Staged) -> Faults:
    """The faults of a file's records, its columns by their headers."""
    profile, header = claim.profile, claim.file.source.header
    found = {column: position_of(profile, column, header) for column in claim.entity.names}
    headers = {column: header.names[at] for column, at in found.items() if at is not None}
    return faults_of(run.connection, staged.faults, headers)


def _refused(run: Run, candidates: Sequence[Candidate], results: Sequence[FileResult]) -> Mapping[int, Faults]:
    """Faults of the refused records of the files that were accepted, by number of the file."""
    accepted = {(result.path, result.file_name) for result in results if result.status == "loaded"}
    return {
        c.claim.file.number: _faults(run, c.claim, c.staged)
        for c in candidates
        if c.staged.refused_count and (c.claim.file.path, c.claim.file.file_name) in accepted
    }


def _drop(run: Run, candidates: Sequence[Candidate]) -> None:
    for candidate in candidates:
        _drop_tables(run, candidate.staged)


def _drop_tables(run: Run, staged: Staged) -> None:
    for table in _tables(staged):
        run.connection.execute(f"drop table if exists {table}")


def _tables(staged: Staged) -> Iterator[str]:
    yield staged.rows
    yield staged.faults
