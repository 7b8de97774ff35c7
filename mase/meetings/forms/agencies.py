"""What the chair writes down for an agency: an action of the plan, or that it does not agree."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import Truncator

from cse_portal.accounts.models import Agency
from cse_portal.reference.selectors import clock_rule
from cse_portal.reference.working_days import last_working_day
from cse_portal.ui.forms import ConfirmField, DateField3, LongTextField, RadioField, SelectField
from cse_portal.ui.presenters import counted, display_date
from mase.meetings.forms.scheduling import PersonField
from mase.meetings.forms.sections import FAMILY_MAY_READ, EditedForm, SectionForm
from mase.meetings.selectors.meetings import plan_owners
from mase.plans.choices import POLICE_WORK, ActionPriority, PlanP
from mase.plans.errors import AgencyHasLeft
from mase.plans.models.plan import PlanAction
from mase.plans.services.plan import Agreed

WEEKS = (1, 2, 4)
USUAL, OPEN, APART = "usual", "open", "apart"
READ_BY = [
    (USUAL, "As usual: Pursue and Prosecute professionals only, Prevent and Protect everybody"),
    (OPEN, "Everybody at the meeting, and the family in their copy of the minutes"),
    (APART, "Professionals only"),
]


def in_weeks(number: int) -> dt.date:
    """The last working day within so many weeks of today."""
    return last_working_day(timezone.localdate() + dt.timedelta(weeks=number))


class ChoiceOfAgencies:
    """Shared by forms that name one of the agencies round the table."""

    agencies: dict[str, Agency]

    def _offer(self, field: Any, agencies: list[Agency]) -> None:
        self.agencies = {str(agency.pk): agency for agency in agencies}
        named = [(key, _name_of(agency)) for key, agency in self.agencies.items()]
        field.choices = [("", "Choose an agency"), *named]


def _name_of(agency: Agency) -> str:
    return agency.name if agency.is_active else f"{agency.name} (does not take part any more)"


class DissentForm(ChoiceOfAgencies, SectionForm):
    """An agency that does not agree."""

    agency = SelectField(label="Agency that does not agree")
    reason = LongTextField(
        label="Why it does not agree", max_length=4000, rows=3,
        help_text="This is in every professional’s copy of the minutes.",
    )  # fmt: skip
    family_may_read = ConfirmField(label=FAMILY_MAY_READ, required=False, small=True)
    button = "Record the disagreement"

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer(self.fields["agency"], agencies)


class ActionForm(ChoiceOfAgencies, SectionForm):
    """One action of the plan."""

    p = RadioField(label="Which of the four Ps", choices=PlanP.choices, inline=True, small=True)
    text = LongTextField(
        label="What will be done", max_length=4000, rows=2,
        help_text="Something that can be seen to be done, and what it should change for the child.",
        required_error="Say what will be done",
    )  # fmt: skip
    measure_of_success = LongTextField(
        label="How we shall know that it is done", max_length=1000, rows=2,
        help_text="What will be different for the child, and how anybody can see that.",
        required_error="Say how we shall know that it is done",
    )  # fmt: skip
    priority = RadioField(
        label="Priority", choices=ActionPriority.choices, initial=ActionPriority.MEDIUM, inline=True, small=True,
        required=False,
    )  # fmt: skip
    agency = SelectField(label="Agency")
    owner = PersonField(
        None, label="Person", blank="Nobody yet: the agency must name someone", required=False
    )
    weeks = RadioField(label="By when", inline=True, small=True, required=False)
    due_on = DateField3(label="Or another day", future=True, required=False)
    goal = SelectField(label="Safety goal it serves", required=False)
    read_by = RadioField(
        label="Who reads it", choices=READ_BY, initial=USUAL, small=True, required=False,
        help_text="Anyone who does it always reads it, and their agency.",
    )  # fmt: skip
    button = "Add action"

    def __init__(
        self, *args: Any, agencies: list[Agency], goals: dict[str, Any], may_restrict: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not may_restrict:
            del self.fields["read_by"]
        self._offer(self.fields["agency"], agencies)
        self.fields["owner"].queryset = plan_owners(agencies)  # type: ignore[attr-defined]
        self.fields["weeks"].choices = [  # type: ignore[attr-defined]
            (str(number), f"{counted(number, 'week')}: {display_date(in_weeks(number))}") for number in WEEKS
        ]
        by = display_date(clock_rule("ACTION_NAMED").due(timezone.now()))
        words = f"If nobody is named, the agency must name someone by {by}."
        self.fields["owner"].help_text = f"They must be able to see the child’s case. {words}"
        self.goals = goals
        shortened = [(key, Truncator(goal.text).chars(100)) for key, goal in goals.items()]
        self.fields["goal"].choices = [("", "No safety goal"), *shortened]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A day that is typed counts, else the number of weeks."""
        given = super().clean() or self.cleaned_data
        if not given.get("due_on") and "due_on" not in self.errors:
            if given.get("weeks"):
                given["due_on"] = in_weeks(int(given["weeks"]))
            else:
                self.add_error("due_on", "Choose 1, 2 or 4 weeks, or enter a day")
        return given

    def clean_agency(self) -> str:
        """An agency at the table that has ended since is still in the list, so that it can be said here."""
        key: str = self.cleaned_data["agency"]
        if not self.agencies[key].is_active:
            raise ValidationError(AgencyHasLeft.message, "left")
        return key

    @property
    def agreed(self) -> Agreed:
        """As the service takes it."""
        given = self.cleaned_data
        return Agreed(
            p=PlanP(given["p"]),
            text=given["text"],
            agency=self.agencies[given["agency"]],
            due_on=given["due_on"],
            owner=given["owner"].user if given["owner"] else None,
            goal=self.goals.get(given["goal"]),
            measure_of_success=given["measure_of_success"] or "",
            priority=ActionPriority(given["priority"] or ActionPriority.MEDIUM),
            restricted=self.is_apart,
        )

    @property
    def is_apart(self) -> bool:
        """Chosen; or as is usual for its P. Anyone who has not the restricted part cannot write in it."""
        if "read_by" not in self.fields:
            return False
        chosen = self["read_by"].value() or USUAL
        return bool(chosen == APART or chosen == USUAL and self["p"].value() in POLICE_WORK)


class PlannedForm(EditedForm, ActionForm):
    """An action that is on the plan already, until the meeting ends."""

    button = "Save this action"

    @staticmethod
    def values_of(action: PlanAction) -> dict[str, Any]:
        """The action as it stands."""
        usual = action.restricted == (action.p in POLICE_WORK)
        as_they_are = ("p", "text", "measure_of_success", "priority", "due_on", "version")
        return {name: getattr(action, name) for name in as_they_are} | {
            "agency": str(action.agency_id),
            "owner": action.owner_id and plan_owners([action.agency]).filter(user=action.owner_id).first(),
            "goal": str(action.goal_id or ""),
            "read_by": USUAL if usual else APART if action.restricted else OPEN,
        }
