"""The filters of the list of prevention, and the form of one activity."""

from typing import Any

from cases.record.forms import RecordForm
from cse_portal.accounts.models import User
from cse_portal.reference.selectors import choices
from cse_portal.ui.forms import CheckboxesField, FilterForm, ModelSelectField, SelectField
from reporting.prevention.models import ActivityKind, PreventionActivity, Setting
from reporting.prevention.selectors import agencies_of

PERIODS = [("90", "Last 90 days"), ("365", "Last 12 months")]


class PreventionFilter(FilterForm):
    """Which activities to show."""

    days = SelectField(label="Period", choices=PERIODS, blank="All")
    setting = CheckboxesField(label="Setting", choices=Setting.choices)
    kind = SelectField(label="Kind", choices=ActivityKind.choices, blank="All")
    ward = SelectField(label="Ward", choices=lambda: choices("ward"), blank="All wards")
    agency = ModelSelectField(None, label="Agency", blank="Any agency", to_field_name="code")

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.fields["agency"].queryset = agencies_of(user)  # type: ignore[attr-defined]


class ActivityForm(RecordForm):
    """Five answers, and what else is known."""

    in_ward = SelectField(label="In which ward?", choices=lambda: choices("ward"), blank="Choose a ward")

    def __init__(self, *args: Any, row: PreventionActivity, **kwargs: Any) -> None:
        super().__init__(*args, row=row, without=("in_ward",), **kwargs)
        self.order_fields(["kind", "setting", "place", "in_ward", "on"])
