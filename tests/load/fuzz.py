"""Ten thousand broken files, and what the loader makes of each: `make fuzz`.

Every file must end as loaded, unchanged, left or refused with a reason, within ten seconds, with every record
accounted for: no exception, no crash, no silence. Each is loaded in a process of its own making, which is ended
where it hangs. What fails is kept, and can be loaded again with --only.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from tests.load.corpus_table import cases
from tests.load.loading import Loader
from tests.load.mutations import mutated

ENDINGS = (".csv", ".csv", ".csv", ".txt", ".xlsx", ".zip", ".parquet", ".jsonl", ".csv.gz")
MOST_SECONDS = 10


def main() -> int:
    """Load them all, print how they ended, and say which failed. 1 where one failed."""
    arguments = _arguments()
    numbers = (
        [arguments.only] if arguments.only is not None else range(arguments.start, arguments.start + arguments.count)
    )
    ends: Counter[str] = Counter()
    kept = Path(tempfile.mkdtemp(prefix="batna-fuzz-"))
    for number, end, fault in _outcomes(list(numbers)):
        ends[end] += 1
        if fault:
            (kept / name_of(number)).write_bytes(mutated(number, seeds()))
            print(f"{number}: {end}: {fault}\n  kept as {kept / name_of(number)}", flush=True)
        if sum(ends.values()) % 1000 == 0:
            print(f"{sum(ends.values()):,} files: {_told(ends)}", flush=True)
    print(f"{sum(ends.values()):,} files: {_told(ends)}")
    return 1 if ends["failed"] + ends["hung"] + ends["crashed"] else 0


def seeds() -> Sequence[bytes]:
    """The bytes of every file of the corpus."""
    return [case.content() for case in cases()]


def name_of(number: int) -> str:
    """The name that a file is loaded under: endings must not matter."""
    return f"{number}{ENDINGS[number % len(ENDINGS)]}"


def end_of(loader: Loader, number: int, files: Sequence[bytes]) -> str:
    """Load one broken file into an empty warehouse. Says how it ended, or raises what should not have been."""
    results = loader.load({name_of(number): mutated(number, files)})
    assert results, "nothing was said of the file"
    for result in results:
        assert result.status in ("loaded", "unchanged", "ignored", "refused"), result.status
        assert result.status != "refused" or result.problem, "refused without a reason"
        assert result.status != "refused" or not result.rows_loaded, "refused, and something of it kept"
        assert str(loader.folder) not in str(result.problem), result.problem
    statuses = {result.status for result in results}
    return next(status for status in ("loaded", "unchanged", "refused", "ignored") if status in statuses)


def _outcomes(numbers: Sequence[int]) -> Iterator[tuple[int, str, str]]:
    """Number, end and fault of each file; a process that hangs or crashes is replaced.

    A file that is late is loaded a second time: a machine may have been busy with something else.
    """
    left, late = list(reversed(numbers)), set[int]()
    while left:
        for number, end, fault in _one_process(left):
            if end == "hung" and number not in late:
                late.add(number)
                left.append(number)
            else:
                yield number, end, fault


def _one_process(left: list[int]) -> Iterator[tuple[int, str, str]]:
    """Take files off the list and have a process load them, until one is not answered or the list is empty."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    ours.recv()
    while left:
        number = left.pop()
        ours.send(number)
        try:
            if not ours.poll(MOST_SECONDS):
                yield number, "hung", f"no answer in {MOST_SECONDS} seconds"
                break
            end, fault = ours.recv()
        except EOFError:
            yield number, "crashed", f"the process ended with {process.exitcode}"
            break
        yield number, end, fault
        if fault:
            break
    process.kill()
    process.join()


def _serve(pipe: Connection) -> None:
    """The process: a warehouse that is emptied for each file."""
    files = seeds()
    with tempfile.TemporaryDirectory(prefix="batna-fuzz-") as folder:
        loader = Loader(Path(folder))
        pipe.send("ready")
        while True:
            number = pipe.recv()
            place = Path(tempfile.mkdtemp(dir=folder))
            try:
                pipe.send((end_of(loader.reset(place), number, files), ""))
            except Exception:
                pipe.send(("failed", traceback.format_exc()))
                return


def _told(ends: Counter[str]) -> str:
    return ", ".join(f"{count:,} {end}" for end, count in ends.most_common())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--start", type=int, default=0, help="the first number: another one, other files")
    parser.add_argument("--only", type=int, help="one number, to see what is wrong with it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
