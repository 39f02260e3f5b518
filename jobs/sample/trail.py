"""OpportunityHistory and OpportunityFieldHistory in Salesforce's API form."""

import numpy as np
import polars as pl

from jobs.sample.columns import dates, labels, moments, money, only
from jobs.sample.draws import Ints, between, chance, stream
from jobs.sample.fiscal import day_number, working_time
from jobs.sample.history import UNKNOWN_AMOUNT
from jobs.sample.ids import FIELD_HISTORY, HISTORY, record_ids
from jobs.sample.names import person
from jobs.sample.policy import CATEGORIES, CATEGORY_LABELS, STAGE_PROBABILITIES, STAGES
from jobs.sample.world import World, first_rep, rep_ids

_KEPT_DAYS = 540  # field history older than about 18 months is no longer there
_MOVED_SHARE = 0.04  # of opportunities that were another rep's at first


def opportunity_history(world: World) -> pl.DataFrame:
    """OpportunityHistory.csv: one row per change of stage, amount or close date, with the values after it."""
    shots = world.snapshots
    first, known = shots.is_first, shots.amount != UNKNOWN_AMOUNT
    before = np.concatenate([[0], shots.amount[:-1]])
    had_amount = ~first & (before != UNKNOWN_AMOUNT)
    probability = np.array(STAGE_PROBABILITIES)[shots.stage]
    category = [CATEGORY_LABELS.get(name, name) for name in CATEGORIES]
    at = moments(shots.at)
    return pl.DataFrame(
        {
            "Id": record_ids(HISTORY, np.arange(len(shots.deal), dtype=np.int64)),
            "IsDeleted": np.zeros(len(shots.deal), dtype=np.bool_),
            "OpportunityId": world.opportunity_ids.gather(shots.deal),
            "CreatedById": rep_ids(world, world.line.rep).gather(shots.deal),
            "CreatedDate": at,
            "StageName": labels(STAGES, shots.stage),
            "Amount": only(known, money(shots.amount)),
            "ExpectedRevenue": only(known, money(shots.amount * probability // 100)),
            "CloseDate": dates(shots.close_on),
            "Probability": probability,
            "ForecastCategory": labels(category, shots.stage),
            "PrevAmount": only(had_amount, money(before)),
            "PrevCloseDate": only(~first, dates(np.concatenate([[0], shots.close_on[:-1]]))),
            "SystemModstamp": at,
        }
    )


def field_history(world: World) -> pl.DataFrame:
    """OpportunityFieldHistory.csv: changes of owner (two rows, id and name), close date and scope."""
    rows = pl.concat([_owner_rows(world), _close_date_rows(world), _scope_rows(world)])
    rows = rows.sort("deal", "at", "Field", "DataType")
    kept = rows.filter(rows["at"] >= _kept_from(world))
    deal, at = kept["deal"].to_numpy(), kept["at"].to_numpy()
    return pl.DataFrame(
        {
            "Id": record_ids(FIELD_HISTORY, np.arange(len(kept), dtype=np.int64)),
            "IsDeleted": np.zeros(len(kept), dtype=np.bool_),
            "OpportunityId": world.opportunity_ids.gather(deal),
            "CreatedById": rep_ids(world, world.line.rep).gather(deal),
            "CreatedDate": moments(at),
            **{name: kept[name] for name in ("Field", "DataType", "OldValue", "NewValue")},
        }
    )


def _kept_from(world: World) -> int:
    """First working second of which the field history still knows."""
    today = day_number(world.company.calendar.as_of_on)
    return int(working_time(np.array([today - _KEPT_DAYS], dtype=np.int64))[0])


def _rows(field: str, data_type: str, deal: Ints, at: Ints, old: pl.Series, new: pl.Series) -> pl.DataFrame:
    """Rows of one field, with the opportunity's position and the working time in place of id and date."""
    return pl.DataFrame(
        {
            "deal": deal,
            "at": at,
            "Field": pl.repeat(field, len(deal), eager=True),
            "DataType": pl.repeat(data_type, len(deal), eager=True),
            "OldValue": old,
            "NewValue": new,
        }
    )


def _owner_rows(world: World) -> pl.DataFrame:
    """Opportunities that a teammate opened and handed over before the negotiation."""
    rng, line, people = stream(world.company.seed, "owners"), world.line, world.company.people
    moved = chance(rng, _MOVED_SHARE, line.count) & (people.partner[line.rep] != line.rep)
    deal = np.flatnonzero(moved).astype(np.int64)
    at = line.created[deal] + ((line.talks_from - line.created)[deal] * between(rng, 0.1, 0.5, len(deal))).astype(
        np.int64
    )
    new, old = line.rep[deal], people.partner[line.rep[deal]]
    names = [" ".join(person(first_rep(people) + rep)) for rep in range(people.count)]
    by_id = _rows("Owner", "EntityId", deal, at, rep_ids(world, old), rep_ids(world, new))
    return pl.concat([by_id, _rows("Owner", "Text", deal, at, labels(names, old), labels(names, new))])


def _close_date_rows(world: World) -> pl.DataFrame:
    """Every change of the close date that the snapshots show, at the same times."""
    shots = world.snapshots
    before = np.concatenate([[0], shots.close_on[:-1]])
    row = np.flatnonzero(~shots.is_first & (before != shots.close_on)).astype(np.int64)
    old, new = dates(before[row]).cast(pl.String), dates(shots.close_on[row]).cast(pl.String)
    return _rows("CloseDate", "DateOnly", shots.deal[row], shots.at[row], old, new)


def _scope_rows(world: World) -> pl.DataFrame:
    """Scope that grew during the negotiation while the price did not."""
    growth = world.story.growth
    old, new = pl.Series(growth.code), pl.Series(world.facts.units[growth.deal])
    return _rows("Scope_Units__c", "Double", growth.deal, growth.at, old.cast(pl.String), new.cast(pl.String))
