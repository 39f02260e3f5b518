"""`--accept GUARD=FILE`: what an operator lets in on purpose, though a guard over whole files says no."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import typer

from jobs.errors import UsageError

GUARDS = ("shrink", "stale", "bad-rows", "schema", "org")


class Accept(NamedTuple):
    """A guard, and the file that it is not to stop, as the message of its refusal names it."""

    guard: str
    file_name: str

    def __str__(self) -> str:
        return f"--accept {self.guard}={self.file_name}"


LetIn = frozenset[Accept]
NOTHING: LetIn = frozenset()


def accept(text: str) -> Accept:
    """A value of --accept. UsageError where it is none."""
    guard, _, file_name = text.partition("=")
    if guard not in GUARDS:
        raise UsageError("--accept", f"'{guard}' is no guard", f"Name one of {', '.join(GUARDS)}, as shrink=FILE")
    if not file_name:
        raise UsageError("--accept", f"'{text}' names no file", f"Write {guard}=FILE, FILE as the message names it")
    return Accept(guard, file_name)


AcceptOption = Annotated[
    list[Accept] | None,
    typer.Option(
        "--accept",
        metavar="GUARD=FILE",
        parser=accept,
        help=f"Let FILE in though a guard refused it: {', '.join(GUARDS)}. May be given several times.",
    ),
]
