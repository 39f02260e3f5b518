"""The files of a sample: which there are, what each is made of, and how they are written."""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from jobs.sample import approvals, declines, evidence, offers, reference, salesforce, trail
from jobs.sample.world import World

Maker = Callable[[World], pl.DataFrame]

SALESFORCE_FILES: Mapping[str, Maker] = {
    "Opportunity.csv": salesforce.opportunity,
    "OpportunityHistory.csv": trail.opportunity_history,
    "OpportunityFieldHistory.csv": trail.field_history,
    "OpportunityContactRole.csv": evidence.contact_roles,
    "Account.csv": salesforce.account,
    "User.csv": salesforce.user,
}
GENERIC_FILES: Mapping[str, Maker] = {
    "quotas.csv": reference.quotas,
    "products.csv": reference.products,
    "walk_away_points.csv": offers.walk_away_points,
    "offers.csv": offers.offers,
    "change_requests.csv": evidence.change_requests,
    "term_requests.csv": evidence.term_requests,
    "approvals.csv": approvals.approvals,
    "red_flags.csv": evidence.red_flags,
    "readiness.csv": evidence.readiness,
    "declines.csv": declines.declines,
    "returns.csv": declines.returns,
    "fx_rates.csv": reference.fx_rates,
    "credits.csv": reference.credits,
    "activities.csv": evidence.activities,
    "outcomes.csv": evidence.outcomes,
}
_SALESFORCE_TIME = "%Y-%m-%dT%H:%M:%S.000+0000"
_GENERIC_TIME = "%Y-%m-%dT%H:%M:%SZ"


def write_files(folder: Path, world: World) -> dict[str, int]:
    """Writes every file into `folder`, made if missing; the number of rows by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = {name: _write(folder / name, make(world), _SALESFORCE_TIME) for name, make in SALESFORCE_FILES.items()}
    return rows | {name: _write(folder / name, make(world), _GENERIC_TIME) for name, make in GENERIC_FILES.items()}


def _write(path: Path, frame: pl.DataFrame, time_format: str) -> int:
    """Money with two decimals, dates as in ISO 8601, lines that end in LF on every machine."""
    frame.write_csv(path, datetime_format=time_format, date_format="%Y-%m-%d", float_precision=2, line_terminator="\n")
    return len(frame)
