"""The settings of the sample company, as the text of its batna.toml."""

from jobs.sample.fiscal import FIRST_MONTH
from jobs.sample.names import COMPANY
from jobs.sample.policy import LOSS_OUTCOMES, NEGOTIATION, SEGMENTS, STAGES, Segment

_HEAD = f"""\
# {COMPANY} is invented, and so is every name, price and date in its exports.

[workspace]
name = "{COMPANY}"
time_zone = "Europe/Berlin"

[fiscal]
first_month = {FIRST_MONTH}    # the fiscal year starts in February, so its quarters are not the calendar's

[reporting]
currency = "EUR"
languages = ["en"]

[policy]
margin_basis = "markup_on_cost"
"""
_TAIL = """
[history]
complete_fields = ["rep_id"]    # Salesforce tracks the owner: OpportunityFieldHistory.csv has every change of it

[fit]
use_cases = ["monitoring", "batch_control", "compliance", "energy_saving"]    # not resale

[people]
level = "named"    # invented people: nobody had to be asked
"""


def settings_toml() -> str:
    """The batna.toml that belongs to the sample exports (keys of 02-data.md, Settings)."""
    cells = "".join(_cell(segment) for segment in SEGMENTS)
    stages = _table("stages", {STAGES[NEGOTIATION]: "negotiation"})  # the others are known by default
    return _HEAD + cells + stages + _table("outcomes.loss_reason", LOSS_OUTCOMES) + _TAIL


def _cell(segment: Segment) -> str:
    return f"""
[[policy.cells]]
segment = "{segment.name}"
min_amount = 0
max_amount = 1_000_000_000
minimum = {segment.minimum / 100:.2f}
target = {segment.target / 100:.2f}
minimum_price_share = {segment.minimum_price_share:.2f}
target_price_share = {segment.target_price_share:.2f}
"""


def _table(name: str, values: dict[str, str]) -> str:
    return f"\n[{name}]\n" + "".join(f'"{key}" = "{value}"\n' for key, value in values.items())
