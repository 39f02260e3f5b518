"""What the attainment kernel costs: python -m benchmarks.kernel [--quick]

Three cases: the books of 1,000 reps, a team and a company, all of random amounts; then two of them with a
common factor. Each is timed in the same run beside a floor and a peer, in CPU seconds: trust the ratios.

    floor   a plain convolution of the book on a grid of 27,720 steps: attainment alone, no bounds
    peer    a simulation of 10,000 outcomes with every deal taken out; its error is about .012
    width   the widest certified bounds of any chance without a deal
"""

import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from jobs.score.kernel import Attainment, Book, attain

STEPS = 27_720
DRAWS = 10_000
COLUMNS = ("kernel", "floor", "peer", "/floor", "/peer", "exact", "width")


def random_book(random: np.random.Generator, count: int) -> Book:
    """Skewed amounts to the cent, a gap near the expected money."""
    amounts = np.ceil(random.lognormal(0, 1, count) * 5e6).astype(np.int64)
    chances = random.uniform(0.05, 0.95, count)
    deviation = float(np.sqrt((chances * (1 - chances) * amounts.astype(np.float64) ** 2).sum()))
    return Book(amounts, chances, max(1, int((amounts * chances).sum() + random.uniform(-1, 1) * deviation)))


def convolve(book: Book) -> float:
    """The floor."""
    chance = np.zeros(STEPS + 1)
    chance[0] = 1
    steps = np.minimum(book.amounts * STEPS // book.gap, STEPS)
    for step, p in zip(steps.tolist(), book.probabilities.tolist(), strict=True):
        won = chance[: len(chance) - step] * p
        chance *= 1 - p
        chance[step:] += won
    return 1 - float(chance[:STEPS].sum())


def simulate(book: Book) -> tuple[float, list[float]]:
    """The peer, a deal at a time so that a company fits into memory."""
    totals = np.zeros(DRAWS, np.int64)
    for won, amount in _outcomes(book):
        totals += won * amount
    without = [float((totals - won * amount >= book.gap).mean()) for won, amount in _outcomes(book)]
    return float((totals >= book.gap).mean()), without


def _outcomes(book: Book) -> Iterator[tuple[NDArray[np.bool_], int]]:
    random = np.random.default_rng(1)
    for amount, p in zip(book.amounts.tolist(), book.probabilities.tolist(), strict=True):
        yield random.random(DRAWS, np.float32) < p, amount


def cpu_seconds(run: Callable[[Book], object], books: list[Book]) -> float:
    start = time.process_time()
    for book in books:
        run(book)
    return time.process_time() - start


def describe(name: str, books: list[Book], correlation: float = 0.0) -> str:
    """One line of the table."""
    answers: list[Attainment] = []
    kernel = cpu_seconds(lambda book: answers.append(attain(book, correlation=correlation)), books)
    floor, peer = cpu_seconds(convolve, books), cpu_seconds(simulate, books)
    width = max(float((answer.without_high - answer.without_low).max()) for answer in answers)
    exact = sum(answer.is_exact for answer in answers) / len(answers)
    return (
        f"{name:<34}{kernel:>9.2f}{floor:>9.2f}{peer:>9.2f}{kernel / floor:>9.1f}{kernel / peer:>9.2f}"
        f"{exact:>9.0%}{width:>9.5f}"
    )


def main() -> None:
    """Prints the table; --quick does a tenth of it."""
    part = 10 if "--quick" in sys.argv else 1
    random = np.random.default_rng(2026)
    reps = [random_book(random, int(count)) for count in random.poisson(34, 1000 // part)]
    team, company = [random_book(random, 300)], [random_book(random, 34_000 // part)]
    print(f"{'CPU seconds':<34}" + "".join(f"{column:>9}" for column in COLUMNS))
    print(describe(f"{len(reps)} reps of about 34 deals", reps))
    print(describe("a team of 300 deals", team))
    print(describe(f"a company of {34_000 // part:,} deals", company))
    print(describe(f"{len(reps) // 10} reps, correlation .1", reps[: len(reps) // 10], 0.1))
    print(describe("the team, correlation .1", team, 0.1))


if __name__ == "__main__":
    main()
