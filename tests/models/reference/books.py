"""Candidates, their chances, and the books of reps and teams: 03-metrics.md, section 3."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from tests.models.reference.facts import EVER, PHASES, Facts, Row, Week, months_on
from tests.models.reference.kernel import Stake
from tests.models.reference.lines import currency, list_amount
from tests.models.reference.outcomes import outcome
from tests.models.reference.states import Deal, closing

ORDERS = {phase: number for number, phase in enumerate(PHASES)}
PERIODS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True)
class Standing:
    """The deals as they stood at the end of a week.

    exported_by: the moment by which anything must have been exported that tells of life; the week's own where None.
    """

    facts: Facts
    week: Week
    exported_by: datetime | None = None

    @cached_property
    def deals(self) -> dict[str, Deal]:
        names = dict.fromkeys(row["opportunity_id"] for row in self.facts.tables["opportunities"])
        found = {name: Deal(self.facts, name) for name in names}
        return {name: deal for name, deal in found.items() if deal.exists(self.week.moment)}

    @cached_property
    def outcomes(self) -> dict[str, str]:
        return {name: outcome(deal, self.week.moment) for name, deal in self.deals.items()}

    def owner(self, deal: Deal) -> str | None:
        return deal.told("rep_id", self.week.moment)

    def credited(self, deal: Deal) -> list[tuple[str, Decimal]]:
        """Whose the money of a deal is."""
        rows = self.facts.of("credits", deal.opportunity_id, self.week.moment)
        owner = self.owner(deal)
        return [(row["rep_id"], row["share"]) for row in rows] or ([(owner, Decimal(1))] if owner else [])

    def currency(self, deal: Deal) -> str | None:
        return currency(deal, self.week.moment)

    def rate(self, deal: Deal, on: date) -> Decimal | None:
        return self.facts.rate(self.currency(deal), on, self.week.moment)

    def counts(self, deal: Deal) -> bool:
        """Whether deals of its type count towards quota."""
        kind, named = deal.column("deal_type", self.week.moment), self.facts.settings.quota.deal_types
        return kind in named if named else "renewal" not in (kind or "").lower()

    def money(self, deal: Deal, on: date) -> Decimal | None:
        """What counts towards quota, in the reporting currency at the rate of a day."""
        amount, rate = self.own_money(deal), self.rate(deal, on)
        return None if amount is None or rate is None else amount * rate

    def own_money(self, deal: Deal) -> Decimal | None:
        """What counts towards quota, in the deal's currency."""
        row = deal.version(self.week.moment)
        credit = row.get("credit_amount") if row else None
        return credit if credit is not None else deal.told("amount", self.week.moment)

    def phase_order(self, deal: Deal) -> int | None:
        phase = self.facts.phase(deal.told("stage", self.week.moment))
        return ORDERS[phase] if phase else None

    def why_not(self, deal: Deal) -> str | None:
        """Why an open deal is no candidate; None for a candidate."""
        phase = self.facts.phase(deal.told("stage", self.week.moment))
        first = ORDERS[self.facts.settings.candidates.first_phase]
        if phase is None or not first <= ORDERS[phase] < ORDERS["closed"]:
            return "phase"
        close_on = deal.told("close_on", self.week.moment)
        overdue = self.facts.settings.candidates.max_overdue_days
        if close_on is not None and close_on < self.week.as_of_on - timedelta(days=overdue):
            return "overdue"
        if not self.counts(deal):
            return "type"
        if not is_live(self, deal):
            return "not_live"
        if (self.stake(deal) or 0) <= 0:
            return "amount"
        return None if self.owner(deal) else "owner"

    @cached_property
    def is_withheld(self) -> bool:
        """Whether too many open deals lack nothing but an owner, or anything that was told of them."""
        found = [deal for name, deal in self.deals.items() if self.outcomes[name] == "open"]
        unknown = sum(
            self.why_not(deal) == "owner" or (self.counts(deal) and not deal.is_told(self.week.moment))
            for deal in found
        )
        return unknown > float(self.facts.settings.batna.max_unknown_share) * (unknown + len(self.candidates))

    def stake(self, deal: Deal) -> Decimal | None:
        money = self.money(deal, self.week.as_of_on)
        if (money is None or money <= 0) and self.facts.settings.amount.fallback == "list_amount":
            listed, rate = list_amount(deal, self.week.moment), self.rate(deal, self.week.as_of_on)
            return None if listed is None or rate is None else Decimal(float(listed)) * rate
        return money

    @cached_property
    def candidates(self) -> dict[str, Deal]:
        return {
            name: deal for name, deal in self.deals.items()
            if self.outcomes[name] == "open" and self.why_not(deal) is None
        }  # fmt: skip

    def probability(self, deal: Deal) -> tuple[float, str]:
        told, phase = deal.told("probability", self.week.moment), self.facts.phase(deal.told("stage", self.week.moment))
        settings, close_on = self.facts.settings.probability, deal.told("close_on", self.week.moment)
        inside = close_on is not None and close_on <= self.week.quarter_end_on
        source = "phase_default" if told is None else "crm_capped"
        if told is None:
            chance = float(settings.phase_defaults[phase or ""][0 if inside else 1])
        else:
            chance = min(float(told), self.ever_won.get(phase or "", 1.0)) if inside else float(settings.outside)
        held = min(max(chance, float(settings.low)), float(settings.high))
        return (0.0 if self.week.as_of_on == self.week.quarter_end_on else held), source

    @cached_property
    def ever_won(self) -> dict[str, float]:
        """The share of closed deals that were in a phase and were won, where enough tell it."""
        seen: dict[str, list[bool]] = {}
        for name, deal in self.deals.items():
            if self.outcomes[name] in ("open", "void"):
                continue
            told = {self.facts.phase(e.value) for e in deal.events if e.field == "stage" and e.at <= self.week.moment}
            for phase in told - {None}:
                seen.setdefault(str(phase), []).append(self.outcomes[name] == "won")
        least = self.facts.settings.probability.min_closed_deals
        return {phase: sum(won) / len(won) for phase, won in seen.items() if len(won) >= least}

    def as_stake(self, deal: Deal, share: Decimal) -> Stake:
        phase = self.facts.phase(deal.told("stage", self.week.moment)) or ""
        return Stake(deal.opportunity_id, (self.stake(deal) or Decimal(0)) * share, self.probability(deal)[0], phase)

    def book(self, reps: Iterable[str]) -> list[Stake]:
        """The candidates of some reps, each once, at the shares that are theirs."""
        wanted = set(reps)
        parts = {
            name: sum((share for rep, share in self.credited(deal) if rep in wanted), Decimal(0))
            for name, deal in self.candidates.items()
        }
        return [self.as_stake(self.candidates[name], share) for name, share in parts.items() if share > 0]

    def quota(self, rep: str) -> Decimal | None:
        """The quota of the quarter; None without a positive one."""
        parts = [part for row in self.facts.known("quotas", self.week.moment) if row["rep_id"] == rep
                 for part in self._quarter_part(row)]  # fmt: skip
        if None in parts:
            return None
        total = sum((part for part in parts if part is not None), Decimal(0))
        return total if total > 0 else self.facts.settings.quota.fallback

    def _quarter_part(self, row: Row) -> list[Decimal | None]:
        start, months = row["period_start_on"], PERIODS[row.get("period") or "quarter"]
        begins, ends = self.week.quarter_start_on, self.week.quarter_end_on
        within = begins <= start <= ends if months <= 3 else start <= begins < months_on(start, months)
        if not within or row["quota_amount"] is None:
            return []
        rate = self.facts.rate(row.get("currency") or self.facts.settings.reporting.currency, start, self.week.moment)
        return [None if rate is None else row["quota_amount"] * rate / max(1, months // 3)]

    def won_deals(self) -> list[tuple[Deal, datetime]]:
        """Deals won in the quarter to date, with their closing."""
        found = []
        for name, deal in self.deals.items():
            ended = closing(deal, self.week.moment)
            if self.outcomes[name] == "won" and ended and ended.at and self.in_quarter(ended.at):
                found.append((deal, ended.at))
        return found

    def in_quarter(self, at: datetime) -> bool:
        return self.week.quarter_start_on <= self.facts.day_of(at) and at <= self.week.moment

    def won_money(self, reps: Iterable[str]) -> Decimal:
        wanted, total = set(reps), Decimal(0)
        for deal, at in self.won_deals():
            money = self.money(deal, self.facts.day_of(at))
            if money is not None and self.counts(deal):
                total += sum((share for rep, share in self.credited(deal) if rep in wanted), Decimal(0)) * money
        return total


def is_live(standing: Standing, deal: Deal) -> bool:
    """A sign of life within the days allowed; where nothing tells, every deal is live."""
    if not tells_life(standing):
        return True
    last = max(signs_of_life(standing, deal), default=None)
    days = timedelta(days=standing.facts.settings.candidates.live_days)
    return last is None or last > standing.week.moment - days


def tells_life(standing: Standing) -> bool:
    facts, moment = standing.facts, standing.exported_by or standing.week.moment
    told = ("opportunity_changes", "opportunity_snapshots", "offers")
    return any(facts.known(entity, moment) for entity in told) or any(
        row.get("side") == "buyer" for row in facts.known("activities", moment)
    )


def signs_of_life(standing: Standing, deal: Deal) -> list[datetime]:
    """Stage advances, changes of the amount, offers and activity of the buyer."""
    facts, moment = standing.facts, standing.week.moment
    found = [row["offered_at"] for row in facts.of("offers", deal.opportunity_id, moment)]
    found += [
        row["occurred_at"] for row in facts.known("activities", moment)
        if row.get("opportunity_id") == deal.opportunity_id and row.get("side") == "buyer"
    ]  # fmt: skip
    found += [deal.column("created_at", moment)] if deal.column("created_at", moment) else []
    order, amount = None, None
    for event in deal.events:
        if event.at > moment or event.field not in ("stage", "amount"):
            continue
        is_first = event.version is deal.versions[0]
        if event.field == "stage":
            phase = facts.phase(event.value)
            now = ORDERS[phase] if phase else None
            if not is_first and now is not None and (order is None or now > order):
                found.append(event.at)
            order = now
        else:
            if None not in (amount, event.value) and event.value != amount:
                found.append(event.at)
            amount = event.value
    return [at for at in found if at > EVER]
