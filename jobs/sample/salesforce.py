"""Opportunity, Account and User in Salesforce's API form, with the company's own columns (`__c`).

Source of names and shapes: 05-exports.md section 1.1.
"""

import numpy as np
import polars as pl

from jobs.sample.columns import dates, labels, moments, money, only
from jobs.sample.draws import chance, pick, stream, whole
from jobs.sample.facts import Facts
from jobs.sample.fiscal import WORKDAY, day_of, working_time
from jobs.sample.history import UNKNOWN_AMOUNT
from jobs.sample.losses import loss_columns
from jobs.sample.market import COUNTRIES, CURRENCIES, INDUSTRIES, PLATFORMS, PRODUCTS, USE_CASES
from jobs.sample.names import company_names, mail, person
from jobs.sample.people import REGIONS, region_of, team_name
from jobs.sample.policy import CATEGORIES, CATEGORY_LABELS, SEGMENTS, STAGE_PROBABILITIES, STAGES
from jobs.sample.world import World, first_rep, rep_ids

DEAL_TYPES = ("New Business", "Add-on", "Renewal")
_LEAD_SOURCES = ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other", "")
_NEXT_STEPS = (
    "Call the sponsor back",
    "Find out the budget",
    "Agree on the use case",
    "Show the savings",
    "Meet the decision maker",
    "Go through the objections",
    "Present the quote",
    "Answer the latest demand",
)


def opportunity(world: World) -> pl.DataFrame:
    """Opportunity.csv: one row per opportunity as it stands at the end of the as-of date."""
    line, facts, shots = world.line, world.facts, world.snapshots
    owner, modified = rep_ids(world, line.rep), moments(shots.at[shots.ends])
    stage_since = np.where(line.is_open, world.path.entered.max(axis=1), shots.at[shots.ends])
    sources = pick(stream(world.company.seed, "lead sources"), (28, 16, 22, 10, 12, 12), world.count)
    return pl.DataFrame(
        {
            "Id": world.opportunity_ids,
            "IsDeleted": np.zeros(world.count, dtype=np.bool_),
            "AccountId": world.account_ids.gather(facts.account),
            "Name": _names(world),
            **_latest_columns(world),
            "Type": labels(DEAL_TYPES, facts.deal_type),
            "LeadSource": labels(_LEAD_SOURCES, sources),
            "IsClosed": ~line.is_open,
            "IsWon": world.plan.is_won,
            "CurrencyIsoCode": labels(CURRENCIES, facts.currency),
            "OwnerId": owner,
            "CreatedDate": moments(line.created),
            "CreatedById": owner,
            "LastModifiedDate": modified,
            "SystemModstamp": modified,
            "LastActivityDate": _last_activity(world),
            "LastStageChangeDate": moments(stage_since),
            **loss_columns(world),
            **_own_columns(world.facts),
        }
    )


def _latest_columns(world: World) -> dict[str, pl.Series]:
    """What the last snapshot says."""
    shots, ends = world.snapshots, world.snapshots.ends
    stage, amount = shots.stage[ends], shots.amount[ends]
    probability = np.array(STAGE_PROBABILITIES)[stage]
    category, is_known = labels(CATEGORIES, stage), amount != UNKNOWN_AMOUNT
    return {
        "StageName": labels(STAGES, stage),
        "Amount": only(is_known, money(amount)),
        "Probability": pl.Series(probability),
        "ExpectedRevenue": only(is_known, money(amount * probability // 100)),
        "CloseDate": dates(shots.close_on[ends]),
        "NextStep": labels((*_NEXT_STEPS, "", ""), stage),
        "ForecastCategory": category,
        "ForecastCategoryName": category.replace(CATEGORY_LABELS),
    }


def _own_columns(facts: Facts) -> dict[str, pl.Series]:
    """The company's own columns, empty where nobody filled them in."""
    known = ~facts.is_bare
    return {
        "List_Amount__c": only(known, money(facts.list_cents)),
        "Direct_Cost__c": only(known, money(facts.direct)),
        "Allocated_Overhead__c": only(known, money(facts.overhead)),
        "Segment__c": labels([segment.name for segment in SEGMENTS], facts.segment),
        "Product__c": only(known, labels([product.name for product in PRODUCTS], facts.product)),
        "Scope_Units__c": only(known, pl.Series(facts.units)),
    }


def account(world: World) -> pl.DataFrame:
    """Account.csv: one row per customer."""
    accounts, calendar = world.company.accounts, world.company.calendar
    number = np.arange(accounts.count, dtype=np.int64)
    rng = stream(world.company.seed, "account file")
    created = working_time(calendar.starts[0] - whole(rng, 300, 2_500, accounts.count)) + whole(
        rng, 0, WORKDAY, accounts.count
    )
    parent = np.maximum(number - accounts.groups, 0)
    has_parent = chance(rng, 0.04, accounts.count) & (number >= accounts.groups)
    every_country = [name for names in COUNTRIES for name in names]
    first_country = np.cumsum([0, *(len(names) for names in COUNTRIES[:-1])])
    return pl.DataFrame(
        {
            "Id": world.account_ids,
            "IsDeleted": np.zeros(accounts.count, dtype=np.bool_),
            "Name": company_names(number),
            "ParentId": only(has_parent, world.account_ids.gather(parent)),
            "Industry": labels(INDUSTRIES, accounts.industry),
            "AnnualRevenue": accounts.revenue,
            "NumberOfEmployees": accounts.employees,
            "BillingCountry": labels(every_country, first_country[accounts.region] + accounts.country),
            "CurrencyIsoCode": labels(CURRENCIES, accounts.currency),
            "CreatedDate": moments(created),
            "LastModifiedDate": moments(created),
            "Platform__c": labels(PLATFORMS, accounts.platform),
            "Use_Case__c": labels(USE_CASES, accounts.use_case),
            "Is_Strategic__c": accounts.is_strategic,
        }
    )


def user(world: World) -> pl.DataFrame:
    """User.csv: the vp, the managers, the reps."""
    people, calendar = world.company.people, world.company.calendar
    count = first_rep(people) + people.count
    names = [person(number) for number in range(count)]
    teams = np.concatenate([[0], np.arange(people.teams), people.team])
    heads = np.full(first_rep(people), calendar.starts[0] - 2_100, dtype=np.int64)
    manager = np.concatenate([np.zeros(first_rep(people), dtype=np.int64), 1 + people.team])
    mails = [mail(given, family, number) for number, (given, family) in enumerate(names)]
    has_team = np.arange(count) > 0
    titles = ["VP Sales"] + ["Sales Manager"] * people.teams + ["Account Executive"] * people.count
    started = moments(working_time(np.concatenate([heads, people.started_on])))
    return pl.DataFrame(
        {
            "Id": world.user_ids,
            "Username": mails,
            "FirstName": [given for given, _ in names],
            "LastName": [family for _, family in names],
            "Email": mails,
            "Title": titles,
            "IsActive": np.concatenate([np.ones(first_rep(people), dtype=np.bool_), ~people.is_leaver]),
            "ManagerId": only(has_team, world.user_ids.gather(manager)),
            "Department": only(has_team, labels([team_name(team) for team in range(people.teams)], teams)),
            "Division": only(has_team, labels(REGIONS, region_of(teams))),
            "CreatedDate": started,
            "LastModifiedDate": started,
        }
    )


def _names(world: World) -> pl.Series:
    """Customer and product, as people name their deals."""
    customers = pl.Series(company_names(np.arange(world.company.accounts.count, dtype=np.int64)))
    products = labels([product.name for product in PRODUCTS], world.facts.product)
    return pl.select(pl.concat_str([customers.gather(world.facts.account), pl.lit(", "), products])).to_series()


def _last_activity(world: World) -> pl.Series:
    """Day of the last activity, empty without one."""
    last = np.full(world.count, -1, dtype=np.int64)
    np.maximum.at(last, world.story.activities.deal, world.story.activities.at)
    return only(last >= 0, dates(day_of(last)))
