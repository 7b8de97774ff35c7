"""What is written down for an agency: an action of the plan, and its word on the decision."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BoundField, DateField, DateInput
from django.utils import timezone
from django.utils.text import Truncator

from cse_portal.accounts.models import Agency, User
from cse_portal.reference.selectors import clock_rule
from cse_portal.reference.working_days import last_working_day
from cse_portal.ui.forms import (
    ConfirmField,
    DateField3,
    HiddenField,
    LongTextField,
    RadioField,
    SelectField,
    TextField,
)
from cse_portal.ui.presenters import counted, display_date
from mase.meetings.choices import AgencyWord
from mase.meetings.forms.scheduling import PersonField
from mase.meetings.forms.sections import FAMILY_MAY_READ, EditedForm, SectionForm
from mase.meetings.selectors.meetings import plan_owners
from mase.meetings.selectors.record import MeetingRecord
from mase.plans.choices import POLICE_WORK, ActionPriority, PlanP
from mase.plans.errors import AGENCY_HAS_LEFT
from mase.plans.models.plan import PlanAction
from mase.plans.models.safety_map import SafetyGoal
from mase.plans.services.plan import Agreed

WEEKS = (1, 2, 4)
FOLDED = ("measure_of_success", "goal", "priority")
DISAGREES, NO_WORD = ("disagrees", "Disagrees"), ("none", "Nothing yet")
ALL_SILENT = ("all", "All others here")
USUAL, OPEN, APART = "usual", "open", "apart"
READ_BY = [
    (USUAL, "As usual: Pursue and Prosecute professionals only, Prevent and Protect everybody"),
    (OPEN, "Everybody at the meeting, and the family in their copy of the minutes"),
    (APART, "Professionals only"),
]


def in_weeks(number: int) -> dt.date:
    """The last working day within so many weeks of today."""
    return last_working_day(timezone.localdate() + dt.timedelta(weeks=number))


@dataclass(frozen=True)
class Owner:
    """Who does an action: a person of an agency, or the agency, which names somebody."""

    agency: Agency
    user: User | None = None

    @property
    def key(self) -> str:
        """As it is posted."""
        return f"{self.agency.pk}:{self.user.pk if self.user else ''}"

    @property
    def name(self) -> str:
        """As it is chosen."""
        return _name_of(self.agency, self.user.full_name if self.user else self.agency.short_name)


def owners_of(record: MeetingRecord) -> dict[str, Owner]:
    """Those present by name, and each agency round the table, which may name somebody later."""
    people = [(each.deputy or each.person, each.agency) for each in record.at_table]
    found = [Owner(agency, user) for user, agency in people if user and agency]
    found += [Owner(each) for each in record.agencies]
    return {each.key: each for each in sorted(found, key=lambda each: (each.user is None, each.name))}


class ChoiceOfAgencies:
    """Shared by forms that name one of the agencies round the table."""

    agencies: dict[str, Agency]

    def _offer(self, field: Any, agencies: list[Agency]) -> None:
        self.agencies = {str(agency.pk): agency for agency in agencies}
        named = [(key, _name_of(agency)) for key, agency in self.agencies.items()]
        field.choices = [("", "Choose an agency"), *named]


def _name_of(agency: Agency, name: str = "") -> str:
    return (name or agency.name) + ("" if agency.is_active else " (does not take part any more)")


def _still_there(agency: Agency) -> Agency:
    if not agency.is_active:
        raise ValidationError(AGENCY_HAS_LEFT, "left")
    return agency


class WordForm(ChoiceOfAgencies, SectionForm):
    """What an agency says to the decision: one press, or why it does not agree.

    `of` is the decision on its writer's page, `seen` the reasons against it that are there.
    """

    whole, places = "word", {"": "agency"}
    agency = SelectField(label="Agency")
    word = SelectField(label="Its word", choices=[*AgencyWord.choices, DISAGREES, NO_WORD], blank="")
    reason = LongTextField(
        label="Why it does not agree", max_length=4000, rows=2, required=False,
        help_text="This is in every professional’s copy of the minutes.",
    )  # fmt: skip
    family_may_read = ConfirmField(label=FAMILY_MAY_READ, required=False, small=True)
    of = HiddenField(required=False)
    seen = HiddenField(required=False, max_length=20_000)

    def __init__(self, *args: Any, agencies: list[Agency], silent: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer(self.fields["agency"], agencies)
        self.silent = silent
        self.fields["agency"].choices = [*self.fields["agency"].choices, ALL_SILENT]  # type: ignore[attr-defined]

    @property
    def disagrees(self) -> bool:
        """Whether it says why not."""
        return self.cleaned_data["word"] == DISAGREES[0]

    @property
    def dissent(self) -> dict[str, Any]:
        """Which agency does not agree, and why."""
        given = self.cleaned_data
        said = {name: given[name] for name in ("reason", "family_may_read")}
        return {"agency": self.agencies[given["agency"]], **said}

    @property
    def said(self) -> dict[str, Any]:
        """One agency, or all that have not said a word; the reasons against are those its writer has seen."""
        given = self.cleaned_data
        key, word = given["agency"], given["word"]
        return {
            "agencies": self.silent if key == ALL_SILENT[0] else [self.agencies[key]],
            "word": AgencyWord(word) if word in AgencyWord else None,
            "seen": [uuid.UUID(each) for each in self.initial["seen"].split() if each in given["seen"]],
        }

    def clean(self) -> dict[str, Any]:
        """A reason is needed to disagree; and what was decided otherwise meanwhile is asked again."""
        given = super().clean() or self.cleaned_data
        if given.get("word") == DISAGREES[0] and not given.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Say why the agency does not agree")
        if given.get("word") == DISAGREES[0] and given.get("agency") == ALL_SILENT[0]:
            self.add_error("agency", "Choose the agency that does not agree")
        if given.get("of") != self.initial["of"]:
            self.add_error("agency", "The decision has changed meanwhile. Read it, then say again")
        return given


class RowForm(EditedForm):
    """An action of the plan as one line: P, what, who of those present, when, and for whom; the rest is folded.

    `action` is the one it changes; without it the line makes another, and has no more than the line.
    """

    places = {"owner": "who", "agency": "who"}
    p = SelectField(label="P", choices=PlanP.choices, blank="")
    text = TextField(label="What", max_length=4000, required_error="Say what will be done")
    who = SelectField(label="Who, of those here", blank="Who?", required_error="Choose who does it")
    weeks = SelectField(
        label="Weeks", choices=[(str(each), str(each)) for each in WEEKS], blank="", required=False
    )
    due_on = DateField(
        label="Date", widget=DateInput({"type": "date"}, "%Y-%m-%d"), required=False,
        error_messages={"invalid": "Date: enter a day like 27/3/2026"},
    )  # fmt: skip
    locked = ConfirmField(label="Professionals only", required=False)
    measure_of_success = TextField(label="How we shall know that it is done", max_length=1000, required=False)
    goal = SelectField(label="Safety goal it serves", required=False)
    priority = SelectField(label="Priority", choices=ActionPriority.choices, blank="", required=False)

    def __init__(
        self, *args: Any, action: PlanAction | None, owners: dict[str, Owner], goals: dict[str, SafetyGoal],
        may_restrict: bool, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.action, self.owners, self.goals = action, dict(owners), goals
        if action and (mine := Owner(action.agency, action.owner)).key not in owners:
            self.owners[mine.key] = mine
        self.fields["who"].choices = [(key, each.name) for key, each in self.owners.items()]  # type: ignore[attr-defined]
        if not may_restrict:
            del self.fields["locked"]
        if action:
            self.initial = {
                "p": action.p, "text": action.text, "who": mine.key, "due_on": action.due_on,
                "weeks": next((str(each) for each in WEEKS if in_weeks(each) == action.due_on), ""),
                "locked": action.restricted, "version": action.version, "goal": str(action.goal_id or ""),
                "measure_of_success": action.measure_of_success, "priority": action.priority,
            }  # fmt: skip
            named = [(key, Truncator(each.text).chars(100)) for key, each in goals.items()]
            self.fields["goal"].choices = [("", "No safety goal"), *named]  # type: ignore[attr-defined]
            return
        self.whole = "plan"
        for name in FOLDED:
            del self.fields[name]

    @property
    def folded(self) -> list[BoundField]:
        """What is not on the line."""
        return [self[name] for name in FOLDED if name in self.fields]

    def clean_who(self) -> Owner:
        """Of an agency that takes part."""
        owner = self.owners[self.cleaned_data["who"]]
        _still_there(owner.agency)
        return owner

    def clean(self) -> dict[str, Any]:
        """A day that was typed counts, else the number of weeks."""
        given = super().clean() or self.cleaned_data
        day, before = given.get("due_on"), self.initial.get("due_on")
        if given.get("weeks") and day == before:
            day = given["due_on"] = in_weeks(int(given["weeks"]))
        if day is None and "due_on" not in self.errors:
            self.add_error("due_on", "Choose 1, 2 or 4 weeks, or enter a date")
        elif day and day != before and day < timezone.localdate():
            self.add_error("due_on", "Date: enter today’s date or one in the future")
        return given

    @property
    def said(self) -> dict[str, Any]:
        """The action. What becomes work of the police is for professionals, until its lock is opened."""
        given, before = self.cleaned_data, self.action
        moved = given["p"] != (before.p if before else "")
        agreed = Agreed(
            p=PlanP(given["p"]), text=given["text"], agency=given["who"].agency, owner=given["who"].user,
            due_on=given["due_on"],
        )  # fmt: skip
        if "locked" in self.fields:
            locked = given["locked"] or moved and given["p"] in POLICE_WORK
            agreed = replace(agreed, restricted=locked)
        if before is None:
            return {"agreed": agreed, "key": self.key}
        agreed = replace(
            agreed, goal=self.goals.get(given["goal"]), measure_of_success=given["measure_of_success"] or "",
            priority=ActionPriority(given["priority"] or before.priority),
        )  # fmt: skip
        if "locked" not in self.fields:
            agreed = replace(agreed, restricted=before.restricted)
        return {"agreed": agreed, "edit": self.edit}


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
    read_by = RadioField(
        label="Who reads it", choices=READ_BY, initial=USUAL, small=True, required=False,
        help_text="Anyone who does it always reads it, and their agency.",
    )  # fmt: skip
    button = "Add action"

    def __init__(self, *args: Any, agencies: list[Agency], may_restrict: bool, **kwargs: Any) -> None:
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
        return str(_still_there(self.agencies[key]).pk)

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
