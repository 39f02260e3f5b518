"""The company before it has sold anything: calendar, people, customers, rates, quotas."""

from dataclasses import dataclass
from datetime import date

from jobs.sample.effects import Effects
from jobs.sample.fiscal import Calendar, make_calendar
from jobs.sample.market import Accounts, Rates, make_accounts, make_rates
from jobs.sample.people import People, make_people
from jobs.sample.quotas import Quotas, make_quotas

LEAST_REPS, LEAST_OPPORTUNITIES = 8, 100  # below, some of the planted kinds would be missing


@dataclass(frozen=True)
class Company:
    """What all opportunities share."""

    seed: int
    effects: Effects
    calendar: Calendar
    people: People
    accounts: Accounts
    rates: Rates
    quotas: Quotas


def make_company(
    *, seed: int, as_of_on: date, teams: int, reps: int, quarters: int, opportunities: int, effects: Effects
) -> Company:
    """The company of the given size; ValueError where the size cannot carry the sample."""
    least = {
        "seed": (seed, 0),
        "teams": (teams, 1),
        "reps": (reps, max(teams, LEAST_REPS)),
        "quarters": (quarters, 1),
        "opportunities": (opportunities, LEAST_OPPORTUNITIES),
    }
    for name, (value, minimum) in least.items():
        if value < minimum:
            raise ValueError(f"{name} is {value}; choose {minimum} or more")
    calendar = make_calendar(as_of_on, quarters)
    people = make_people(seed, calendar, teams, reps)
    rates = make_rates(seed, calendar)
    return Company(
        seed=seed,
        effects=effects,
        calendar=calendar,
        people=people,
        accounts=make_accounts(seed, teams, opportunities),
        rates=rates,
        quotas=make_quotas(calendar, people, rates, opportunities),
    )
