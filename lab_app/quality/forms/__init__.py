"""Forms of the room, one module a subject."""
from lab_app.quality.forms.places import CorrectionForm, EnvironmentForm, RoomForm

__all__ = ["CorrectionForm", "EnvironmentForm", "RoomForm"]
