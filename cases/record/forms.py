"""Forms of a row that two people may edit; and what a caseload is narrowed by, read from the address."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.forms.models import fields_for_model
from django.utils.text import capfirst

from cases.record.choices import CATEGORIES, CaseStatusFilter
from cases.record.selectors import DEFAULT_SORT, LAST_PAGE, CaseFilters, lead_agencies, lead_professionals
from cse_portal.access.records import code_list
from cse_portal.accounts.models import User
from cse_portal.errors import StaleEdit
from cse_portal.reference import selectors as reference
from cse_portal.ui.forms import (
    CheckboxesField,
    ConfirmField,
    DateField3,
    FilterForm,
    HiddenField,
    LongTextField,
    ModelSelectField,
    NumberField,
    PortalForm,
    RadioField,
    SearchField,
    SelectField,
    TextField,
)

STALE = str(StaleEdit().message)
NOT_ASKED = ("case", "recorded_by", "agency", "recorded_at", "version")
MAY_BE_AHEAD = ("happens_on", "next_contact_on", "cica_until", "funded_until")
EMPTY = [("", "Not yet, or does not apply")]


class VersionedForm(PortalForm):
    """A form drawn from a row at a version; saved only over that version."""

    version = HiddenField(max_length=9)
    saved = ""
    differences: Sequence[Any] = ()

    @property
    def drawn_at(self) -> int:
        """The version the page was drawn from; one that never was, if the page does not say.

        After both texts were shown it is the one that the writer chose to `overwrite`.
        """
        posted = str(self.data.get("overwrite") or self.data.get(self.add_prefix("version"), ""))
        return int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 10 else 0

    def redraw_at(self, version: int) -> None:
        """Say that somebody saved meanwhile. What was typed stays, and the next save counts from the newest version."""
        newest: Any = self.data.copy()  # type: ignore[attr-defined]
        newest["version"] = str(version)
        self.data = newest
        self.add_error(None, STALE)

    def saves(
        self, act: Callable[[], Any], newest: Callable[[], Any],
        compare: Callable[[Any], Sequence[Any]] = lambda row: (),
    ) -> bool:  # fmt: skip
        """As `does`. When somebody saved in between, `saved` has their words and the next save counts from there.

        `differences` is where their row differs from what was typed, as the page compares the two.
        """

        def guarded() -> Any:
            try:
                return act()
            except StaleEdit:
                row = newest()
                self.saved, self.differences = getattr(row, "words", ""), compare(row)
                self.redraw_at(row.version)

        return self.does(guarded)


class RecordForm(VersionedForm):
    """The form of a record, from its model: the fields, their names and hints stand there.

    Begins with what is recorded. `only` names its fields, `without` those that it leaves out.
    """

    def __init__(
        self, *args: Any, row: Any, only: tuple[str, ...] | None = None, without: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> None:  # fmt: skip
        left_out = (*NOT_ASKED, *without)
        own = fields_for_model(type(row), fields=only, exclude=left_out, formfield_callback=drawn)
        self.base_fields = {**type(self).base_fields, **own}  # type: ignore[misc]
        kwargs["initial"] = {name: getattr(row, name, None) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.heading = str(capfirst(type(row)._meta.verbose_name))

    @property
    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def drawn(field: Any, **_: Any) -> forms.Field:
    """The field of the portal for a field of a model; a day is in the past unless it may lie ahead."""
    said: dict[str, Any] = {
        "label": capfirst(field.verbose_name),
        "required": not (field.null or field.blank),
    }
    if field.help_text:
        said["help_text"] = field.help_text
    codes = code_list(field)
    if isinstance(field, models.ForeignKey):
        return ModelSelectField(None, **said)
    if isinstance(field, models.DateField):
        return DateField3(past=field.name not in MAY_BE_AHEAD, **said)
    if isinstance(field, models.BooleanField):
        return ConfirmField(small=True, **{**said, "required": False})
    if isinstance(field, ArrayField):
        return CheckboxesField(choices=reference.choices(codes or ""), small=True, **said)
    if field.choices or codes:
        offered = reference.choices(codes) if codes else field.choices
        return RadioField(choices=[*([] if said["required"] else EMPTY), *offered], small=True, **said)
    if isinstance(field, models.IntegerField):
        highest = [each.limit_value for each in field.validators if isinstance(each, MaxValueValidator)]
        return NumberField(min_value=0, max_value=min(highest), **said)
    size: Any = field.max_length
    if isinstance(field, models.TextField):
        return LongTextField(max_length=size, rows=2, **said)
    return TextField(max_length=size, **said)


class CaseFilterForm(FilterForm):
    """The filters of the list of cases. The agencies offered lead a case this person may see."""

    text = SearchField(label="Search", help_text="Part of a name, another name, or a reference")
    scope = HiddenField(max_length=10)
    lead = ModelSelectField(None, label="Lead", blank="Anyone")
    agency = ModelSelectField(None, label="Lead agency", blank="Any agency", to_field_name="code")
    category = CheckboxesField(label="Category", choices=CATEGORIES)
    missing = CheckboxesField(label="Missing", choices=[("yes", "Missing now")])
    overdue = CheckboxesField(label="Overdue", choices=[("yes", "Next step is late")])
    without_step = CheckboxesField(label="Next step", choices=[("yes", "Without a next step")])
    silent = CheckboxesField(label="Record", choices=[("yes", "Nothing recorded for long")])
    unled = CheckboxesField(label="Allocation", choices=[("yes", "Nobody leads yet")])
    status = SelectField(label="Status", choices=CaseStatusFilter.choices, blank="Open")
    sort = HiddenField(max_length=20)

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.fields["agency"].queryset = lead_agencies(user)  # type: ignore[attr-defined]
        self.fields["lead"].queryset = lead_professionals(user)  # type: ignore[attr-defined]

    @property
    def filters(self) -> CaseFilters:
        """The answers as the door takes them."""
        said = self.answers
        return CaseFilters(
            scope=said.get("scope", ""),
            categories=tuple(int(value) for value in said.get("category", [])),
            status=said.get("status", ""),
            lead_agency=said.get("agency"),
            lead=said.get("lead"),
            missing=bool(said.get("missing")),
            overdue=bool(said.get("overdue")),
            without_step=bool(said.get("without_step")),
            silent=bool(said.get("silent")),
            unled=bool(said.get("unled")),
            text=said.get("text", ""),
            sort=said.get("sort", "") or DEFAULT_SORT,
        )

    @property
    def page(self) -> int:
        """The page asked for; the first when the address says anything but a number."""
        asked = str(self.data.get("page", "1"))
        return min(int(asked), LAST_PAGE) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1


class NothingForm(PortalForm):
    """A page with a button and nothing to fill in."""
