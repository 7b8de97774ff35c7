"""What is written down round the table: who came, the numbers on the scale, each agency's word, and the plan."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BoundField, DateField, DateInput
from django.utils import timezone
from django.utils.text import Truncator

from cse_portal.accounts.models import Agency, User
from cse_portal.reference.working_days import last_working_day
from cse_portal.ui import forms
from cse_portal.ui.charts.spread import HIGHEST
from mase.meetings.choices import CHILD, AgencyWord, AttendanceCode
from mase.meetings.forms.sections import FAMILY_MAY_READ, EditedForm, SectionForm
from mase.meetings.models.meeting import Invitation
from mase.meetings.selectors.record import MeetingRecord
from mase.meetings.selectors.thresholds import name_of
from mase.meetings.services.sections import Came
from mase.plans.choices import POLICE_WORK, ActionPriority, PlanP, TableWord
from mase.plans.errors import AGENCY_HAS_LEFT
from mase.plans.models.plan import PlanAction
from mase.plans.services.plan import Agreed

WEEKS = (1, 2, 4)
FOLDED = ("measure_of_success", "goal", "priority")
NO_WORD = ("none", "Nothing yet")
ALL_SILENT = ("all", "All others here")


class TableForm(forms.RowsForm, SectionForm):
    """A part with rows that several fill in at once; saved when a field is left."""

    auto = True


class AttendanceForm(TableForm):
    """Y, A, D, N or R for everyone invited."""

    button = "Save attendance"
    paired = True

    def __init__(self, *args: Any, invitations: Sequence[Invitation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitations = self.record.invitations if self.record else invitations
        for each in self.invitations:
            if each.came_as:
                self.initial[f"code_{each.pk.hex}"] = each.came_as
                self.initial[f"who_{each.pk.hex}"] = each.who_came
            self.fields[f"code_{each.pk.hex}"] = forms.SelectField(
                label=name_of(each), choices=AttendanceCode.choices, blank="Not marked yet", required=False
            )
            self.fields[f"who_{each.pk.hex}"] = forms.TextField(
                label="Who came, if somebody else", max_length=150, required=False, label_size=""
            )
        self.watch({each.pk: (f"code_{each.pk.hex}", f"who_{each.pk.hex}") for each in self.invitations})

    def clean(self) -> dict[str, Any]:
        """A name says that somebody came."""
        given = super().clean()
        for each in self.invitations:
            self.need_with(f"who_{each.pk.hex}", f"code_{each.pk.hex}", "Say whether they came")
        return given

    @property
    def said(self) -> dict[str, Any]:
        """Only those who were marked otherwise than the page showed."""
        given = self.cleaned_data
        answers = {
            each.pk: Came(AttendanceCode(code), given[f"who_{each.pk.hex}"] or "")
            for each in self.invitations
            if each.pk in self.changed and (code := given[f"code_{each.pk.hex}"])
        }
        return {"answers": answers}


class AcceptedForm(SectionForm):
    """One press for everybody who said that they come."""

    button = "Mark all who accepted as there"


class LastActionForm(SectionForm):
    """What the table says of an action of an earlier plan; the button pressed is the answer."""

    do = forms.SelectField(label="What the table says", choices=TableWord.choices)
    came_of_it = forms.TextField(label="What came of it", max_length=500, required=False, label_size="")

    def clean(self) -> dict[str, Any]:
        """Done or not done says what came of it."""
        given = super().clean() or self.cleaned_data
        if given.get("do") in (TableWord.DONE, TableWord.NOT_DONE) and not given.get("came_of_it"):
            self.add_error("came_of_it", "Write what it changed, or why it was not done")
        return given


class ScoreForm(SectionForm):
    """One number, on a button of its own, for one seat or the child; without a number it is taken back."""

    whole = "scale"
    seat = forms.SelectField(label="Whose number", blank="")
    value = forms.NumberField(
        label="Number", min_value=0, max_value=HIGHEST, required=False,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Choose a number from 0 to 10"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats: dict[str, Invitation] = {str(each.pk): each for each in self.record.seats}
        self.seats = {CHILD: None, **seats}
        self.fields["seat"].choices = [(key, name_of(each)) for key, each in self.seats.items()]  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        """Whose number, and which."""
        return {"seat": self.seats[self.cleaned_data["seat"]], "value": self.cleaned_data["value"]}


class WhyForm(TableForm):
    """Why a seat is two or more from the middle."""

    row_fields = ("reason",)
    reason = forms.LongTextField(label="Why", max_length=500, rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.watch({"reason": ("reason",)})

    @property
    def said(self) -> dict[str, Any]:
        """The reason; it may be taken back."""
        return {"reason": self.cleaned_data["reason"] or ""}


class AddItemForm(forms.PortalForm):
    """One more item to talk about."""

    title = forms.TextField(
        label="What is to be talked about", max_length=150, required_error="Say what is to be talked about"
    )
    restricted = forms.ConfirmField(label="For professionals only", required=False)

    def __init__(self, *args: Any, restricted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not restricted:
            del self.fields["restricted"]

    @property
    def added(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        return {"title": given["title"], "restricted": bool(given.get("restricted"))}


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


def still_there(agency: Agency) -> Agency:
    """The agency, where it takes part."""
    if not agency.is_active:
        raise ValidationError(AGENCY_HAS_LEFT, "left")
    return agency


class WordForm(ChoiceOfAgencies, SectionForm):
    """What an agency says to the decision: one press, or why it does not agree.

    `of` is the decision on its writer's page, `seen` the reasons against it that are there.
    """

    whole, places = "word", {"": "agency"}
    agency = forms.SelectField(label="Agency")
    word = forms.SelectField(label="Its word", choices=[*AgencyWord.choices, NO_WORD], blank="")
    reason = forms.LongTextField(
        label="Why it does not agree", rows=2, required=False,
        help_text="This is in every professional’s copy of the minutes.",
    )  # fmt: skip
    family_may_read = forms.ConfirmField(label=FAMILY_MAY_READ, required=False, small=True)
    of = forms.HiddenField(required=False)
    seen = forms.HiddenField(required=False, max_length=20_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        record, made = self.record, self.record.decision
        against = (each for each in record.dissents if each.is_of_current_decision)
        self.initial["of"] = f"{made.category} {made.harm_status}" if made else ""
        self.initial["seen"] = " ".join(str(each.pk) for each in against)
        self._offer(self.fields["agency"], record.agencies)
        self.fields["agency"].choices = [*self.fields["agency"].choices, ALL_SILENT]  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        """One agency, or all that have not said a word; the reasons against are those its writer has seen."""
        given = self.cleaned_data
        key, word = given["agency"], given["word"]
        disagrees = word == AgencyWord.DISAGREES
        return {
            "agencies": self.record.silent if key == ALL_SILENT[0] else [self.agencies[key]],
            "word": AgencyWord(word) if word in AgencyWord else None,
            "reason": given["reason"] if disagrees else "",
            "family_may_read": disagrees and given["family_may_read"],
            "seen": [uuid.UUID(each) for each in self.initial["seen"].split() if each in given["seen"]],
        }

    def clean(self) -> dict[str, Any]:
        """A reason is needed to disagree; and what was decided otherwise meanwhile is asked again."""
        given = super().clean() or self.cleaned_data
        if (
            given.get("word") == AgencyWord.DISAGREES
            and not given.get("reason")
            and "reason" not in self.errors
        ):
            self.add_error("reason", "Say why the agency does not agree")
        if given.get("word") == AgencyWord.DISAGREES and given.get("agency") == ALL_SILENT[0]:
            self.add_error("agency", "Choose the agency that does not agree")
        if given.get("of") != self.initial["of"]:
            self.add_error("agency", "The decision has changed meanwhile. Read it, then say again")
        return given


class DayOrWeeksForm(forms.PortalForm):
    """Says by when an action is due: on a day that is typed, or in some weeks."""

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


class RowForm(DayOrWeeksForm, EditedForm):
    """An action of the plan as one line: P, what, who of those present, when, and for whom; the rest is folded.

    `action` is the one it changes; without it the line makes another, and has no more than the line.
    """

    places = {"owner": "who", "agency": "who"}
    p = forms.SelectField(label="P", choices=PlanP.choices, blank="")
    text = forms.TextField(label="What", max_length=4000, required_error="Say what will be done")
    who = forms.SelectField(label="Who, of those here", blank="Who?", required_error="Choose who does it")
    weeks = forms.SelectField(
        label="Weeks", choices=[(str(each), str(each)) for each in WEEKS], blank="", required=False
    )
    due_on = DateField(
        label="Date", widget=DateInput({"type": "date"}, "%Y-%m-%d"), required=False,
        error_messages={"invalid": "Date: enter a day like 27/3/2026"},
    )  # fmt: skip
    locked = forms.ConfirmField(label="Professionals only", required=False)
    measure_of_success = forms.TextField(
        label="How we shall know that it is done", max_length=1000, required=False
    )
    goal = forms.SelectField(label="Safety goal it serves", required=False)
    priority = forms.SelectField(label="Priority", choices=ActionPriority.choices, blank="", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action = self.row if isinstance(self.row, PlanAction) else None
        self.owners = owners_of(self.record)
        self.goals = goals = {str(each.pk): each for each in self.record.dangers}
        if action and (mine := Owner(action.agency, action.owner)).key not in self.owners:
            self.owners[mine.key] = mine
        self.fields["who"].choices = [(key, each.name) for key, each in self.owners.items()]  # type: ignore[attr-defined]
        if not self.record.may_restrict:
            del self.fields["locked"]
        if action:
            self.initial = {
                "p": action.p, "text": action.text, "who": mine.key, "due_on": action.due_on,
                "weeks": next((str(each) for each in WEEKS if in_weeks(each) == action.due_on), ""),
                "locked": action.restricted, "version": action.version, "goal": str(action.danger_id or ""),
                "measure_of_success": action.measure_of_success, "priority": action.priority,
            }  # fmt: skip
            named = [(key, Truncator(each.goal).chars(100)) for key, each in goals.items()]
            self.fields["goal"].choices = [("", "No safety goal"), *named]  # type: ignore[attr-defined]
            return
        self.whole = "plan"
        for name in FOLDED:
            del self.fields[name]

    @property
    def more_fields(self) -> list[BoundField]:
        """What is not on the line."""
        return [self[name] for name in FOLDED if name in self.fields]

    def clean_who(self) -> Owner:
        """Of an agency that takes part."""
        owner = self.owners[self.cleaned_data["who"]]
        still_there(owner.agency)
        return owner

    @property
    def said(self) -> dict[str, Any]:
        """The action. What becomes work of the police is for professionals, until its lock is opened."""
        given, before = self.cleaned_data, self.action
        restricted = before is not None and before.restricted
        if "locked" in self.fields:
            moved = given["p"] != (before.p if before else "")
            restricted = given["locked"] or moved and given["p"] in POLICE_WORK
        agreed = Agreed(
            p=PlanP(given["p"]), text=given["text"], agency=given["who"].agency, owner=given["who"].user,
            due_on=given["due_on"], restricted=restricted,
        )  # fmt: skip
        if before is None:
            return {"agreed": agreed, "key": self.key}
        agreed = replace(
            agreed, danger=self.goals.get(given["goal"]), measure_of_success=given["measure_of_success"] or "",
            priority=ActionPriority(given["priority"] or before.priority),
        )  # fmt: skip
        return {"agreed": agreed, "version": self.drawn_at}
