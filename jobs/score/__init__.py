"""What SQL cannot say: the kernel's chances, quantiles of distributions. Each is a step among the SQL models."""

from jobs.models import PythonModel
from jobs.score.books import KERNEL
from jobs.score.differences import REP_TAILS
from jobs.score.intervals import JEFFREYS

PYTHON_MODELS: tuple[PythonModel, ...] = (KERNEL, JEFFREYS, REP_TAILS)

__all__ = ["PYTHON_MODELS"]
