"""What somebody typed and could not save, in words: beside its part, and once the meeting is over."""

import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.urls import reverse

from cse_portal.ui.forms import PortalForm
from cse_portal.ui.presenters import display_date
from cse_portal.ui.typed import is_carried, typed_in
from mase.models import MaseMeeting, TextSetAside

Line = tuple[str, str]


@dataclass(frozen=True)
class LeftOver:
    """What its author could not save any more, and where it is taken off."""

    words: list[str]
    remove_url: str
    part: str


def left_over(meeting: MaseMeeting, own: Sequence[TextSetAside]) -> list[LeftOver]:
    """Once the meeting is over, everything its author had not saved: there is no form to stand beside any more."""

    def place(row: TextSetAside) -> tuple[uuid.UUID, str]:
        return row.section, row.part

    found = []
    for (section, part), rows in itertools.groupby(sorted(own, key=place), key=place):
        words = [each for row in rows for each in words_of(row)]
        found.append(LeftOver(words, reverse("mase:section-aside", args=[meeting.pk, section]), part))
    return [each for each in found if each.words]


def words_of(row: TextSetAside) -> list[str]:
    """Each text, and what was answered in short; nothing that the page carried."""
    posted = QueryDict(mutable=True)
    for name, value in row.typed.items():
        values = value if isinstance(value, list) else [value]
        posted.setlist(name, [str(each) for each in values if each not in ("", None, True, False)])
    texts, short = typed_in(posted)
    in_short = ", ".join(value for _, value in short)
    return [*(text for _, text in texts), *filter(None, [in_short])]


def lines_of(form: PortalForm, row: TextSetAside) -> list[Line]:
    """A text as the fields of its form: those it was drawn with, or the values it was kept with."""
    if row.token is None:
        return in_lines(form, row.typed)
    return in_lines(form, {name: form[name].value() for name in form.fields})


def in_lines(form: PortalForm, values: dict[str, Any]) -> list[Line]:
    """The fields of a form that say something, by their labels."""
    return [
        (str(field.label), _said(field, values[name]))
        for name, field in form.fields.items()
        if name in values and not is_carried(name) and values[name] not in ("", None, ["", "", ""])
    ]


def _said(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return " ".join(str(part or "") for part in value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        offered = cast(list[tuple[Any, Any]], list(cast(Any, field.choices)))
        return str(dict(offered).get(str(value), value))
    return display_date(value) if hasattr(value, "year") else str(value)
