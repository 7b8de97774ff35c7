"""The form of each record of this part, from its model: the fields, their names and hints stand there."""

from typing import Any

from django import forms
from django.db import models
from django.forms.models import fields_for_model
from django.utils.text import capfirst

from cases.court.models import Investigation
from cases.record.forms import VersionedForm
from cse_portal.access.records import code_list
from cse_portal.reference import selectors as reference
from cse_portal.ui.forms import DateField3, LongTextField, ModelSelectField, RadioField, TextField

NOT_ASKED = ("case", "recorded_by", "agency", "recorded_at", "version", "code")
MAY_BE_AHEAD = ("happens_on", "next_contact_on", "cica_until")
EMPTY = [("", "Not yet, or does not apply")]


class CourtForm(VersionedForm):
    """Begins with what is recorded; how the days fit together is checked by the service."""

    def __init__(self, *args: Any, row: Any, without: tuple[str, ...] = (), **kwargs: Any) -> None:
        own = fields_for_model(type(row), exclude=(*NOT_ASKED, *without), formfield_callback=drawn)
        self.base_fields = {**type(self).base_fields, **own}  # type: ignore[misc]
        kwargs["initial"] = {name: getattr(row, name, None) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.heading = str(capfirst(type(row)._meta.verbose_name))
        self.only: Investigation | None = None
        if "investigation" in own:
            offered = Investigation.objects.filter(case=row.case)
            self.fields["investigation"].queryset = offered  # type: ignore[attr-defined]
            if len(offered) == 1:
                self.only = offered[0]
                del self.fields["investigation"]

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it: an event of the one investigation, where there is no choice."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return said | ({"investigation": self.only} if self.only else {})


def drawn(field: Any, **_: Any) -> forms.Field:
    """The field of the portal for a field of a model; a day is in the past unless it may lie ahead."""
    said: dict[str, Any] = {
        "label": capfirst(field.verbose_name),
        "required": not (field.null or field.blank),
    }
    if field.help_text:
        said["help_text"] = field.help_text
    codes = code_list(field)
    size: Any = field.max_length
    if isinstance(field, models.ForeignKey):
        return ModelSelectField(None, **said)
    if isinstance(field, models.DateField):
        return DateField3(past=field.name not in MAY_BE_AHEAD, **said)
    if field.choices or codes:
        offered = reference.choices(codes) if codes else field.choices
        return RadioField(choices=[*([] if said["required"] else EMPTY), *offered], small=True, **said)
    if isinstance(field, models.TextField):
        return LongTextField(max_length=size, rows=2, **said)
    return TextField(max_length=size, **said)
