"""When processes are to die: the same for the same seed, and spread over all that they do."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from random import Random

import pytest

from benchmarks.soak.plan import Kill, Step, run_kill, service_kill

STEPS = (
    Step("copied aside", 1.0),
    Step("loaded", 1.5),
    Step("built", 4.0),
    Step("prepared", 4.0),
    Step("settled", 4.001),
)
TOTAL = 4.002
MANY = [run_kill(f"{number}", 0, STEPS, TOTAL) for number in range(400)]


def test_a_seed_draws_the_same_kills() -> None:
    assert [run_kill(f"{number}", 0, STEPS, TOTAL) for number in range(400)] == MANY


def test_nothing_else_draws_them() -> None:
    Random(1).random()
    assert run_kill("17", 0, STEPS, TOTAL) == MANY[17]


def test_the_third_attempt_is_never_killed() -> None:
    assert {run_kill(f"{number}", 2, STEPS, TOTAL) for number in range(50)} == {None}


def test_they_hit_every_step_however_short() -> None:
    hit = Counter(kill.after for kill in MANY if kill)
    assert hit.keys() == set(range(len(STEPS) + 1))
    assert min(hit.values()) >= 10


def test_they_are_within_the_step_that_they_follow() -> None:
    starts = [0.0, *(step.cpu for step in STEPS), TOTAL]
    for kill in filter(None, MANY):
        assert 0 <= kill.seconds <= starts[kill.after + 1] - starts[kill.after]


def test_a_step_that_no_timer_can_hit_is_cut_at_its_beginning() -> None:
    assert {kill.seconds for kill in MANY if kill and kill.after >= 3} == {0.0}


def test_services_are_killed_at_every_moment_and_mostly_not() -> None:
    drawn = [service_kill(f"{number}") for number in range(400)]
    assert {kill.moment for kill in drawn if kill} == {"start", "begun", "ended"}
    assert 40 <= sum(kill is not None for kill in drawn) <= 120


@pytest.mark.parametrize(("seconds", "number"), [(0.0, signal.SIGKILL), (0.05, signal.SIGPROF)])
def test_a_process_dies_without_a_word(seconds: float, number: int) -> None:
    lines = f"from benchmarks.soak.plan import die_after\ntry:\n    die_after({seconds})\n    while True: pass\nfinally: print('a word')"
    ended = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (-number, "")


def test_a_run_that_is_not_to_die_is_told_so() -> None:
    assert Kill(-1, 0.0).after not in range(len(STEPS) + 1)
