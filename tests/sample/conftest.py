"""Samples of two sizes, with and without the planted effects, written once."""

import polars as pl
import pytest

from jobs.sample import Effects, write_sample
from tests.sample.tables import Sample, with_lines

LARGE = {"seed": 11, "opportunities": 12_000, "reps": 96, "history_per_opportunity": 10}


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The sample as shipped."""
    folder = tmp_path_factory.mktemp("sample")
    return Sample(folder, write_sample(folder))


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The same company with all effects off."""
    folder = tmp_path_factory.mktemp("plain")
    return Sample(folder, write_sample(folder, effects=Effects.none()))


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Four times the size, where an effect of a percentage point can be told from chance."""
    folder = tmp_path_factory.mktemp("large")
    return Sample(folder, write_sample(folder, **LARGE))


@pytest.fixture(scope="session")
def large_plain(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The large company with all effects off."""
    folder = tmp_path_factory.mktemp("large_plain")
    return Sample(folder, write_sample(folder, **LARGE, effects=Effects.none()))


@pytest.fixture(scope="session")
def deals(sample: Sample) -> pl.DataFrame:
    """Opportunities of the sample with their price lines."""
    return with_lines(sample)
