"""What a setting may be: codes, numbers within bounds, and the table that all settings tables are."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

OpenPhase = Literal["recognition", "qualified", "evaluation", "negotiation"]
Phase = Literal["recognition", "qualified", "evaluation", "negotiation", "closed"]
Outcome = Literal["won", "lost"]
LossOutcome = Literal["declined", "competitor", "no_decision", "no_budget", "price", "other", "void"]
Language = Literal["en", "ms", "ru", "zh_Hans"]
Edition = Literal["leader", "rep", "team"]
MarginBasis = Literal["markup_on_cost", "margin_on_price"]


def _exact(value: Any) -> Any:
    """Whole numbers are numbers too; a truth value is not."""
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[Decimal, BeforeValidator(_exact)]
Positive = Annotated[Number, Field(gt=0)]
NotNegative = Annotated[Number, Field(ge=0)]
Share = Annotated[Number, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
CountFromOne = Annotated[int, Field(ge=1)]
Points = Annotated[Number, Field(ge=0, le=100)]
MOST_WEEKS_LEFT = 13  # of a quarter of 92 days, on its first day
WeeksLeft = Annotated[int, Field(ge=0, le=MOST_WEEKS_LEFT)]


class Table(BaseModel):
    """A table of the file: no other keys, no conversions, no changes."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
