"""The forms of the strategy's action plan."""

from typing import Any

from cases.record.forms import VersionedForm
from cse_portal.ui import forms
from mase.meetings.forms.scheduling import PersonField
from mase.plans.choices import PlanP
from mase.strategy.models import Rag, StrategicObjective
from mase.strategy.selectors import ObjectiveRecord, agencies_to_own, people_to_own
from mase.strategy.services import FIELDS

NAMES_NOBODY = "Board members read this: name no child, and give no count of 1 to 5 children."


class ObjectiveForm(forms.PortalForm):
    """What is to be reached, how it will be known, by whom and by when."""

    p = forms.RadioField(label="Which of the four Ps", choices=PlanP.choices, inline=True, small=True)
    text = forms.LongTextField(
        label="What is to be reached", max_length=1000, rows=2, required_error="Say what is to be reached"
    )
    measure = forms.LongTextField(
        label="How it is measured", max_length=1000, rows=2,
        required_error="Say how the board will know that it is reached",
    )  # fmt: skip
    target = forms.NumberField(label="Target, as a number", required=False, min_value=0)
    unit = forms.TextField(label="Of what", required=False, max_length=20, help_text="Such as %, or schools")
    lower_is_better = forms.RadioField(
        label="Which way is better?", choices=[("", "Higher"), ("yes", "Lower")], required=False, inline=True
    )
    owner = PersonField(people_to_own, label="Owner", blank="Nobody named yet", required=False)
    agency = forms.ModelSelectField(
        agencies_to_own, label="Agency, if nobody is named yet", blank="No agency yet", required=False
    )
    due_on = forms.DateField3(label="Due", required=False)

    def __init__(self, *args: Any, under: StrategicObjective | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if under is not None:
            del self.fields["p"]

    @property
    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        given = {name: self.cleaned_data[name] for name in FIELDS if name in self.fields}
        owner = given["owner"]
        given |= {"unit": given["unit"] or "", "lower_is_better": bool(given["lower_is_better"])}
        return given | ({"owner": owner.user, "agency": owner.agency} if owner else {})


class ChangeObjectiveForm(VersionedForm, ObjectiveForm):
    """The same, with why it changes and the version its editor had before them."""

    reason = forms.LongTextField(
        label="Why does it change?", max_length=1000, rows=2, help_text=NAMES_NOBODY,
        required_error="Say why it changes",
    )  # fmt: skip

    @property
    def changes(self) -> dict[str, Any]:
        """As the service takes them."""
        return {"values": self.values, "reason": self.cleaned_data["reason"], "version": self.drawn_at}

    @staticmethod
    def values_of(row: StrategicObjective) -> dict[str, Any]:
        """The row as it is."""
        owner = people_to_own().filter(user=row.owner_id, agency=row.agency_id).first()
        values = {name: getattr(row, name) for name in ("version", *FIELDS)}
        return values | {"owner": owner, "lower_is_better": "yes" if row.lower_is_better else ""}


class ReportForm(forms.PortalForm):
    """How a part of the plan stands, and the evidence. No answer is better than the evidence."""

    value = forms.NumberField(label="Value now", required=False, min_value=0)
    rag = forms.SelectField(label="How does it stand?", required_error="Say how it stands")
    evidence = forms.LongTextField(
        label="What shows that?", help_text=NAMES_NOBODY, required_error="Say what shows that it stands like this",
    )  # fmt: skip

    def __init__(self, *args: Any, record: ObjectiveRecord, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rag"].choices = [("", "Choose one"), *((each, each.label) for each in record.may_say)]  # type: ignore[attr-defined]
        if record.objective.target is None:
            del self.fields["value"]

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        return {"rag": Rag(given["rag"]), "evidence": given["evidence"], "value": given.get("value")}
