"""Forms of the room, one module a subject."""
from instruments.forms.calibrations import CalibrationForm, ReleaseForm
from instruments.forms.register import (
    RANGE_ROWS,
    AtForm,
    FileForm,
    InstrumentForm,
    RangeRow,
    RangesForm,
    StateForm,
)
from instruments.forms.systems import EndForm, FirmwareForm, MemberForm
from instruments.forms.upkeep import CheckForm, FactorsForm, MaintenanceForm, shown_points

__all__ = [
    "AtForm", "CalibrationForm", "CheckForm", "EndForm", "FactorsForm", "FileForm", "FirmwareForm", "InstrumentForm",
    "MaintenanceForm", "MemberForm", "RANGE_ROWS", "RangeRow", "RangesForm", "ReleaseForm", "shown_points", "StateForm",
]
