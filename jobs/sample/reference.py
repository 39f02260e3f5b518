"""The files that belong to no single opportunity: quotas, products, rates; and who shares a deal's credit."""

import numpy as np
import polars as pl

from jobs.sample.columns import dates, labels, money
from jobs.sample.facts import price_change_day
from jobs.sample.market import COST_RISE, CURRENCIES, LIST_RISE, PRODUCTS, USD
from jobs.sample.prices import OWNER_SHARE, is_split
from jobs.sample.world import World, rep_ids


def quotas(world: World) -> pl.DataFrame:
    """quotas.csv: one row per rep and fiscal quarter with a quota."""
    given = world.company.quotas
    rep, quarter = np.nonzero(given.cents)
    return pl.DataFrame(
        {
            "rep_id": rep_ids(world, rep),
            "period_start_on": dates(world.company.calendar.starts[quarter]),
            "period": pl.repeat("quarter", len(rep), eager=True),
            "quota_amount": money(given.cents[rep, quarter]),
            "currency": labels(CURRENCIES, given.currency[rep]),
        }
    )


def products(world: World) -> pl.DataFrame:
    """products.csv: list price and direct cost of one unit in euros, before and after the rise."""
    calendar = world.company.calendar
    listed = np.array([product.list_cents for product in PRODUCTS], dtype=np.int64)
    direct = np.array([product.direct_cents for product in PRODUCTS], dtype=np.int64)
    valid_from = np.repeat([calendar.starts[0] - 400, price_change_day(calendar)], len(PRODUCTS))
    return pl.DataFrame(
        {
            "product": [product.name for product in PRODUCTS] * 2,
            "valid_from": dates(valid_from),
            "list_amount": money(np.concatenate([listed, listed * LIST_RISE // 100])),
            "direct_cost": money(np.concatenate([direct, direct * COST_RISE // 100])),
        }
    )


def fx_rates(world: World) -> pl.DataFrame:
    """fx_rates.csv: euros per dollar by month; the text keeps all four decimals."""
    rates = world.company.rates
    return pl.DataFrame(
        {
            "currency": pl.repeat(CURRENCIES[USD], len(rates.rate), eager=True),
            "valid_from": dates(rates.valid_from),
            "rate_to_reporting": [f"0.{rate:04d}" for rate in rates.rate.tolist()],
        }
    )


def credits(world: World) -> pl.DataFrame:
    """credits.csv: owner and partner of each deal whose credit is shared."""
    people, line = world.company.people, world.line
    shared = is_split(world.company.seed, world.count) & (people.partner[line.rep] != line.rep)
    deal = np.repeat(np.flatnonzero(shared), 2)
    is_owner = np.arange(len(deal)) % 2 == 0
    rep = np.where(is_owner, line.rep[deal], people.partner[line.rep[deal]])
    return pl.DataFrame(
        {
            "opportunity_id": world.opportunity_ids.gather(deal),
            "rep_id": rep_ids(world, rep),
            "share": np.where(is_owner, OWNER_SHARE, 1 - OWNER_SHARE),
        }
    )
