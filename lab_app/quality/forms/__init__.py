"""Forms of the room, one module a subject."""
from lab_app.quality.forms.nonconformities import AnswersForm, NonconformityForm
from lab_app.quality.forms.places import CorrectionForm, EnvironmentForm, RoomForm
from lab_app.quality.forms.suppliers import ApprovalForm, EndForm, SupplierForm

__all__ = ["AnswersForm", "NonconformityForm", "ApprovalForm", "CorrectionForm", "EndForm", "EnvironmentForm", "RoomForm", "SupplierForm"]
