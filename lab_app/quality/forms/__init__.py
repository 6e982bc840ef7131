"""Forms of the room, one module a subject."""
from lab_app.quality.forms.nonconformities import AnswersForm, ClassesForm, NonconformityForm
from lab_app.quality.forms.places import CorrectionForm, EnvironmentForm, RoomForm
from lab_app.quality.forms.suppliers import ApprovalForm, EndForm, SupplierForm

__all__ = [
    "AnswersForm", "ClassesForm", "NonconformityForm",
    "ApprovalForm", "CorrectionForm", "EndForm", "EnvironmentForm", "RoomForm", "SupplierForm",
]
