"""The forms of minutes, of a MASE and of a CMOG: how an item is worded, an objection and its answer, an addendum."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, cast

from cse_portal.ui.forms import CheckboxesField, LongTextField, PortalForm, SelectField, YesNoField
from mase.meetings.forms.sections import EditedForm
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation
from mase.meetings.selectors.thresholds import family_name
from mase.minutes.presenters.words import candidate_words
from mase.minutes.selectors.circulation import Candidate
from mase.minutes.selectors.letters import LetterTo

WHOLE, OWN = "whole", "own"
STALE = "The draft is out of date: it is replaced by the words below"
FOR_PROFESSIONALS = "The family is not given the part for professionals only, and does not object to it"


class WordingForm(EditedForm):
    """What the minutes say under one item."""

    wording = LongTextField(
        label="What the minutes say here", max_length=20_000, rows=8, required=False,
        help_text="What was noted at the meeting stays as it was; the minutes say that the chair worded this.",
    )  # fmt: skip


class PartForm(PortalForm):
    """Something said of one part of the minutes, or of the whole; perhaps of the part for professionals only."""

    item = SelectField(label="Which part is it about?", required_error="Choose the part it is about")
    restricted = YesNoField(
        label="Is it about the part for professionals only?",
        help_text="Then only those to whom that part was given can read it.",
        required_error="Say whether it is about the part for professionals only",
    )

    def __init__(
        self,
        *args: Any,
        items: Sequence[AgendaItem],
        parts: Mapping[str, str],
        sees_restricted: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = {str(item.pk): item for item in items}
        blank = [("", "Choose a part"), (WHOLE, "The minutes as a whole")]
        self.fields["item"].choices = [*blank, *parts.items()]  # type: ignore[attr-defined]
        if not sees_restricted:
            del self.fields["restricted"]

    @property
    def part(self) -> AgendaItem | None:
        """The part; none for the whole."""
        return self.items.get(self.cleaned_data.get("item", WHOLE))

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        return {"text": given["text"], "restricted": bool(given.get("restricted")), "item": self.part}


class ObjectionForm(PartForm):
    """What is wrong, and what should be said instead.

    A meeting about one child has a part for professionals only, and family who may object.
    """

    text = LongTextField(
        label="What should the minutes say?", rows=6, help_text="What you say, and the answer, stand in the minutes.",
        required_error="Write what the minutes should say",
    )  # fmt: skip
    whose = SelectField(
        label="Whose objection is it?", required_error="Say whose objection it is",
        help_text="The child or a parent objects through you: write down what they say. Yours is another.",
    )  # fmt: skip
    field_order = ("whose", "item", "restricted", "text")

    def __init__(self, *args: Any, family: list[Invitation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.family = {str(each.pk): each for each in family}
        named = [(key, family_name(each)) for key, each in self.family.items()]
        self.fields["whose"].choices = [(OWN, "My own"), *named]  # type: ignore[attr-defined]
        self.fields["whose"].initial = OWN
        if not self.family:
            del self.fields["whose"]

    def clean(self) -> dict[str, Any]:
        """Family object to what they are given."""
        given = super().clean() or self.cleaned_data
        if given.get("whose", OWN) != OWN:
            if given.get("restricted"):
                self.add_error("restricted", FOR_PROFESSIONALS)
            elif self.part and self.part.restricted:
                self.add_error("item", FOR_PROFESSIONALS)
        return given

    @property
    def said(self) -> dict[str, Any]:
        """With whose it is."""
        return super().said | {"seat": self.family.get(self.cleaned_data.get("whose", OWN))}


class AnswerForm(PortalForm):
    """The chair's answer to an objection, or anyone who else's it is to give."""

    accepted = YesNoField(
        label="Do you accept it?",
        choices=[("yes", "Yes, and the minutes are worded otherwise"), ("no", "No")],
        inline=False,
        required_error="Say whether you accept it",
    )
    reason = LongTextField(
        label="Your answer", rows=4, help_text="It is in the minutes beside the objection.",
        required_error="Write your answer",
    )  # fmt: skip


class AddendumForm(PartForm):
    """A correction of agreed minutes; at a CMOG about a part, and read by who sees it."""

    text = LongTextField(
        label="What is corrected?", max_length=8000, rows=6,
        help_text="It stands after the minutes, with your name and today’s date, and cannot be changed.",
        required_error="Write what is corrected",
    )  # fmt: skip

    def __init__(self, *args: Any, of_child: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if of_child:
            del self.fields["item"]


class RecipientsForm(PortalForm):
    """Who gets the minutes: a tick for each person or agency, and somebody else by choice."""

    recipients = CheckboxesField(
        label="Who gets the minutes", required=False,
        help_text="People without a tick cannot open them. CSE Team Managers always can.",
    )  # fmt: skip
    other = SelectField(
        label="Somebody else who has the case", required=False, blank="Nobody else",
        help_text="They were not asked to the meeting.",
    )  # fmt: skip
    letters = CheckboxesField(
        label="Letters to draft", required=False,
        help_text="Read them below. You can change a draft before it is printed and given.",
    )  # fmt: skip

    def __init__(
        self, *args: Any, offered: list[Candidate], letters: Sequence[LetterTo] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        at_table = [each for each in offered if each.seat or each.listed]
        others = [
            ("", "Nobody else"),
            *((str(each.holder.pk), each.name) for each in offered if each not in at_table),
        ]
        self.fields["other"].choices = others  # type: ignore[attr-defined]
        field = cast(CheckboxesField, self.fields["recipients"])
        field.choices = [(str(each.holder.pk), each.name) for each in at_table]
        field.hints = {str(each.holder.pk): candidate_words(each) for each in at_table}
        self.initial["recipients"] = [str(each.holder.pk) for each in at_table if each.listed]
        self.drafts = {str(each.key): each for each in letters if each.is_to_write}
        to_write = cast(CheckboxesField, self.fields["letters"])
        to_write.choices = [(key, each.name) for key, each in self.drafts.items()]
        to_write.hints = {key: STALE for key, each in self.drafts.items() if each.row}
        self.initial["letters"] = list(self.drafts)
        if not self.drafts:
            del self.fields["letters"]

    @property
    def keys(self) -> list[uuid.UUID]:
        """Who was ticked, and who was chosen besides."""
        chosen = [*self.cleaned_data["recipients"], self.cleaned_data["other"]]
        return [uuid.UUID(key) for key in chosen if key]

    @property
    def to_write(self) -> list[LetterTo]:
        """The letters that were ticked."""
        return [self.drafts[key] for key in self.cleaned_data.get("letters", [])]
