"""Forms of the room."""
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
from test_methods.forms.regulations import ConfirmForm, LimitForm, LimitPart, RegulationForm, RequirementForm
from test_methods.forms.uncertainty import COMPONENT_ROWS, BudgetForm, ComponentRow

__all__ = [
    "ApproveForm", "BudgetForm", "COMPANIONS", "COMPONENT_ROWS", "CompanionRow", "ComponentRow", "ConfirmForm", "FIELD_ROWS",
    "FieldRow", "LimitForm", "LimitPart", "MethodForm", "ParameterForm", "RegulationForm", "RequirementForm", "RetireForm",
    "ScopeForm", "VerificationForm", "VersionForm",
]
