"""The forms of the table: rows of it, who came, the numbers on the scale, and what else is talked about."""

import json
import uuid
from collections.abc import Hashable, Mapping
from copy import copy
from functools import cached_property
from typing import Any, cast

from cse_portal.ui.charts.spread import HIGHEST
from cse_portal.ui.forms import (
    ConfirmField,
    HiddenField,
    LongTextField,
    NumberField,
    PortalForm,
    SelectField,
    TextField,
)
from mase.meetings.choices import CHILD, AttendanceCode
from mase.meetings.forms.sections import SectionForm
from mase.meetings.models.meeting import Invitation
from mase.meetings.selectors.thresholds import name_of
from mase.meetings.services.attendance import Came
from mase.plans.choices import TableWord
from mase.plans.models.plan import PlanAction

ANOTHER = "Somebody else put “{theirs}” here while you were writing. Save again to put yours in its place"


class RowsForm(SectionForm):
    """Only the rows are saved that differ from what their writer's page showed, so that several may fill it in.

    Where somebody else changed the same row meanwhile, theirs is told beside the writer's, and the writer decides.
    """

    auto = True
    was = HiddenField(required=False, max_length=200_000)

    def watch(self, rows: Mapping[Any, tuple[str, ...]]) -> None:
        """Said once the fields are there: the names of the fields of each row, by its key."""
        self.rows = rows
        self.stored = {name: str(self.initial.get(name) or "") for names in rows.values() for name in names}
        self.initial["was"] = json.dumps(self.stored)

    def clean(self) -> dict[str, Any]:
        """Refuse, once, a row that somebody else changed since the page was drawn."""
        given = super().clean() or self.cleaned_data
        shown = self._shown()
        for names in self.rows.values():
            before, now, mine = (
                [shown.get(name, self.stored[name]) for name in names],
                [self.stored[name] for name in names],
                [self._typed(name) for name in names],
            )
            if now not in (before, mine) and mine != before:
                self.add_error(names[0], self._another(names))
                shown |= dict(zip(names, now, strict=True))
        if self.errors:
            self.data = drawn_again = cast(Any, copy(self.data))
            drawn_again[self.add_prefix("was")] = json.dumps(shown)
        return given

    @cached_property
    def changed(self) -> set[Hashable]:
        """The keys of the rows that their writer changed."""
        shown = self._shown()
        return {
            key
            for key, names in self.rows.items()
            if any(self._typed(name) != shown.get(name, self.stored[name]) for name in names)
        }

    @property
    def now_shown(self) -> str:
        """What the writer's page shows once this is saved."""
        return json.dumps({name: self._typed(name) for name in self.stored})

    def need_with(self, name: str, other: str, words: str) -> None:
        """What was typed here is lost without an answer there."""
        if self._typed(name) and not self._typed(other) and other not in self.errors:
            self.add_error(other, words)

    def _typed(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")

    def _shown(self) -> dict[str, str]:
        try:
            said = json.loads(self.data.get(self.add_prefix("was")) or "{}")
        except (ValueError, RecursionError):
            return {}
        return (
            {name: text for name, text in said.items() if isinstance(text, str)}
            if isinstance(said, dict)
            else {}
        )

    def _another(self, names: tuple[str, ...]) -> str:
        return ANOTHER.format(theirs=self._in_words(names) or "nothing")

    def _in_words(self, names: tuple[str, ...]) -> str:
        told = []
        for name in names:
            choices = dict(getattr(self.fields[name], "choices", ()))
            told.append(str(choices.get(self.stored[name], self.stored[name])) if self.stored[name] else "")
        return ", ".join(filter(None, told))


class AttendanceForm(RowsForm):
    """Y, A, D, N or R for everyone invited."""

    button = "Save attendance"
    paired = True

    def __init__(
        self, *args: Any, invitations: list[Invitation], names: dict[uuid.UUID, str], **kwargs: Any
    ) -> None:
        came = {each.pk.hex: each.attendance for each in invitations if hasattr(each, "attendance")}
        initial = {f"code_{key}": row.code for key, row in came.items()}
        initial |= {f"who_{key}": row.who_came for key, row in came.items()}
        super().__init__(*args, initial=initial, **kwargs)
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

    def __init__(self, *args: Any, action: PlanAction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action

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

    def __init__(
        self, *args: Any, seats: list[Invitation], names: dict[uuid.UUID, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.seats: dict[str, Invitation | None] = {CHILD: None, **{str(each.pk): each for each in seats}}
        named = [(CHILD, name_of(None)), *((str(each.pk), names[each.pk]) for each in seats)]
        self.fields["seat"].choices = named  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        """Whose number, and which."""
        return {"seat": self.seats[self.cleaned_data["seat"]], "value": self.cleaned_data["value"]}


class WhyForm(RowsForm):
    """Why a seat is two or more from the middle."""

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
