"""Forms of the room: a reading with everything that belongs to it, assigning, reviewing, retesting."""
from lab_app.results.forms.capture import AskInstrumentForm, ImportForm, TraceFileForm
from lab_app.results.forms.entry import (
    NEW_ENVIRONMENT,
    RAW,
    TAKEN,
    EntryForm,
    ManyField,
    entry_form,
    is_typed,
)
from lab_app.results.forms.jobs import AssignForm, LineForm, RetestForm, ReviewForm

__all__ = [
    "AskInstrumentForm", "AssignForm", "EntryForm", "ImportForm", "LineForm", "ManyField", "NEW_ENVIRONMENT", "RAW", "RetestForm",
    "ReviewForm", "TAKEN", "TraceFileForm", "entry_form", "is_typed",
]
