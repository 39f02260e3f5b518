"""Sample exports of an invented company with known effects in them: what `batna demo` starts from."""

from jobs.sample.effects import Effects
from jobs.sample.generate import write_sample
from jobs.sample.settings_text import settings_toml
from jobs.sample.truth import SampleTruth

__all__ = ["Effects", "SampleTruth", "settings_toml", "write_sample"]
