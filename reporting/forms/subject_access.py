"""Requests to see a record: who asks, what is left out and why, the second reader's verdict."""

import uuid
from typing import Any

from cases.choices import Competence, Ground, IdentityProof, NameChoice, ReaderVerdict, Requester
from cases.forms.exports import FindCopyForm
from cases.models import OtherName
from cases.services.subject_access import Asked
from cases.services.subject_access.marking import Decided
from cse_portal.ui.forms import (
    ConfirmField,
    DateField3,
    HiddenField,
    LongTextField,
    PortalForm,
    RadioField,
    SelectField,
    TextField,
)

EVERYWHERE = "0"
PLACES = [
    (EVERYWHERE, "Wherever they stand in this text"),
    *((str(n), f"Only the {n}. time") for n in range(1, 10)),
]


class ReceiveForm(PortalForm):
    """A child, or somebody for them, has asked."""

    asked_by = RadioField(
        label="Who asks?", choices=Requester.choices, required_error="Select who asks",
        reveals={Requester.PARENT: "child_view", Requester.AUTHORISED: "authority"},
    )  # fmt: skip
    child_view = LongTextField(
        label="What does the child say about it?", required=False, max_length=2000, rows=3,
        help_text="Ask every child who understands what it means. Leave this empty only if they do not.",
    )  # fmt: skip
    authority = TextField(
        label="What gives them authority?", required=False, max_length=500,
        help_text="For example, A signed letter of 3 March, seen by me",
        required_when_shown="Say what gives them authority",
    )  # fmt: skip
    requester_name = TextField(
        label="Their name", max_length=150, required_error="Enter the name of whoever asks"
    )
    received_on = DateField3(
        label="When did they ask?", past=True,
        help_text="The day it reached any of the partners. The month counts from it.",
    )  # fmt: skip
    competence = RadioField(
        label="Does the child understand what asking means?", choices=Competence.choices,
        help_text="Often from about 12, but never by age alone.",
        required_error="Select whether the child understands what asking means",
    )  # fmt: skip
    competence_note = LongTextField(
        label="How do you know?", max_length=2000, rows=3,
        required_error="Say how you know whether the child understands it",
    )  # fmt: skip

    @property
    def asked(self) -> Asked:
        """As the service takes it."""
        said = self.cleaned_data
        return Asked(
            asked_by=Requester(said["asked_by"]), requester_name=said["requester_name"],
            received_on=said["received_on"], competence=Competence(said["competence"]),
            competence_note=said["competence_note"], authority=said["authority"] or "",
            child_view=said["child_view"] or "",
        )  # fmt: skip


class IdentityCheckForm(PortalForm):
    """How it was made sure that they are who they say."""

    proof = RadioField(
        label="How was it made sure who they are?", choices=IdentityProof.choices,
        help_text="Ask for no more than you need. A child need not bring a passport.",
        required_error="Select how it was made sure who they are",
    )  # fmt: skip
    on = DateField3(label="When?", past=True)
    note = TextField(
        label="What was seen, or who confirmed it?", max_length=500,
        help_text="Keep no copy of a document.", required_error="Say what was seen, or who confirmed it",
    )  # fmt: skip


class ExtendForm(PortalForm):
    """Two further months."""

    reason = LongTextField(
        label="Why is it complex?", max_length=500, rows=3, count=True,
        required_error="Say why it is complex", help_text="The requester is told this.",
    )  # fmt: skip
    told_on = DateField3(label="When was the requester told?", past=True)


class CloseRequestForm(PortalForm):
    """Without disclosing."""

    reason = LongTextField(
        label="Why is nothing disclosed?", max_length=500, rows=3, count=True,
        required_error="Say why nothing is disclosed",
        help_text="For example, They have withdrawn it. Tell them in writing, and that they can complain to the ICO.",
    )  # fmt: skip


class OfTextForm(PortalForm):
    """About one text of an item, or, without one, about all of it. Many stand on a page, each with ids of its own."""

    passage = HiddenField(max_length=40, required=False)

    def __init__(self, *args: Any, passage: uuid.UUID | None = None, **kwargs: Any) -> None:
        mark = f"{type(self).__name__.lower()}-{passage or 'item'}"
        super().__init__(
            *args,
            auto_id=f"{mark}-%s",
            initial={"passage": passage or "", **kwargs.pop("initial", {})},
            **kwargs,
        )

    @property
    def text(self) -> uuid.UUID | None:
        """Which text, if the page named one that can be."""
        return key_of(self.data.get("passage"))


class GroundForm(OfTextForm):
    """On which ground it is left out."""

    ground = SelectField(
        label="On what ground?", choices=(), blank="Choose a ground", required_error="Choose the ground"
    )

    def __init__(self, *args: Any, for_parent: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [each for each in Ground.choices if for_parent or each[0] != Ground.INTERESTS]
        self.fields["ground"].choices = [("", "Choose a ground"), *offered]  # type: ignore[attr-defined]


class WordsForm(GroundForm):
    """Words to leave out: typed or pasted, or selected in the text, which then says exactly where."""

    words = TextField(
        label="Which words?", max_length=2000, required_error="Enter the words as they stand in the text",
        help_text="Select them in the text above, or copy them here.",
    )  # fmt: skip
    place = SelectField(label="Where?", choices=PLACES, blank="", required=False)
    starts_at = HiddenField(max_length=9, required=False)
    ends_at = HiddenField(max_length=9, required=False)
    field_order = ("words", "place", "ground")

    @property
    def selected(self) -> tuple[int, int] | None:
        """The place in the text, where the words were selected there."""
        ends = [str(self.cleaned_data.get(name) or "") for name in ("starts_at", "ends_at")]
        if not all(end.isascii() and end.isdigit() for end in ends):
            return None
        return int(ends[0]), int(ends[1])


class HoldForm(GroundForm):
    """The whole text, or item."""

    note = TextField(label="Anything the second reader should know?", max_length=500, required=False)


class VerdictOnItemForm(PortalForm):
    """The second reader's word on one item."""

    verdict = RadioField(
        label="Is what this leaves out, and what it leaves in, right?",
        choices=[(ReaderVerdict.AGREED, "Yes, I agree"), (ReaderVerdict.RETURNED, "No, send it back")],
        reveals={ReaderVerdict.RETURNED: "note"}, required_error="Select yes or no",
    )  # fmt: skip
    note = LongTextField(
        label="What should change, and why?", required=False, max_length=2000, rows=3,
        required_when_shown="Say what should change, and why",
    )  # fmt: skip


class NameForm(PortalForm):
    """What becomes of one other person's name."""

    choice = RadioField(
        label="", choices=NameChoice.choices, required=False, small=True, reveals={NameChoice.STAYS: "reason"}
    )
    reason = TextField(
        label="Why may it stay?", required=False, max_length=300,
        help_text="For example, She is a teacher the child talks about",
        required_when_shown="Say why the name may stay",
    )  # fmt: skip

    def __init__(self, *args: Any, name: OtherName, **kwargs: Any) -> None:
        initial = {"choice": name.choice, "reason": name.reason}
        super().__init__(*args, prefix=name.pk.hex, initial=initial, **kwargs)
        self.name = name
        self.fields["choice"].label = f"{name.name}"

    @property
    def decided(self) -> Decided | None:
        """The choice, once there is one that is not as it was."""
        said = self.cleaned_data
        if not said["choice"] or (said["choice"], said["reason"] or "") == (
            self.name.choice,
            self.name.reason,
        ):
            return None
        return Decided(NameChoice(said["choice"]), said["reason"] or "")


class FindDisclosureForm(FindCopyForm):
    """The letters at the foot of a page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["copy"].help_text = "It stands at the foot of every page. For example, K7Q4-M2XP-9T"


class DiscloseForm(PortalForm):
    """The last word."""

    confirmed = ConfirmField(
        label="I have read the letter’s name and the list below. This may leave.",
        required_error="Tick the box to confirm that this may leave",
    )


def key_of(value: object) -> uuid.UUID | None:
    """A key a page sent, or none."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None
