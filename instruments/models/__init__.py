"""The tables of the room, one module a subject; each dated fact with its two times."""
from instruments.models.calibration import (
    Calibration,
    CalibrationOrder,
    CalibrationPoint,
    CalibrationStandard,
    FactorSet,
)
from instruments.models.capture import FileMapping, Trace
from instruments.models.checks import CheckChart, IntermediateCheck, Maintenance
from instruments.models.cycles import (
    CalendarFeed,
    Cycle,
    CycleEvent,
    DueEntry,
    Extension,
    IntervalReview,
    Reminder,
    UseReading,
)
from instruments.models.loans import Loan
from instruments.models.register import (
    FirmwareRecord,
    Instrument,
    InstrumentRange,
    InstrumentState,
    SystemMember,
)

__all__ = [
    "CalendarFeed", "Calibration", "CalibrationOrder", "CalibrationPoint", "CalibrationStandard", "CheckChart", "Cycle",
    "CycleEvent", "DueEntry", "Extension", "FactorSet", "FileMapping", "FirmwareRecord", "Instrument", "InstrumentRange",
    "InstrumentState", "IntermediateCheck", "IntervalReview", "Loan", "Maintenance", "Reminder", "SystemMember", "Trace",
    "UseReading",
]
