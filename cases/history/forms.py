"""Recording a school, a home or placement, or a legal status."""

from typing import Any

from cases.history.models import PERIOD_LISTS, LifePeriod, PeriodKind
from cases.history.services import Period
from cases.record.forms import VersionedForm
from cse_portal.accounts.models import Agency
from cse_portal.reference import selectors as reference
from cse_portal.ui import forms

WORDS = {
    PeriodKind.SCHOOL: ("Schooling", "Name of the school, college or training"),
    PeriodKind.HOME: ("Kind of home or placement", "With whom, or where"),
    PeriodKind.LEGAL: ("Legal status", ""),
}


class PeriodForm(VersionedForm):
    """A period of one kind. What it is and its first day are required; without a last day it is the present one."""

    version = forms.HiddenField(max_length=9, required=False)
    code = forms.SelectField(blank="Choose one", required_error="Choose what it is")
    name = forms.TextField(max_length=150, required=False)
    school = forms.ModelSelectField(
        None, label="Does this school or its service use the portal?", required=False, blank="No, or not known",
        help_text="Its own people are then offered for meetings",
    )  # fmt: skip
    began_on = forms.DateField3(label="First day", past=True)
    ended_on = forms.DateField3(
        label="Last day", past=True, required=False, help_text="Leave empty if this is how it is now"
    )
    attendance = forms.NumberField(
        label="Attendance", min_value=0, max_value=100, required=False, suffix="%", width=3,
        help_text="Percentage of sessions this school year",
    )  # fmt: skip
    exclusions = forms.NumberField(
        label="Suspensions and exclusions", min_value=0, max_value=500, required=False, width=3,
        help_text="How many this school year",
    )  # fmt: skip
    special_needs = forms.SelectField(label="Special educational needs", blank="Not known", required=False)
    reason = forms.TextField(label="Why did it change?", max_length=300, required=False)

    def __init__(self, *args: Any, kind: PeriodKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code, name, school, needs = (
            self.fields[each] for each in ("code", "name", "school", "special_needs")
        )  # type: Any, Any, Any, Any
        code.label, name.label = WORDS[kind]
        code.choices = [("", "Choose one"), *reference.choices(PERIOD_LISTS[kind])]
        needs.choices = [("", "Not known"), *reference.choices("special-needs")]
        school.queryset = Agency.objects.filter(is_active=True).order_by("name")
        if kind != PeriodKind.SCHOOL:
            for each in ("school", "attendance", "exclusions", "special_needs"):
                del self.fields[each]
        if kind == PeriodKind.LEGAL:
            del self.fields["name"]

    def clean(self) -> dict[str, Any]:
        """It does not end before it began."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        began, ended = said.get("began_on"), said.get("ended_on")
        if began and ended and ended < began:
            self.add_error("ended_on", "Last day: enter a day on or after the first day")
        return said

    @property
    def period(self) -> Period:
        """The answers as the service takes them."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Period(**{"name": "", **said})

    @staticmethod
    def answers_of(period: LifePeriod) -> dict[str, Any]:
        """What is recorded now, to begin with."""
        names = [*Period.__dataclass_fields__, "version"]
        return {name: getattr(period, name) for name in names}
