"""What SQL cannot say: the kernel's chances, quantiles of distributions. Each is a step among the SQL models."""

from jobs.models import PythonModel
from jobs.score.books import KERNEL
from jobs.score.differences import REP_TAILS
from jobs.score.effects import EFFECTS
from jobs.score.intervals import JEFFREYS, STUDENT_T
from jobs.score.skill import SKILL
from jobs.score.willingness import WILLINGNESS

PYTHON_MODELS: tuple[PythonModel, ...] = (KERNEL, JEFFREYS, STUDENT_T, REP_TAILS, EFFECTS, SKILL, WILLINGNESS)

__all__ = ["PYTHON_MODELS"]
