"""How the numbers of the week are made: the context of method.html."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from jobs.render.evidence import Reliability, reliabilities
from jobs.render.evidence_rows import Correlation, Learning
from jobs.render.frame import Frame, Page
from jobs.render.read import WeekRows
from jobs.render.reader import grouped
from jobs.render.rows import Check, Finding, Quality, Refusal

_MAX_IDS = 12


@dataclass(frozen=True)
class FindingGroup:
    """All findings of one code."""

    code: str
    severity: str
    count: int
    ids: tuple[str, ...]  # of deals or reps, or the details where neither is named; as many as are shown


@dataclass(frozen=True, kw_only=True)
class MethodPage(Page):
    """The context of method.html.j2."""

    template: ClassVar[str] = "method.html.j2"
    probability_source: str | None  # where most win probabilities come from
    reliabilities: tuple[Reliability, ...]  # predictions held against outcomes
    correlation: Correlation | None
    learning: Learning | None
    missing: tuple[Quality, ...]  # measures for which a column is missing
    partial: tuple[Quality, ...]  # measures that can be taken, of part of the rows
    findings: tuple[FindingGroup, ...]
    finding_count: int
    refusals: tuple[Refusal, ...]
    refused_count: int
    checks: tuple[Check, ...]
    is_rep_edition_withheld: bool  # asked for in the settings, and people are shown as teams


def method_page(frame: Frame, week: WeekRows) -> MethodPage:
    """The page on method as of the week."""
    return MethodPage(
        frame=frame,
        probability_source=week.company.probability_source,
        reliabilities=reliabilities(week.evidence.bins, week.evidence.skills),
        correlation=week.evidence.correlation,
        learning=week.evidence.learning,
        missing=tuple(row for row in week.quality if not row.is_measurable),
        partial=tuple(row for row in week.quality if row.is_measurable),
        findings=_finding_groups(week.findings),
        finding_count=len(week.findings),
        refusals=week.refusals,
        refused_count=sum(row.row_count for row in week.refusals),
        checks=week.checks,
        is_rep_edition_withheld="rep" in frame.settings.reporting.editions and not week.people.has_rep_pages,
    )


_SEVERITIES = ("error", "warning", "info")


def _finding_groups(findings: Iterable[Finding]) -> tuple[FindingGroup, ...]:
    groups = [_finding_group(code, rows) for code, rows in grouped(findings, lambda row: row.code).items()]
    return tuple(sorted(groups, key=_gravest_first))


def _gravest_first(group: FindingGroup) -> tuple[int, int, str]:
    return (_SEVERITIES.index(group.severity), -group.count, group.code)


def _finding_group(code: str, rows: tuple[Finding, ...]) -> FindingGroup:
    severities = {row.severity for row in rows}
    ids = sorted({row.opportunity_id or row.rep_id or row.detail or "" for row in rows} - {""})
    return FindingGroup(
        code=code,
        severity=next(name for name in _SEVERITIES if name in severities or name == "info"),
        count=len(rows),
        ids=tuple(ids[:_MAX_IDS]),
    )
