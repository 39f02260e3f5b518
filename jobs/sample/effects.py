"""What is planted in the sample on purpose, and how much of it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Effects:
    """Sizes of the planted effects. `Effects.none()` gives the same company with all of them off.

    Shares are 0 to 1. Discounts are shares of the list amount that are taken off on top of the ordinary
    discount.
    """

    quarter_end_discount: float = 0.05
    """Extra discount of deals won in the last seven days of a fiscal quarter (share of list)."""
    safe_quarter_discount: float = 0.05
    """Extra discount of deals whose negotiation began with the rep's quarter already made (share of list)."""
    never_declines_share: float = 1.0
    """Share of the demands below the threshold that one rep accepts, whatever others would do."""
    hug_share: float = 0.8
    """Share of one rep's ordinary wins that are priced 0 to 3 % above the threshold."""
    fast_concession_share: float = 0.9
    """Share of buyer demands that one rep with a full pipeline answers within `fast_concession_hours`."""
    fast_concession_hours: float = 5.0
    """Longest time to such an answer (hours; at most 6, so that it falls on the day of the demand)."""
    vp_approval_rate: float = 1.0
    """Share of requests that the role vp approves."""
    other_approval_rate: float = 0.5
    """Share of requests that every other role approves."""
    return_share: float = 0.35
    """Share of declined deals, of those with a price and old enough to have come back, that return."""
    return_uplift_ratio: float = 0.12
    """Mean of returned amount / demanded amount - 1."""

    def __post_init__(self) -> None:
        """Refuse sizes that the sample cannot carry."""
        if not 0.5 <= self.fast_concession_hours <= 6:
            raise ValueError(f"fast_concession_hours is {self.fast_concession_hours}; choose 0.5 to 6")
        shares = {name: value for name, value in vars(self).items() if name != "fast_concession_hours"}
        wrong = [f"{name} is {value}" for name, value in shares.items() if not 0 <= value <= 1]
        if wrong:
            raise ValueError(f"{', '.join(wrong)}; choose 0 to 1")

    @classmethod
    def none(cls) -> "Effects":
        """All effects off: the vp approves as often as the others, and nobody whom we declined returns."""
        return cls(
            quarter_end_discount=0,
            safe_quarter_discount=0,
            never_declines_share=0,
            hug_share=0,
            fast_concession_share=0,
            vp_approval_rate=0.5,
            return_share=0,
            return_uplift_ratio=0,
        )
