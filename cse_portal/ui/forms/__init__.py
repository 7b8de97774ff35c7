"""Forms that draw themselves; docs/design.md shows how to use them."""

from cse_portal.ui.forms.base import PortalBoundField, PortalForm, PortalRenderer
from cse_portal.ui.forms.dates import DateField3, MomentField
from cse_portal.ui.forms.fields import (
    CheckboxesField,
    ConfirmField,
    HiddenField,
    LongTextField,
    ModelCheckboxesField,
    ModelSelectField,
    NumberField,
    RadioField,
    SearchField,
    SelectField,
    TextField,
    UploadField,
    YesNoField,
)
from cse_portal.ui.forms.filters import FilterForm
from cse_portal.ui.forms.rows import Rows, add_another, all_errors
from cse_portal.ui.forms.together import RowsForm

__all__ = [
    "CheckboxesField",
    "ConfirmField",
    "DateField3",
    "FilterForm",
    "HiddenField",
    "LongTextField",
    "ModelCheckboxesField",
    "ModelSelectField",
    "MomentField",
    "NumberField",
    "PortalBoundField",
    "PortalForm",
    "PortalRenderer",
    "RadioField",
    "Rows",
    "RowsForm",
    "SearchField",
    "SelectField",
    "TextField",
    "UploadField",
    "YesNoField",
    "add_another",
    "all_errors",
]
