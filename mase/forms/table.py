"""Who came, and where each of them places the child's safety."""

import uuid
from typing import Any

from cse_portal.ui.forms import SelectField, TextField
from mase.choices import AttendanceCode
from mase.forms.rows import RowsForm
from mase.models import Invitation
from mase.services.attendance import Came
from mase.services.safety_map import HIGHEST, Score


class AttendanceForm(RowsForm):
    """Y, A, D, N or R for everyone invited."""

    button = "Save attendance"
    paired = True

    def __init__(
        self, *args: Any, invitations: list[Invitation], names: dict[uuid.UUID, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.invitations = invitations
        for each in invitations:
            self.fields[f"code_{each.pk.hex}"] = SelectField(
                label=names[each.pk], choices=AttendanceCode.choices, blank="Not marked yet", required=False
            )
            self.fields[f"who_{each.pk.hex}"] = TextField(
                label="Who came, if somebody else", max_length=150, required=False, label_size=""
            )
        self.watch({each.pk: (f"code_{each.pk.hex}", f"who_{each.pk.hex}") for each in invitations})

    def clean(self) -> dict[str, Any]:
        """A name says that somebody came."""
        given = super().clean()
        for each in self.invitations:
            self.need_with(f"who_{each.pk.hex}", f"code_{each.pk.hex}", "Say whether they came")
        return given

    @property
    def answers(self) -> dict[uuid.UUID, Came]:
        """Only those who were marked otherwise than the page showed."""
        given = self.cleaned_data
        return {
            each.pk: Came(AttendanceCode(code), given[f"who_{each.pk.hex}"] or "")
            for each in self.invitations
            if each.pk in self.changed and (code := given[f"code_{each.pk.hex}"])
        }


class ScaleForm(RowsForm):
    """Where each person there places the child's safety for one danger."""

    button = "Save the scale"
    paired = in_threes = True

    def __init__(
        self, *args: Any, present: list[Invitation], names: dict[uuid.UUID, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.present = present
        numbers = [(str(number), str(number)) for number in range(HIGHEST + 1)]
        for each in present:
            self.fields[f"value_{each.pk.hex}"] = SelectField(
                label=names[each.pk], choices=numbers, blank="Not given", required=False
            )
            self.fields[f"reason_{each.pk.hex}"] = TextField(
                label="Why this number", max_length=500, required=False, label_size=""
            )
            self.fields[f"higher_{each.pk.hex}"] = TextField(
                label="What would be one point higher", max_length=500, required=False, label_size=""
            )
        parts = ("value", "reason", "higher")
        self.watch({each.pk: tuple(f"{part}_{each.pk.hex}" for part in parts) for each in present})

    def clean(self) -> dict[str, Any]:
        """Words without a number say nothing on a scale, and a number without words as little."""
        given = super().clean()
        for name in [each.pk.hex for each in self.present if each.pk in self.changed]:
            value, reason, higher = (f"{part}_{name}" for part in ("value", "reason", "higher"))
            for part in (reason, higher):
                self.need_with(part, value, "Choose a number too")
            self.need_with(value, reason, "Say why this number")
            if self._typed(value) not in ("", str(HIGHEST)):
                self.need_with(value, higher, "Say what would be one point higher")
        return given

    @property
    def scores(self) -> dict[uuid.UUID, Score | None]:
        """A number each, or none, of those whose row was changed."""
        given = self.cleaned_data
        return {
            each.pk: Score(
                int(value), given[f"reason_{each.pk.hex}"] or "", given[f"higher_{each.pk.hex}"] or ""
            )
            if value
            else None
            for each in self.present
            if each.pk in self.changed
            for value in [given[f"value_{each.pk.hex}"]]
        }
