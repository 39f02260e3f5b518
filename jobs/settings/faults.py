"""Faults of a settings file in plain words: what the typed model found wrong, with file, line and mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from jobs.errors import SettingsError
from jobs.settings.consistency import Fault, nearest
from jobs.settings.kinds import Table
from jobs.settings.model import Settings
from jobs.settings.toml_text import KeyPath, TomlText

_KINDS = {
    "string": ("text", 'Put it in "quotes"'),
    "int": ("a whole number", "Write it without quotes and without a decimal point"),
    "is_instance_of": ("a number", "Write it without quotes"),
    "decimal": ("a number", "Write it without quotes"),
    "finite_number": ("a finite number", "Write it in digits"),
    "date": ("a date", "Write it as 2026-01-31, without quotes"),
    "tuple": ("a list", "Write it in [brackets]"),
    "mapping": ("a table", "Write its keys below a [header]"),
    "model": ("a table", "Write its keys below a [header]"),
    "dict": ("a table", "Write its keys below a [header]"),
}
_LIMITS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


def type_faults(error: ValidationError, values: Mapping[str, Any]) -> list[Fault]:
    """The faults that the typed model found, one per place."""
    faults = [_fault(details, values) for details in error.errors(include_url=False)]
    by_path = {fault.path: fault for fault in reversed(faults)}
    around = {path[:length] for path in by_path for length in range(len(path))}
    return [fault for path, fault in by_path.items() if path not in around]


def as_error(faults: Iterable[Fault], file: TomlText) -> SettingsError | None:
    """All faults as one error, in the order of the file; the first gives the place. None without a fault."""
    placed = sorted(faults, key=lambda fault: _line(fault.path, file))
    if not placed:
        return None
    first, *others = placed
    mend = first.mend + "".join(f".\n{file.where(fault.path)}: {_text(fault, file)}. {fault.mend}" for fault in others)
    return SettingsError(file.where(first.path), _text(first, file), mend)


def key_paths(table: type[Table] = Settings) -> list[str]:
    """Every key that the settings know, dotted: the ones in a cell as `policy.cells.minimum`."""
    paths: list[str] = []
    for key, field in table.model_fields.items():
        inner = _inner_table(field.annotation)
        paths += [key] if inner is None else [f"{key}.{path}" for path in key_paths(inner)]
    return paths


def _fault(details: ErrorDetails, values: Mapping[str, Any]) -> Fault:
    path = _real_path(details["loc"], values)
    name = dotted(path)
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    if kind == "extra_forbidden":
        return _unknown_key(path)
    if path[-2:-1] == ("correlation",) or path[-1] == "correlation":
        fault = f'batna.correlation must be a number from 0 to 0.9 or "estimate", not {shown(value)}'
        return Fault(path, fault, "Write 0 for deals that have nothing in common")
    if details["loc"][-1] == "[key]":
        return Fault(path, f"{name} is none of {', '.join(_choices(context['expected']))}", "Take it out")
    if kind == "literal_error":
        return _unknown_value(path, value, context["expected"])
    if kind in ("missing", "too_long"):
        fault = f"{name} must be a list of two numbers, not {len(value)}"
        return Fault(path, fault, "Write [inside the quarter, outside it]")
    return _wrong_value(path, kind, context, value)


def _wrong_value(path: KeyPath, kind: str, context: Mapping[str, Any], value: Any) -> Fault:
    for limit, words in _LIMITS.items():
        if limit in context:
            fault = f"{dotted(path)} must be {words} {context[limit]}, not {shown(value)}"
            return Fault(path, fault, "Write a value in that range")
    if kind in ("too_short", "string_too_short"):
        return Fault(path, f"{dotted(path)} is empty", "Write at least one value, or leave the key out")
    stem = kind.removesuffix("_type").removesuffix("_from_float").removesuffix("_parsing")
    words, mend = _KINDS.get(stem, ("something else", "See docs/settings.md"))
    return Fault(path, f"{dotted(path)} must be {words}, not {shown(value)}", mend)


def _unknown_key(path: KeyPath) -> Fault:
    known = _keys_at(path[:-1])
    near = nearest(str(path[-1]), known) or _same_key_elsewhere(str(path[-1]))
    holder = f"[{dotted(path[:-1])}]" if path[:-1] else "this file"
    what = f'"{path[-1]}" is no key of {holder}{near}'
    return Fault(path, what, f"It knows {', '.join(known)}")


def _same_key_elsewhere(key: str) -> str:
    found = [path for path in key_paths() if path.endswith(f".{key}")]
    return f" (did you mean {' or '.join(found)}?)" if found else ""


def _choices(expected: str) -> list[str]:
    return expected.replace("'", "").replace(" or ", ", ").split(", ")


def _unknown_value(path: KeyPath, value: Any, expected: str) -> Fault:
    choices = _choices(expected)
    near = nearest(value, choices) if isinstance(value, str) else ""
    fault = f"{dotted(path)} is {shown(value)}, which is none of the words it may be{near}"
    return Fault(path, fault, f"Write one of {', '.join(choices)}")


def _real_path(location: Sequence[str | int], values: Mapping[str, Any]) -> KeyPath:
    """The part of a pydantic location that is really in the file: it also names the branches of a union."""
    path: list[str | int] = []
    inner: Any = values
    for step in location:
        is_last_and_new = isinstance(inner, Mapping) and step == location[-1] and step != "[key]"
        if isinstance(inner, Mapping) and step in inner:
            inner = inner[str(step)]
        elif isinstance(inner, list) and isinstance(step, int) and step < len(inner):
            inner = inner[step]
        elif not is_last_and_new:
            continue
        path.append(step)
    return tuple(path)


def _keys_at(path: KeyPath) -> list[str]:
    """The keys of the table at this path."""
    table: type[Table] | None = Settings
    for step in path:
        if table is not None and isinstance(step, str):
            table = _inner_table(table.model_fields[step].annotation)
    return sorted(table.model_fields) if table is not None else []


def _inner_table(annotation: Any) -> type[Table] | None:
    """The table class inside a field's type, be it the field itself or the element of a list."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation
    return next((inner for argument in get_args(annotation) if (inner := _inner_table(argument))), None)


def dotted(path: KeyPath) -> str:
    """A key as a person writes it; elements of a list count from 1."""
    name = ""
    for step in path:
        name += f" {step + 1}" if isinstance(step, int) else f".{_quoted(step)}"
    return name.lstrip(".")


def _quoted(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else f'"{key}"'


def shown(value: Any) -> str:
    """A value as it stands in the file."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case Decimal() | int() | date():
            return str(value)
        case Mapping():
            return "a table"
        case _:
            return "a list"


def _line(path: KeyPath, file: TomlText) -> int:
    while path and path not in file.lines:
        path = path[:-1]
    return file.lines.get(path, 0)


def _text(fault: Fault, file: TomlText) -> str:
    return fault.fault.replace("{other}", file.where(fault.other)) if fault.other else fault.fault
