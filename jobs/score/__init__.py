"""What SQL cannot say: the chance that each book of deals closes its gap, and without each deal of it."""

from jobs.score.books import SCORED, score_books

__all__ = ["SCORED", "score_books"]
