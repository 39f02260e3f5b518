"""The page docs/evidence.md from what was found in many companies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.evidence.examine import Size
from benchmarks.evidence.findings import Found

STATED = 0.1  # the rate of false alarms that every interval and every told difference states
MEASURED_BY = {
    "quarter_end_discount": "marts.effects: extra discount of the quarter's last seven days",
    "safe_quarter_discount": "marts.effects: extra discount where the quarter was made before negotiation began",
    "hug_share": "marts.rep_conduct: wins 0 to 3 % above the threshold, of one rep",
    "fast_concession_share": "marts.rep_conduct: concessions within 24 hours, of one rep",
    "never_declines_share": "marts.declined_deals beside wins below the threshold, of one rep: the share accepted",
    "vp_approval_rate": "approvals decided by the role vp",
    "return_share": "marts.declined_deals: priced declines that came back",
    "return_uplift_ratio": "marts.declined_deals: mean of return_uplift_ratio",
}
_HEAD = """\
# Evidence

Whether the measures find what is there, and only that. Written by

    make evidence

which makes the exports of invented companies (jobs/sample), loads them with the loader, measures them with the models
of sql/, and compares.

## Planted effects

{planted_count} companies ({planted.opportunities:,} opportunities, {planted.reps} reps, {planted.quarters} finished
quarters), each with every effect of jobs/sample/effects.py at its default size. `expected` is what the planted size
makes of the measure: a discount is carried by ordinary wins alone, so that its mean over the wins of the last days is
smaller; a planted rep does by chance what others do on the cases left over. Every interval states 90 %.
(`fast_concession_hours` says how fast is fast, `other_approval_rate` how often the other roles approve.)

| effect | measured by | planted | expected | found, mean | expected inside the interval |
|---|---|---|---|---|---|
"""
_ALARMS = """
## False alarms

{plain_count} companies ({plain.opportunities:,} opportunities, {plain.reps} reps, {plain.quarters} finished quarters)
with `Effects.none()`: nothing is planted, so whatever is told is a false alarm. Each measure states at most
{stated:.0%}: an effect whose interval leaves out 0, or a measure in which any single rep is told to differ.

| told without cause | companies | share |
|---|---|---|
"""


def page(found: Sequence[Sequence[Found]], alarms: Sequence[Mapping[str, bool]], planted: Size, plain: Size) -> str:
    """The whole page; the companies in the order of their seeds."""
    head = _HEAD.format(planted_count=len(found), planted=planted)
    middle = _ALARMS.format(plain_count=len(alarms), plain=plain, stated=STATED)
    return head + "".join(_effects(found)) + middle + "".join(_rates(alarms))


def _effects(found: Sequence[Sequence[Found]]) -> Sequence[str]:
    by_effect = {name: [one for each in found for one in each if one.effect == name] for name in MEASURED_BY}
    return [_effect(name, each) for name, each in by_effect.items() if each]


def _effect(name: str, found: Sequence[Found]) -> str:
    expected, estimate = (np.mean([getattr(one, key) for one in found]) for key in ("expected", "estimate"))
    inside = sum(one.is_inside for one in found)
    return (
        f"| {name} | {MEASURED_BY[name]} | {found[0].planted:g} | {expected:.3f} | {estimate:.3f} |"
        f" {inside} of {len(found)} |\n"
    )


def _rates(alarms: Sequence[Mapping[str, bool]]) -> Sequence[str]:
    names = list(dict.fromkeys(name for each in alarms for name in each))
    counts = {name: sum(each.get(name, False) for each in alarms) for name in names}
    return [f"| {name} | {count} of {len(alarms)} | {count / len(alarms):.1%} |\n" for name, count in counts.items()]
