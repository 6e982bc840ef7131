"""Forms of the room."""
from test_methods.forms.limits import LimitForm, LimitPart, RequirementForm, read_segments
from test_methods.forms.methods import (
    COMPANIONS,
    FIELD_ROWS,
    ApproveForm,
    CompanionRow,
    FieldRow,
    MethodForm,
    ParameterForm,
    RetireForm,
    ScopeForm,
    VerificationForm,
    VersionForm,
)
from test_methods.forms.regulations import (
    ConfirmForm,
    EditionForm,
    EndEditionForm,
    NewEditionForm,
    RegulationForm,
)
from test_methods.forms.uncertainty import COMPONENT_ROWS, BudgetForm, ComponentRow

__all__ = [
    "ApproveForm", "BudgetForm", "COMPANIONS", "COMPONENT_ROWS", "CompanionRow", "ComponentRow", "ConfirmForm", "EditionForm",
    "EndEditionForm", "FIELD_ROWS", "FieldRow", "LimitForm", "LimitPart", "MethodForm", "NewEditionForm", "ParameterForm",
    "RegulationForm", "RequirementForm", "RetireForm", "ScopeForm", "VerificationForm", "VersionForm", "read_segments",
]
