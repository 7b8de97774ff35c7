"""The forms of minutes, of a MASE and of a CMOG: how an item is worded, an objection and its answer, an addendum."""

import uuid
from collections.abc import Mapping
from typing import Any

from cse_portal.ui.forms import LongTextField, PortalForm, SelectField, YesNoField
from mase.forms.sections import EditedForm
from mase.models import AgendaItem
from mase.services.minutes.objecting import Objection

WHOLE = "whole"


class WordingForm(EditedForm):
    """What the minutes say under one item."""

    text = LongTextField(
        label="What the minutes say here", max_length=20_000, rows=8, required=False,
        help_text="What was noted at the meeting stays as it was; the minutes say that the chair worded this.",
    )  # fmt: skip


class PartForm(PortalForm):
    """Something said of one part of the minutes, or of the whole."""

    item = SelectField(label="Which part is it about?", required_error="Choose the part it is about")

    def __init__(self, *args: Any, parts: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank = [("", "Choose a part"), (WHOLE, "The minutes as a whole")]
        self.fields["item"].choices = [*blank, *parts.items()]  # type: ignore[attr-defined]

    @property
    def part(self) -> uuid.UUID | None:
        """The key of the part; none for the whole."""
        chosen = self.cleaned_data["item"]
        return None if chosen == WHOLE else uuid.UUID(chosen)


class ObjectionForm(PartForm):
    """What is wrong, and what should be said instead."""

    text = LongTextField(
        label="What should the minutes say?", max_length=4000, rows=6,
        help_text="What you say, and the answer, stand in the minutes.",
        required_error="Write what the minutes should say",
    )  # fmt: skip


class MeetingObjectionForm(ObjectionForm):
    """The same of a meeting about one child, which has a part for professionals only."""

    restricted = YesNoField(
        label="Is it about the part for professionals only?",
        help_text="Then only those to whom that part was given can read it.",
        required_error="Say whether it is about the part for professionals only",
    )
    field_order = ("item", "restricted", "text")

    def __init__(self, *args: Any, items: list[AgendaItem], sees_restricted: bool, **kwargs: Any) -> None:
        parts = {str(item.pk): f"{item.order}. {item.title}" for item in items}
        super().__init__(*args, parts=parts, **kwargs)
        self.items = {item.pk: item for item in items}
        if not sees_restricted:
            del self.fields["restricted"]

    @property
    def said(self) -> Objection:
        """As the service takes it."""
        given = self.cleaned_data
        item = self.items[self.part] if self.part else None
        return Objection(item, given["text"], restricted=bool(given.get("restricted")))


class AnswerForm(PortalForm):
    """The chair's answer to an objection, or whoever else's it is to give."""

    accepted = YesNoField(
        label="Do you accept it?",
        choices=[("yes", "Yes, and the minutes are worded otherwise"), ("no", "No")],
        inline=False,
        required_error="Say whether you accept it",
    )
    reason = LongTextField(
        label="Your answer", max_length=4000, rows=4,
        help_text="It stands in the minutes beside the objection.",
        required_error="Write your answer",
    )  # fmt: skip


ADDENDUM_TEXT = LongTextField(
    label="What is corrected?", max_length=8000, rows=6,
    help_text="It stands after the minutes, with your name and today’s date, and cannot be changed.",
    required_error="Write what is corrected",
)  # fmt: skip


class AddendumForm(PartForm):
    """A correction of agreed minutes of a CMOG, read by who sees the part it is about."""

    text = ADDENDUM_TEXT


class MeetingAddendumForm(PortalForm):
    """A correction of agreed minutes of a meeting about one child."""

    restricted = YesNoField(
        label="Is it about the part for professionals only?",
        help_text="Then it is in the copies of those alone to whom that part was given.",
        required_error="Say whether it is about the part for professionals only",
    )
    text = ADDENDUM_TEXT

    def __init__(self, *args: Any, sees_restricted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sees_restricted:
            del self.fields["restricted"]
