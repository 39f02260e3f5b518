"""The entry: exports of one invented company, as a function of the arguments alone."""

from datetime import date
from pathlib import Path

from jobs.sample.company import make_company
from jobs.sample.effects import Effects
from jobs.sample.truth import SampleTruth, find_truth
from jobs.sample.world import make_world
from jobs.sample.writers import write_files

DEFAULT_AS_OF_ON = date(2026, 11, 15)
DEFAULT_EFFECTS = Effects()


def write_sample(
    folder: Path,
    *,
    seed: int = 7,
    as_of_on: date = DEFAULT_AS_OF_ON,
    teams: int = 4,
    reps: int = 24,
    quarters: int = 8,
    opportunities: int = 3000,
    history_per_opportunity: int = 6,
    effects: Effects = DEFAULT_EFFECTS,
) -> SampleTruth:
    """Writes the sample's files into `folder` and returns what is true of them.

    `quarters` counts the finished fiscal quarters; the running one is added up to the end of `as_of_on`. On
    average there are `history_per_opportunity` rows of OpportunityHistory per opportunity, but never fewer
    than creation, stages, offers and closing need, and half a further change (six to seven in all). Equal
    arguments give equal bytes. ValueError for sizes that cannot carry what is planted: at least 8 reps, one
    a team, 100 opportunities and one quarter.
    """
    company = make_company(
        seed=seed,
        as_of_on=as_of_on,
        teams=teams,
        reps=reps,
        quarters=quarters,
        opportunities=opportunities,
        effects=effects,
    )
    world = make_world(company, opportunities, history_per_opportunity)
    return find_truth(world, write_files(folder, world))
