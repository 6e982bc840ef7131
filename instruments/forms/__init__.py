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
from instruments.forms.upkeep import CheckForm, FactorsForm, MaintenanceForm, shown_points

__all__ = [
    "AtForm", "CalibrationForm", "CheckForm", "FactorsForm", "FileForm", "InstrumentForm", "MaintenanceForm", "RANGE_ROWS",
    "RangeRow", "RangesForm", "ReleaseForm", "StateForm", "shown_points",
]
