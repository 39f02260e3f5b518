"""What SQL cannot say: the kernel's chances, quantiles of distributions. Each is a step among the SQL models."""

from jobs.models import PythonModel
from jobs.score.books import KERNEL
from jobs.score.intervals import JEFFREYS

PYTHON_MODELS: tuple[PythonModel, ...] = (KERNEL, JEFFREYS)

__all__ = ["PYTHON_MODELS"]
