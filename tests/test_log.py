"""What a service says: for people on a terminal, for programs elsewhere."""

from __future__ import annotations

import io
import json

from jobs.log import Log
from tests.fakes import NOON


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_of_json_where_nobody_looks_on() -> None:
    log = Log(stream := io.StringIO(), lambda: NOON).about(run="r", job="load")
    log.say("run begins", slot="2026-11-16")
    log.say("run ok", error=None, files=2)
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [
        {"at": "2026-11-16T12:00:00.000+00:00", "event": "run begins", "run": "r", "job": "load", "slot": "2026-11-16"},
        {"at": "2026-11-16T12:00:00.000+00:00", "event": "run ok", "run": "r", "job": "load", "files": 2},
    ]


def test_sentences_on_a_terminal() -> None:
    log = Log(stream := Terminal(), lambda: NOON).about(run="r", job="load")
    log.say("run begins", slot="2026-11-16")
    assert stream.getvalue().endswith("run begins, job load, slot 2026-11-16\n")
    assert "{" not in stream.getvalue()
