"""The tables of the room, one module a subject; each dated fact with its two times."""
from instruments.models.calibration import Calibration, FactorSet
from instruments.models.checks import IntermediateCheck, Maintenance
from instruments.models.register import Instrument, InstrumentRange, InstrumentState

__all__ = ["Calibration", "FactorSet", "Instrument", "InstrumentRange", "InstrumentState", "IntermediateCheck", "Maintenance"]
