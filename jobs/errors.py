"""What a user can mend, and the exit code each kind of fault ends with."""

from __future__ import annotations

from datetime import date


class BatnaError(Exception):
    """A fault that somebody can mend: the place, then the fault, then the mend."""

    def __init__(self, place: str, fault: str, mend: str = "") -> None:
        self.place = place
        self.fault = fault
        self.mend = mend
        super().__init__(f"{place}: {fault}." + (f" {mend}." if mend else ""))


class UsageError(BatnaError):
    """A command was called in a way that cannot work."""


class SettingsError(BatnaError):
    """A settings file says something that cannot be used. key_path: the key at fault, where one is."""

    def __init__(self, place: str, fault: str, mend: str = "", *, key_path: tuple[str, ...] = ()) -> None:
        self.key_path = key_path
        super().__init__(place, fault, mend)


class DataRefused(BatnaError):
    """An export was refused, or there is nothing to work on."""


class CheckFailed(BatnaError):
    """A check of the finished warehouse found rows that must not be. failed_on: the as-of dates of these rows."""

    def __init__(self, place: str, fault: str, mend: str = "", *, failed_on: tuple[date, ...] = ()) -> None:
        self.failed_on = failed_on
        super().__init__(place, fault, mend)


class Locked(BatnaError):
    """Another run holds the workspace."""


def exit_code(error: BaseException) -> int:
    """Exit code of a command that ended with this error (01-product.md, The commands)."""
    match error:
        case UsageError() | SettingsError():
            return 2
        case DataRefused() | CheckFailed():
            return 3
        case Locked():
            return 75
        case _:
            return 1
