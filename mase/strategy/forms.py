"""The forms of the strategy's action plan."""

from typing import Any

from cases.record.forms import VersionedForm
from cse_portal.accounts.models import Agency, Membership
from cse_portal.ui.forms import DateField3, LongTextField, PortalForm, RadioField, SelectField
from mase.plans.choices import PlanP
from mase.strategy.models import Rag, StrategicObjective
from mase.strategy.services import Objective

NAMES_NOBODY = "Board members read this: name no child, and give no count of 1 to 5 children."


class ObjectiveForm(PortalForm):
    """What is to be reached, how it will be known, by whom and by when."""

    p = RadioField(label="Which of the four Ps", choices=PlanP.choices, inline=True, small=True)
    text = LongTextField(
        label="Objective", max_length=1000, rows=2, required_error="Say what is to be reached"
    )
    measure = LongTextField(
        label="How it is measured", max_length=1000, rows=2,
        required_error="Say how the board will know that it is reached",
    )  # fmt: skip
    agency = SelectField(label="Agency", blank="No agency yet", required=False)
    owner = SelectField(label="Owner", blank="Nobody named yet", required=False)
    due_on = DateField3(label="Due", required=False)

    def __init__(self, *args: Any, agencies: list[Agency], people: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(each.pk): each for each in agencies}
        self.people = {str(each.user_id): each.user for each in people}
        named = [(str(each.user_id), f"{each.user.full_name} ({each.agency.short_name})") for each in people]
        offered = [(key, agency.name) for key, agency in self.agencies.items()]
        self.fields["agency"].choices = [("", "No agency yet"), *offered]  # type: ignore[attr-defined]
        self.fields["owner"].choices = [("", "Nobody named yet"), *named]  # type: ignore[attr-defined]

    @property
    def objective(self) -> Objective:
        """As the service takes it."""
        given = self.cleaned_data
        return Objective(
            p=PlanP(given["p"]), text=given["text"], measure=given["measure"], due_on=given["due_on"],
            agency=self.agencies.get(given["agency"]), owner=self.people.get(given["owner"]),
        )  # fmt: skip


class ChangeObjectiveForm(VersionedForm, ObjectiveForm):
    """The same, with why it changes and the version its editor had before them."""

    reason = LongTextField(
        label="Why does it change?", max_length=1000, rows=2, help_text=NAMES_NOBODY,
        required_error="Say why it changes",
    )  # fmt: skip

    @staticmethod
    def values_of(row: StrategicObjective) -> dict[str, Any]:
        """The objective as it stands."""
        return {
            "p": row.p, "text": row.text, "measure": row.measure, "due_on": row.due_on, "version": row.version,
            "agency": str(row.agency_id or ""), "owner": str(row.owner_id or ""),
        }  # fmt: skip


class ReportForm(PortalForm):
    """How an objective stands, and the evidence."""

    rag = RadioField(
        label="How does it stand?", choices=Rag.choices, required_error="Say how the objective stands"
    )
    evidence = LongTextField(
        label="What shows that?", max_length=4000, rows=5, help_text=NAMES_NOBODY,
        required_error="Say what shows that the objective stands like this",
    )  # fmt: skip

    @property
    def colour(self) -> Rag:
        """As the service takes it."""
        return Rag(self.cleaned_data["rag"])
