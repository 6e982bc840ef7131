"""Forms of the room, one module a subject."""
from lab_app.quality.forms.places import CorrectionForm, EnvironmentForm, RoomForm
from lab_app.quality.forms.suppliers import ApprovalForm, EndForm, SupplierForm

__all__ = ["ApprovalForm", "CorrectionForm", "EndForm", "EnvironmentForm", "RoomForm", "SupplierForm"]
