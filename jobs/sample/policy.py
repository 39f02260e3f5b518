"""The company's own rules that files and settings must agree on: segments, price policy, loss reasons."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Segment:
    """A market segment: typical sizes, lengths, and where its price lines are.

    `median_list` in whole euros, `spread` the deviation of the logarithm of the list amount; cycles in
    calendar days; `minimum` and `target` in per cent on cost; the shares of list price stand in where no
    cost is known.
    """

    name: str
    median_list: int
    spread: float
    shortest_cycle: int
    longest_cycle: int
    minimum: int
    target: int
    minimum_price_share: float
    target_price_share: float


SEGMENTS = (
    Segment("smb", 14_000, 0.45, 30, 85, 20, 40, 0.66, 0.77),
    Segment("mid_market", 45_000, 0.50, 40, 115, 20, 35, 0.66, 0.75),
    Segment("enterprise", 150_000, 0.55, 60, 140, 15, 30, 0.63, 0.72),
)

DECLINED = "Poor fit, we declined"
COMPETITOR = "Lost to Competitor"
PRICE = "Price"
OTHER = "Other"
DUPLICATE = "Duplicate"
LOSS_OUTCOMES = {
    DECLINED: "declined",
    COMPETITOR: "competitor",
    "No Decision / Non-Responsive": "no_decision",
    "No Budget / Lost Funding": "no_budget",
    PRICE: "price",
    OTHER: "other",
    DUPLICATE: "void",
}

STAGES = (
    "Prospecting",
    "Qualification",
    "Needs Analysis",
    "Value Proposition",
    "Id. Decision Makers",
    "Perception Analysis",
    "Proposal/Price Quote",
    "Negotiation/Review",
    "Closed Won",
    "Closed Lost",
)
CATEGORIES = (
    "Pipeline",
    "Pipeline",
    "Pipeline",
    "Pipeline",
    "Pipeline",
    "BestCase",
    "BestCase",
    "Forecast",
    "Closed",
    "Omitted",
)
CATEGORY_LABELS = {"BestCase": "Best Case", "Forecast": "Commit"}  # the history and people see these instead
STAGE_PROBABILITIES = (10, 10, 20, 50, 60, 70, 75, 90, 100, 0)  # per cent
PROPOSAL, NEGOTIATION, CLOSED_WON, CLOSED_LOST = 6, 7, 8, 9
