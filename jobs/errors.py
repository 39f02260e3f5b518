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


class Skipped(BatnaError):
    """A run of the schedule left its slot out, for a reason; nothing was published."""


class DeliveryFailed(BatnaError):
    """A week did not reach everybody, and somebody has to mend something."""


class DeliveryDelayed(BatnaError):
    """A week did not reach everybody for a reason that may pass."""


class SlotDone(BatnaError):
    """Another process has dealt with this slot of the schedule."""


class CheckFailed(BatnaError):
    """A check of the finished warehouse found rows that must not be. failed_on: the as-of dates of these rows."""

    def __init__(self, place: str, fault: str, mend: str = "", *, failed_on: tuple[date, ...] = ()) -> None:
        self.failed_on = failed_on
        super().__init__(place, fault, mend)


class LedgerFault(BatnaError):
    """The record of runs cannot be read or written."""


class Locked(BatnaError):
    """Another run holds the workspace."""


def exit_code(error: BaseException) -> int:
    """Exit code of a command that ended with this error (01-product.md, The commands)."""
    match error:
        case UsageError() | SettingsError():
            return 2
        case DataRefused() | CheckFailed() | Skipped():
            return 3
        case SlotDone():
            return 0
        case Locked():
            return 75
        case _:
            return 1


def is_interrupt(error: BaseException) -> bool:
    """Whether a person or the system stopped the run; DuckDB tells of Ctrl-C in words."""
    return isinstance(error, KeyboardInterrupt) or "Query interrupted" in str(error)
