"""What somebody who is asked to a meeting is asked, and the chair where nobody is."""

from typing import Any

from django.utils import timezone

from cse_portal.accounts.models import Membership
from cse_portal.ui.forms import MomentField, PortalForm, RadioField, TextField
from cse_portal.ui.presenters import display_datetime
from mase.meetings.choices import AnswerKind
from mase.meetings.forms.scheduling import LateForm, PersonField
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.answers import colleagues
from mase.meetings.services.answers import Answer, gives_sight


class AnswerForm(PortalForm):
    """Coming, not coming, or a deputy."""

    kind = RadioField(
        label="Will you come?",
        choices=[(AnswerKind.ACCEPT, "Yes"), (AnswerKind.DECLINE, "No"), (AnswerKind.DEPUTY, "No, a deputy comes")],
        reveals={AnswerKind.DECLINE: "reason", AnswerKind.DEPUTY: ("deputy", "deputy_name")},
        required_error="Say whether you will come",
    )  # fmt: skip
    reason = TextField(
        label="Why not?", max_length=500, help_text="The chair reads this. Say nothing of the child.",
        required_when_shown="Say why you cannot come",
    )  # fmt: skip
    deputy = PersonField(
        None, label="A colleague with an account", blank="Nobody with an account", required=False
    )
    deputy_name = TextField(
        label="Or the name of somebody without one",
        max_length=150,
        required=False,
    )

    def __init__(self, *args: Any, invitation: Invitation, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not own:
            self.fields["kind"].label = "Will they come?"
        if invitation.agency is None:
            self.fields["kind"].choices = [(AnswerKind.ACCEPT, "Yes"), (AnswerKind.DECLINE, "No")]  # type: ignore[attr-defined]
            self.fields["kind"].reveals = {AnswerKind.DECLINE: ("reason",)}  # type: ignore[attr-defined]
            del self.fields["deputy"], self.fields["deputy_name"]
            return
        self.fields["deputy"].queryset = colleagues(invitation)  # type: ignore[attr-defined]
        self.fields["deputy"].help_text = _what_a_deputy_sees(invitation)

    def clean(self) -> dict[str, Any]:
        """A deputy is one of the two."""
        cleaned = super().clean() or self.cleaned_data
        named = cleaned.get("deputy") or cleaned.get("deputy_name")
        if cleaned.get("kind") == AnswerKind.DEPUTY and not named:
            self.add_error("deputy", "Choose a colleague, or write a name below")
        return cleaned

    @property
    def answer(self) -> Answer:
        """As the service takes it."""
        given = self.cleaned_data
        deputy: Membership | None = given.get("deputy")
        return Answer(
            AnswerKind(given["kind"]), given.get("reason") or "", deputy.user if deputy else None,
            given.get("deputy_name") or "",
        )  # fmt: skip

    @staticmethod
    def values_of(seat: Invitation) -> dict[str, Any]:
        """What was answered, if anything was."""
        chosen = colleagues(seat).filter(user=seat.deputy_named).first() if seat.deputy_named_id else None
        name = "" if chosen else seat.deputy_name
        return {"kind": seat.answer, "reason": seat.answer_reason, "deputy": chosen, "deputy_name": name}


def _what_a_deputy_sees(invitation: Invitation) -> str:
    if invitation.meeting.case.is_restricted:
        return "This case is restricted: the chair must invite them by name before they see anything of it."
    if not gives_sight(invitation):
        return (
            "This invitation opens the case to nobody else: somebody who works on it must share it with them."
        )
    return "They can then open this child’s case instead of the person who was asked."


SAME, ANOTHER, NONE = "same", "another", "none"


class AdjournForm(LateForm):
    """Why a meeting that was started is not held after all or is broken off, and when it is held instead."""

    reason = TextField(
        label="Why was it not held after all, or broken off?", max_length=500,
        help_text="Anyone who reads what was written at the meeting reads this. The chronology does not say it.",
        required_error="Say why it was not held, or was broken off",
    )  # fmt: skip
    when = RadioField(
        label="When is it held?", reveals={ANOTHER: "day"}, required_error="Say when it is held"
    )
    day = MomentField(
        label="Its new date and time", future=True, required_when_shown="Enter the new date and time"
    )
    field_order = ("reason", "when", "day", "late_reason")
    day_field = "to"

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, due_on=meeting.due_on, **kwargs)
        self.booked_for = meeting.scheduled_for
        answers = [(ANOTHER, "On another day"), (NONE, "No day is known yet: cancel this meeting")]
        if self.booked_for > timezone.now():
            answers.insert(0, (SAME, f"As it is booked, on {display_datetime(self.booked_for)}"))
        self.fields["when"].choices = answers  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """`to`: the time for which it is booked from now on; none where it is cancelled."""
        given = self.cleaned_data
        given["to"] = {SAME: self.booked_for, ANOTHER: given.get("day")}.get(given.get("when", ""))
        return super().clean()
