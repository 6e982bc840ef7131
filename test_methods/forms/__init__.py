"""Forms of the room."""
from test_methods.forms.limits import LimitForm, LimitPart, RequirementForm, read_segments
from test_methods.forms.methods import (
    COMPANIONS,
    FIELD_ROWS,
    STEP_ROWS,
    ApproveForm,
    CalculationRow,
    CompanionRow,
    FieldRow,
    MethodForm,
    ParameterForm,
    RetireForm,
    VersionForm,
    environment_data,
)
from test_methods.forms.regulations import (
    ConfirmForm,
    EditionForm,
    EndEditionForm,
    NewEditionForm,
    RegulationForm,
)
from test_methods.forms.scope import ScopeEndForm, ScopeForm
from test_methods.forms.uncertainty import COMPONENT_ROWS, BudgetForm, ComponentRow
from test_methods.forms.versions import ContentForm, ProofForm, VectorForm, filled, vector_form

__all__ = [
    "ApproveForm", "BudgetForm", "COMPANIONS", "COMPONENT_ROWS", "CalculationRow", "CompanionRow", "ComponentRow", "ConfirmForm",
    "ContentForm", "EditionForm", "EndEditionForm", "FIELD_ROWS", "FieldRow", "LimitForm", "LimitPart", "MethodForm",
    "NewEditionForm", "ParameterForm", "ProofForm", "RegulationForm", "RequirementForm", "RetireForm", "STEP_ROWS",
    "ScopeEndForm", "ScopeForm", "VectorForm", "VersionForm", "environment_data", "filled", "read_segments", "vector_form",
]
