"""Booking a meeting or a session of them, changing it, cancelling it, and asking somebody else to it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from cases.record.choices import Section
from cases.record.forms import VersionedForm
from cases.record.models.case import Case
from cases.record.selectors import without_lead
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.reference.models import Code
from cse_portal.reference.selectors import choices, codes, find_code
from cse_portal.ui import forms
from cse_portal.ui.presenters import display_date
from mase.clocks.models import ClockPause
from mase.clocks.selectors.clocks import due_after_pauses, is_late
from mase.meetings.choices import role_of
from mase.meetings.models.meeting import Meeting, MeetingSession
from mase.meetings.selectors.answers import Suggested
from mase.meetings.selectors.meetings import agencies_to_invite, kind_of_next, people_to_invite
from mase.meetings.selectors.sessions import family_to_ask, usual, usual_slots
from mase.meetings.services.invitations import CHAIR, Alone, Asked
from mase.meetings.services.scheduling import DETAILS


class PersonField(forms.ModelSelectField):
    """A person with their agency."""

    def label_from_instance(self, obj: Membership) -> str:
        """Hannah Okafor, Named nurse (Health)."""
        title = f", {obj.user.job_title}" if obj.user.job_title else ""
        return f"{obj.user.full_name}{title} ({obj.agency.short_name})"


class PeopleField(forms.ModelCheckboxesField):
    """Some of these people, each with their agency."""

    label_from_instance = PersonField.label_from_instance


class ChairedForm(forms.PortalForm):
    """Says who chairs, of those who may."""

    chair = forms.SelectField(
        label="Chair", help_text="A CSE Team Manager who works on this case.", blank="Choose a person",
        required_error="Choose who chairs",
    )  # fmt: skip

    def __init__(self, *args: Any, chairs: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chairs = {str(person.pk): person for person in chairs}
        self.fields["chair"].choices = [(key, person.full_name) for key, person in self.chairs.items()]  # type: ignore[attr-defined]

    @property
    def chosen_chair(self) -> User:
        """The person behind the answer."""
        return self.chairs[self.cleaned_data["chair"]]


def opened_by(role: Code | None) -> str:
    """The parts of a case that come with a role, in brackets."""
    opens = role.extra.get("opens", []) if role and role.code != CHAIR else []
    parts = [part.label.lower() for part in Section if part.value in opens]
    return f" ({', '.join(parts)})" if parts else ""


class AgenciesField(forms.ModelCheckboxesField):
    """Some of these agencies, each with what its role opens."""

    def label_from_instance(self, obj: Agency) -> str:
        """West Midlands Police (restricted part of meetings, intelligence)."""
        return obj.name + opened_by(find_code("meeting-role", role_of(obj)))


class WhereForm(forms.PortalForm):
    """A place, or the link of an online meeting."""

    place = forms.TextField(label="Place", required=False, help_text="Leave it empty for an online meeting.")
    link = forms.TextField(
        label="Link", required=False, max_length=300, input_type="url",
        help_text="Of an online meeting: https://…",
    )  # fmt: skip

    def clean_link(self) -> str:
        """Only an address a browser opens safely."""
        link = str(self.cleaned_data["link"] or "")
        if link and not link.startswith("https://"):
            self.add_error("link", "Enter an address that begins with https://")
        return link

    def clean(self) -> dict[str, Any]:
        """A place or a link."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("place") and not cleaned.get("link") and "link" not in self.errors:
            self.add_error("place", "Enter a place, or a link for an online meeting")
        return cleaned


class WhenForm(WhereForm):
    """When and where."""

    scheduled_for = forms.MomentField(label="Date and time", future=True)
    field_order: Sequence[str] = ("scheduled_for", "place", "link")

    @property
    def details(self) -> dict[str, Any]:
        """What was written, as the service takes it."""
        given = self.cleaned_data
        return {name: "" if given[name] is None else given[name] for name in DETAILS if name in given}


class LateForm(forms.PortalForm):
    """A meeting that has a last day: booked for a later one, it says why."""

    late_reason = forms.SelectField(
        label="Why is it late?", choices=lambda: choices("late-reason"), blank="It is in time", required=False
    )
    day_field = "scheduled_for"

    def __init__(self, *args: Any, due_on: dt.date, paused: Sequence[ClockPause] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.due_on, self.paused = due_on, paused
        field: Any = self.fields["late_reason"]
        field.folded = not is_late(due_on, paused, timezone.localdate())
        if not field.folded:  # no day is in time any more
            field.choices = [("", "Choose why"), *choices("late-reason")]
            field.help_text = f"This meeting was due by {display_date(due_on)}, so every day is late."
            return
        since = f" Its clock is paused since {display_date(paused[0].starts_on)}." if paused else ""
        field.help_text = f"Due by {display_date(due_on)}.{since} Answer only for a later day."

    def clean(self) -> dict[str, Any]:
        """A reason where it is late by the day that was chosen."""
        cleaned = super().clean() or self.cleaned_data
        when = cleaned.get(self.day_field)
        day = timezone.localdate(when) if when else None
        if day and is_late(self.due_on, self.paused, day) and not cleaned.get("late_reason"):
            last = due_after_pauses(self.due_on, self.paused, until=day)
            self.add_error("late_reason", f"This is after {display_date(last)}. Say why it is late")
        return cleaned


class DetailsForm(LateForm, WhenForm):
    """Of a meeting about a child also why, and whether the family is asked."""

    purpose = forms.LongTextField(label="Purpose", required_error="Say what the meeting is for")
    child_invited = forms.YesNoField(
        label="Is the child or young person invited?", reveals={"no": "child_not_invited"},
        required_error="Say whether the child or young person is invited",
    )  # fmt: skip
    child_not_invited = forms.SelectField(
        label="Why not?", choices=lambda: choices("not-invited"),
        required_when_shown="Say why the child or young person is not invited",
    )  # fmt: skip
    parent_invited = forms.YesNoField(
        label="Is a parent or carer invited?", reveals={"no": "parent_not_invited"},
        required_error="Say whether a parent or carer is invited",
    )  # fmt: skip
    parent_not_invited = forms.SelectField(
        label="Why not?", choices=lambda: choices("not-invited"),
        required_when_shown="Say why no parent or carer is invited",
    )  # fmt: skip
    field_order: Sequence[str] = ("scheduled_for", "late_reason", "place", "link", "purpose")


KNOWN = ("purpose", "chair", "child_invited", "parent_invited", "agencies", "holders")


class BookForm(ChairedForm, DetailsForm):
    """A new meeting: also who chairs it, which agencies are asked, and who of those that hold the case by name."""

    agencies = AgenciesField(
        None, label="Agencies to invite", small=True, required=False,
        help_text="Each can open this child’s case until the minutes are settled.",
    )  # fmt: skip
    holders = PeopleField(
        None, label="People who hold this case by name, to invite", small=True, required=False
    )

    field_order = (
        "scheduled_for", "late_reason", "place", "link", "purpose", "chair", "child_invited", "child_not_invited",
        "parent_invited", "parent_not_invited", "agencies", "holders",
    )  # fmt: skip

    def __init__(
        self, *args: Any, case: Case, chairs: list[User], offered: Suggested, by: User, **kwargs: Any
    ) -> None:
        chair = by if by in chairs else chairs[0] if len(chairs) == 1 else None
        known = {
            "purpose": usual(kind_of_next(case)).get("purpose", ""), "chair": str(chair.pk) if chair else "",
            "child_invited": True, "parent_invited": True, **family_to_ask(case),
            "agencies": offered.expected_agencies,
            "holders": [each for each in offered.people_to_book if each.user not in chairs],
        }  # fmt: skip
        super().__init__(*args, initial=known, chairs=chairs, **kwargs)
        for name in KNOWN:  # asked only of who wants another answer than the usual one
            self.fields[name].folded = known[name] not in ("", [])  # type: ignore[attr-defined]
        by_name = without_lead(offered.people, case)  # who is asked without being ticked
        if by_name:
            self.fields["holders"].queryset = by_name  # type: ignore[attr-defined]
        else:
            del self.fields["holders"]
        if case.is_restricted:
            del self.fields["agencies"]
        else:
            self.fields["agencies"].queryset = agencies_to_invite().exclude(pk=case.lead_agency_id)  # type: ignore[attr-defined]


class MoveForm(VersionedForm, WhenForm):
    """A booked meeting, with the version its editor had before them."""

    reason = forms.TextField(label="Why does it change?", max_length=500, required_error="Say why it changes")

    @staticmethod
    def values_of(meeting: Meeting) -> dict[str, Any]:
        """The meeting as it stands."""
        return {**{name: getattr(meeting, name) for name in DETAILS}, "version": meeting.version}


class ChangeForm(MoveForm, DetailsForm):
    """The same of a meeting about a child."""


class MeetingFilter(forms.FilterForm):
    """Which meetings a list shows."""

    which = forms.RadioField(
        label="Show",
        choices=[("upcoming", "Upcoming"), ("week", "This week"), ("past", "Past")],
        small=True,
    )


class CancelForm(forms.PortalForm):
    """Why the meeting is not held."""

    reason = forms.TextField(
        label="Why is it cancelled?", max_length=500, required_error="Say why it is cancelled"
    )


class ChairForm(ChairedForm):
    """Who chairs from now on, and why it changes."""

    reason = forms.TextField(
        label="Why does the chair change?", max_length=500,
        help_text="Anyone who reads what is written at the meeting reads this. The chronology does not say it.",
        required_error="Say why the chair changes",
    )  # fmt: skip


def roles(*, alone: bool = False) -> list[tuple[str, str]]:
    """The roles at a meeting that somebody is invited in, with the part of the case that comes with each.

    `alone`: those in which somebody comes without an agency.
    """
    rows = [each for each in codes("meeting-role") if each.code != "CHAIR" and not each.extra.get("family")]
    if alone:
        return [(each.code, each.label) for each in rows if each.extra.get("alone")]
    return [(each.code, each.label + opened_by(each)) for each in rows]


class InviteForm(forms.PortalForm):
    """Those who hold the case and are not asked yet, and an agency or a person besides them."""

    suggested_agencies = AgenciesField(
        None, label="Agencies that hold this case and are not invited", small=True, required=False
    )
    suggested_people = PeopleField(
        None, label="People who hold it by name and are not invited", small=True, required=False
    )
    agency = forms.ModelSelectField(
        agencies_to_invite, label="Another agency", blank="No other agency", required=False
    )
    person = PersonField(people_to_invite, label="Another person", blank="No other person", required=False)
    role = forms.SelectField(
        label="In which role?", choices=lambda: roles(), blank="As their agency usually comes", required=False,
        help_text="Of the other agency or person.",
    )  # fmt: skip
    alone = forms.TextField(
        label="Somebody without an agency", max_length=150, required=False,
        help_text="An interpreter, a foster carer, an advocate: their name. They have no account and see nothing in"
        " the portal; ring them. While they are in the room a shared screen shows nothing that is restricted.",
    )  # fmt: skip
    alone_role = forms.SelectField(
        label="What do they come as?",
        choices=lambda: roles(alone=True),
        blank="Choose a role",
        required=False,
    )

    def __init__(self, *args: Any, case: Case, offered: Suggested, **kwargs: Any) -> None:
        ticked = {
            "suggested_agencies": offered.expected_agencies,
            "suggested_people": offered.expected_people,
        }
        super().__init__(*args, initial=ticked, **kwargs)
        for name, rows in (
            ("suggested_agencies", offered.agencies),
            ("suggested_people", offered.people),
        ):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
            if not rows:
                del self.fields[name]
        if case.is_restricted:
            del self.fields["agency"]

    @property
    def chosen(self) -> list[Asked]:
        """Those who were suggested, in the role of their agency; and the others, in the one that was said."""
        given = self.cleaned_data
        role, agency, person = given.get("role") or "", given.get("agency"), given.get("person")
        chosen = [*map(Asked, given.get("suggested_agencies") or ())]
        chosen += map(Asked.of, given.get("suggested_people") or ())
        if agency:
            chosen.append(Asked(agency, role=role))
        return [*chosen, Asked.of(person, role)] if person else chosen

    @property
    def chosen_alone(self) -> list[Alone]:
        """Anyone who comes without an agency."""
        name = self.cleaned_data.get("alone") or ""
        return [Alone(name, self.cleaned_data.get("alone_role") or "")] if name else []

    def clean(self) -> dict[str, Any]:
        """At least one; who has no agency by name and role."""
        cleaned = super().clean() or self.cleaned_data
        name, role = cleaned.get("alone"), cleaned.get("alone_role")
        if name and not role:
            self.add_error("alone_role", "Say what they come as")
        elif role and not name:
            self.add_error("alone", "Write down their name")
        elif not self.chosen and not name:
            self.add_error("person", "Choose an agency or a person")
        return cleaned


class SessionForm(ChairedForm, WhereForm):
    """When and where a session is held, who chairs it and who takes the minutes."""

    starts_at = forms.MomentField(label="Date and time of the first child", future=True)
    minute_taker = PersonField(people_to_invite, label="Minute taker", blank="Nobody yet", required=False)
    slots = forms.NumberField(label="Number of slots", min_value=1, max_value=30)
    field_order = ("starts_at", "place", "link", "chair", "minute_taker", "slots")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chair"].help_text = "A CSE Team Manager."
        self.fields["slots"].help_text = f"Each has a slot of {usual_slots()[0]} minutes."

    @property
    def session(self) -> MeetingSession:
        """As the service takes it, unsaved."""
        given = self.cleaned_data
        taker = given["minute_taker"]
        return MeetingSession(
            pk=self.key, starts_at=given["starts_at"], chair=self.chosen_chair, place=given["place"] or "",
            link=given["link"] or "", minute_taker=taker.user if taker else None, slots=given["slots"],
        )  # fmt: skip
