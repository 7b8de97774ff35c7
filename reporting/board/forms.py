"""The analyst's words for each page, the chair's foreword, the steps of a pack, and what the board decided."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from cases.record.forms import VersionedForm
from cse_portal.reference.quarters import Quarter
from cse_portal.ui.forms import (
    ConfirmField,
    DateField3,
    LongTextField,
    PortalForm,
    RadioField,
    SelectField,
    TextField,
    YesNoField,
)
from reporting.board.models import BoardDecision, Outcome

ASKS = (1, 2, 3)
ASKED = ("worry", "because", "asked", "detail", "owner", "due_on")
ROOM = {"worry": 70, "because": 90, "asked": 70, "detail": 90, "owner": 60}  # as the model has
_NAME_NOBODY = "No child, family or member of staff can be known from what I have written"


class BeginForm(PortalForm):
    """Which quarter's pack to begin."""

    quarter = SelectField(label="Quarter", choices=[], blank="Choose a quarter")

    def __init__(self, *args: Any, quarters: Sequence[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", "Choose a quarter"), *((each.slug, each.label) for each in quarters)]
        self.fields["quarter"].choices = offered  # type: ignore[attr-defined]


class WordsForm(VersionedForm):
    """The words of one page; each has as much room as the page has."""

    def __init__(self, *args: Any, page: str, labels: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if page == "cover":
            self.fields["verdict"] = LongTextField(
                label="The quarter in one sentence", max_length=125, rows=2, count=True, required=False,
                help_text="Leave it empty to have it worked out from the six measures.",
            )  # fmt: skip
            return
        self.fields["finding"] = _line(
            "What is the finding of this page?", 62, "Its headline. Empty: its first number."
        )
        self.fields["support"] = _line("One line that supports it", 100)
        if page == "summary":
            for number in ASKS:
                self._ask(number)
        else:
            self._page(page, labels)

    def _page(self, page: str, labels: Sequence[str]) -> None:
        if page == "time":
            self.fields["note"] = _line("What happened, to note on the lines", 36)
            blank = [("", "None"), *((each, each) for each in labels)]
            self.fields["note_at"] = SelectField(label="In which quarter?", choices=blank, required=False)
        if page == "voice":
            self.fields["story"] = LongTextField(
                label="In words like theirs", max_length=220, rows=3, count=True, required=False,
                help_text="Make it up from what several children said. The page says that it is made up.",
            )  # fmt: skip
            self.fields["did"] = LongTextField(
                label="You said, we did", max_length=330, rows=3, count=True, required=False
            )
        for number in ASKS:
            self.fields[f"what_{number}"] = _line(f"What we are doing, {number}", 60)
            self.fields[f"who_{number}"] = _line(f"Who does it, {number}", 30)
            self.fields[f"by_{number}"] = _line(f"By when, {number}", 20)

    def _ask(self, number: int) -> None:
        labels = {
            "worry": "What worries us", "because": "Because", "asked": "What we ask the board to decide",
            "detail": "In detail", "owner": "Who would answer for it",
        }  # fmt: skip
        for name, label in labels.items():
            self.fields[f"{name}_{number}"] = _line(f"{label}, {number}", ROOM[name])
        self.fields[f"due_on_{number}"] = DateField3(
            label=f"Reports to the board by, {number}", required=False
        )

    def clean(self) -> dict[str, Any] | None:
        """A worry goes with what is asked and who would answer for it."""
        given = super().clean() or {}
        for number in ASKS:
            row = {name: given.get(f"{name}_{number}") for name in ("worry", "asked", "owner")}
            for name, value in row.items():
                if any(row.values()) and not value:
                    self.add_error(
                        f"{name}_{number}", "Say what worries us, what we ask, and who would answer"
                    )
        return given

    @property
    def asked(self) -> list[dict[str, Any]]:
        """What the board is asked, in its order."""
        return [{name: self.cleaned_data.get(f"{name}_{number}") for name in ASKED} for number in ASKS]

    @property
    def words(self) -> dict[str, Any]:
        """Everything else, as it is kept."""
        asked = {f"{name}_{number}" for name in ASKED for number in ASKS}
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {*asked, "version"} and value
        }


def initial(words: Mapping[str, Any], decisions: Sequence[BoardDecision], version: int) -> dict[str, Any]:
    """What stands in the form of a page."""
    asked = {f"{name}_{each.number}": getattr(each, name) for each in decisions for name in ASKED}
    return {**words, **asked, "version": version}


class ForewordForm(VersionedForm):
    """The chair's words."""

    foreword = LongTextField(
        label="Foreword",
        help_text="Beside the contents, on the cover. Name no child.",
        max_length=330,
        rows=5,
        count=True,
    )
    chair = TextField(label="Your name and office", max_length=60)


class SendForm(VersionedForm):
    """The analyst answers for the words."""

    checked = ConfirmField(
        label=_NAME_NOBODY,
        required_error="Read your words again and confirm that nobody can be known from them",
    )


class PublishForm(VersionedForm):
    """The second reader answers for the pack."""

    read = ConfirmField(
        label="I have read every page, and no child can be known from it",
        required_error="Read every page, then confirm that you have",
    )


class ReasonForm(VersionedForm):
    """Why it goes back, or is corrected."""

    reason = LongTextField(
        label="What has to change?",
        help_text="It stays beside the version. Name no child.",
        max_length=500,
        rows=4,
        count=True,
    )


class DecisionForm(PortalForm):
    """What the board decided."""

    outcome = RadioField(label="What did the board decide?", choices=Outcome.choices)
    decision = LongTextField(label="In its words", max_length=300, rows=3, count=True, required=False)
    owner = TextField(label="Who answers for it?", max_length=60)
    due_on = DateField3(label="By when?", required=False)
    decided_on = DateField3(label="Decided on", past=True, initial=timezone.localdate)


class BecameForm(PortalForm):
    """What became of a decision."""

    became = LongTextField(label="What became of it?", max_length=160, rows=3, count=True)
    is_done = YesNoField(label="Is it done?")


def _line(label: str, room: int, help_text: str = "") -> TextField:
    return TextField(label=label, max_length=room, required=False, help_text=help_text)
