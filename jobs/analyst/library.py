"""The query library, sql/adhoc/: a question a file; its first comment lines tell parameters and what no rows mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jobs import shipped
from jobs.errors import UsageError
from jobs.nearest import nearest
from jobs.output import Result

_PARAMETER = re.compile(r"-- \$(\w+) = ([^:]*): (.+)")
_NONE = "-- Without rows: "
_NULL = "null"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a query asks for. default: None is NULL."""

    name: str
    default: str | None
    meaning: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is asked often. without_rows: what it means when there are none."""

    name: str
    question: str
    parameters: tuple[Parameter, ...]
    without_rows: str
    sql: str

    def values(self, given: Mapping[str, str]) -> dict[str, str | None]:
        """The defaults, and over them what was given. Raises UsageError where that is no parameter of it."""
        known = {each.name: each.default for each in self.parameters}
        for name in given:
            if name not in known:
                has = f"It has {', '.join('$' + each for each in known)}" if known else "It has no parameters"
                raise UsageError(f"--param {name}", f"{self.name} has no ${name}", has)
        return {**known, **given}

    def no_rows(self, given: Mapping[str, str]) -> str:
        """What it means that there were none; of what was narrowed down only that there are none like that."""
        if not given:
            return self.without_rows
        asked = " and ".join(f"{name} = {value}" for name, value in given.items())
        return f"There is nothing with {asked}. Without that, no rows would mean: {self.without_rows}"


def library(folder: Path = shipped.SQL / "adhoc") -> dict[str, Asked]:
    """Every question by its name."""
    return {path.stem: read_asked(path) for path in sorted(folder.glob("*.sql"))}


def asked(name: str) -> Asked:
    """The question of this name. Raises UsageError where there is none."""
    questions = library()
    if name not in questions:
        mend = f"The nearest is {nearest(name, questions)}; `batna ask` lists them"
        raise UsageError("NAME", f'there is no question "{name}"', mend)
    return questions[name]


def read_asked(path: Path) -> Asked:
    """A question as it stands in its file: the question first, then parameters, then what no rows mean."""
    text = path.read_text(encoding="utf-8")
    head = [line for line in text.splitlines() if line.startswith("--")]
    parameters = tuple(_parameter(found) for line in head if (found := _PARAMETER.fullmatch(line)))
    without = next(line.removeprefix(_NONE) for line in head if line.startswith(_NONE))
    return Asked(path.stem, head[0].removeprefix("-- "), parameters, without, text)


def _parameter(found: re.Match[str]) -> Parameter:
    return Parameter(found[1], None if found[2] == _NULL else found[2], found[3])


def listed(questions: Sequence[Asked]) -> Result:
    """The library as rows for people: name, question, parameters with their defaults."""
    rows = [(each.name, each.question, ", ".join(map(_as_option, each.parameters))) for each in questions]
    return Result(("name", "question", "parameters"), iter(rows))


def _as_option(parameter: Parameter) -> str:
    return f"{parameter.name}={parameter.default or ''}"
