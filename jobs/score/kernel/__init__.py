"""The attainment kernel: will this book of deals close the gap, and would it without each one of them?

Source: 03-metrics.md, section 3. Called by jobs.score for reps, teams and companies; knows no tables, no
files and no clock.

    book      what goes in and what comes out
    solve     attain(): the mean over the factor's nodes, refined until it is narrow enough
    choose    which method a book gets
    factor    the common factor: nodes, weights, probabilities at a node
    task      a book made canonical: sorted, held to the gap
    chain     exact sums of a few deals, equal ones merged
    exact     two chains that meet in the middle
    layout    amounts laid on a grid, and what rounding can do at most
    sweep     leave-one-out on a grid, deal by deal
    tree      the same for many deals, by Fourier transforms
    grid      the largest deals to the cent against the rest on a grid
"""

from jobs.score.kernel.book import Attainment, Book
from jobs.score.kernel.solve import attain

__all__ = ["Attainment", "Book", "attain"]
