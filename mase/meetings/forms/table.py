"""The forms of the table: rows of it, who came, the numbers on the scale, and what else is talked about."""

from collections.abc import Sequence
from typing import Any

from cse_portal.ui.charts.spread import HIGHEST
from cse_portal.ui.forms import (
    ConfirmField,
    LongTextField,
    NumberField,
    PortalForm,
    RowsForm,
    SelectField,
    TextField,
)
from mase.meetings.choices import CHILD, AttendanceCode
from mase.meetings.forms.sections import SectionForm
from mase.meetings.models.meeting import Invitation
from mase.meetings.selectors.thresholds import name_of
from mase.meetings.services.attendance import Came
from mase.plans.choices import TableWord


class TableForm(RowsForm, SectionForm):
    """A part with rows that several fill in at once; saved when a field is left."""

    auto = True


class AttendanceForm(TableForm):
    """Y, A, D, N or R for everyone invited."""

    button = "Save attendance"
    paired = True

    def __init__(self, *args: Any, invitations: Sequence[Invitation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitations = invitations or self.record.invitations
        for each in self.invitations:
            if hasattr(each, "attendance"):
                self.initial[f"code_{each.pk.hex}"] = each.attendance.code
                self.initial[f"who_{each.pk.hex}"] = each.attendance.who_came
            self.fields[f"code_{each.pk.hex}"] = SelectField(
                label=name_of(each), choices=AttendanceCode.choices, blank="Not marked yet", required=False
            )
            self.fields[f"who_{each.pk.hex}"] = TextField(
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

    do = SelectField(label="What the table says", choices=TableWord.choices)
    came_of_it = TextField(label="What came of it", max_length=500, required=False, label_size="")

    def clean(self) -> dict[str, Any]:
        """Done or not done says what came of it."""
        given = super().clean() or self.cleaned_data
        if given.get("do") in (TableWord.DONE, TableWord.NOT_DONE) and not given.get("came_of_it"):
            self.add_error("came_of_it", "Write what it changed, or why it was not done")
        return given


class ScoreForm(SectionForm):
    """One number, on a button of its own, for one seat or the child; without a number it is taken back."""

    whole = "scale"
    seat = SelectField(label="Whose number", blank="")
    value = NumberField(
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
    reason = LongTextField(label="Why", max_length=500, rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.watch({"reason": ("reason",)})

    @property
    def said(self) -> dict[str, Any]:
        """The reason; it may be taken back."""
        return {"reason": self.cleaned_data["reason"] or ""}


class AddItemForm(PortalForm):
    """One more item to talk about."""

    title = TextField(
        label="What is to be talked about", max_length=150, required_error="Say what is to be talked about"
    )
    restricted = ConfirmField(label="For professionals only", required=False)

    def __init__(self, *args: Any, restricted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not restricted:
            del self.fields["restricted"]

    @property
    def added(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        return {"title": given["title"], "restricted": bool(given.get("restricted"))}
