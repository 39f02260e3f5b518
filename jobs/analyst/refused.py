"""A query that was refused or stopped: the error that shows its place."""

from __future__ import annotations

from jobs.errors import BatnaError


class Refused(BatnaError):
    """A query that was refused or stopped. excerpt: its line and a caret under the place, or empty.

    is_unknown: it names a table or column that the warehouse has not.
    """

    def __init__(self, place: str, fault: str, mend: str = "", excerpt: str = "", *, is_unknown: bool = False) -> None:
        self.excerpt = excerpt
        self.is_unknown = is_unknown
        super().__init__(place, fault, mend)

    def __str__(self) -> str:
        return super().__str__() + (f"\n{self.excerpt}" if self.excerpt else "")
