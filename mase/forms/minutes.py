"""The forms of minutes: how an item is worded, an objection and its answer, an addendum."""

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


class ObjectionForm(PortalForm):
    """What is wrong, and what should be said instead."""

    item = SelectField(label="Which part is it about?", required_error="Choose the part it is about")
    restricted = YesNoField(
        label="Is it about the part for professionals only?",
        help_text="Then only those to whom that part was given can read it.",
        required_error="Say whether it is about the part for professionals only",
    )
    text = LongTextField(
        label="What should the minutes say?", max_length=4000, rows=6,
        help_text="What you say, and the chair’s answer, stand in the minutes.",
        required_error="Write what the minutes should say",
    )  # fmt: skip

    def __init__(self, *args: Any, items: list[AgendaItem], sees_restricted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = {str(item.pk): item for item in items}
        named = [(key, f"{item.order}. {item.title}") for key, item in self.items.items()]
        blank = [("", "Choose a part"), (WHOLE, "The minutes as a whole")]
        self.fields["item"].choices = [*blank, *named]  # type: ignore[attr-defined]
        if not sees_restricted:
            del self.fields["restricted"]

    @property
    def said(self) -> Objection:
        """As the service takes it."""
        given = self.cleaned_data
        return Objection(
            self.items.get(given["item"]), given["text"], restricted=bool(given.get("restricted"))
        )


class AnswerForm(PortalForm):
    """The chair's answer to an objection."""

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


class AddendumForm(PortalForm):
    """A correction of agreed minutes."""

    restricted = YesNoField(
        label="Is it about the part for professionals only?",
        help_text="Then it is in the copies of those alone to whom that part was given.",
        required_error="Say whether it is about the part for professionals only",
    )
    text = LongTextField(
        label="What is corrected?", max_length=8000, rows=6,
        help_text="It stands after the minutes, with your name and today’s date, and cannot be changed.",
        required_error="Write what is corrected",
    )  # fmt: skip

    def __init__(self, *args: Any, sees_restricted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sees_restricted:
            del self.fields["restricted"]
