"""What SQL cannot say: the kernel's chances, quantiles of distributions. Each is a step among the SQL models."""

from jobs.models import PythonModel
from jobs.score.books import KERNEL
from jobs.score.contestable import CONTESTABLE
from jobs.score.correlation import CORRELATION
from jobs.score.differences import REP_TAILS
from jobs.score.effects import EFFECTS
from jobs.score.intervals import JEFFREYS, STUDENT_T
from jobs.score.needed import DEALS_NEEDED
from jobs.score.next_quarter import NEXT_QUARTER
from jobs.score.skill import SKILL
from jobs.score.unborn import UNBORN
from jobs.score.willingness import WILLINGNESS
from jobs.score.without_skill import WITHOUT_SKILL

PYTHON_MODELS: tuple[PythonModel, ...] = (
    UNBORN,
    CORRELATION,
    KERNEL,
    NEXT_QUARTER,
    DEALS_NEEDED,
    JEFFREYS,
    STUDENT_T,
    REP_TAILS,
    EFFECTS,
    SKILL,
    WITHOUT_SKILL,
    WILLINGNESS,
    CONTESTABLE,
)

__all__ = ["PYTHON_MODELS"]
