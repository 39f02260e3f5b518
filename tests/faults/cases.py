"""The faults. docs/faults.md is written from this list, in this order, a table for each group."""

from __future__ import annotations

from tests.faults.damage_cases import DAMAGE
from tests.faults.disk_cases import ACCESS, DISK
from tests.faults.export_cases import EXPORTS
from tests.faults.fault import Fault
from tests.faults.service_cases import SERVICE

GROUPS: dict[str, tuple[Fault, ...]] = {
    "The disk is full": DISK,
    "This user may not": ACCESS,
    "Exports that are not whole": EXPORTS,
    "Clocks, other runs, servers": SERVICE,
    "Files that are damaged, gone or held": DAMAGE,
}
FAULTS = tuple(fault for faults in GROUPS.values() for fault in faults)
