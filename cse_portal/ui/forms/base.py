"""The form every page uses, and the bound field that draws GOV.UK markup, also for Django's and allauth's fields."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorDict
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cse_portal.errors import NotAllowedNow
from cse_portal.keys import key_from, new_key
from cse_portal.ui.forms.drawing import WITHOUT_TEMPLATE
from cse_portal.ui.forms.fields import Drawn, in_sentence


@dataclass
class Option:
    """One radio button or checkbox as it is drawn."""

    id: str
    value: str
    label: object
    checked: bool
    hint: str = ""
    revealed: list["PortalBoundField"] = field(default_factory=list)


@dataclass
class Part:
    """One box of a date or moment."""

    id: str
    name: str
    value: object
    label: str
    width: int
    inputmode: str


class PortalBoundField(BoundField):
    """A field with its hint, error and markup."""

    @cached_property
    def shape(self) -> str:
        """Which markup draws it."""
        widget = self.field.widget
        kinds: list[tuple[type[forms.Widget], str]] = [
            (forms.CheckboxSelectMultiple, "choices"), (forms.RadioSelect, "choices"),
            (forms.CheckboxInput, "checkbox"), (forms.Select, "select"), (forms.Textarea, "textarea"),
            (forms.FileInput, "file"), (forms.PasswordInput, "password"), (forms.HiddenInput, "hidden"),
        ]  # fmt: skip
        own = getattr(self.field, "shape", "")
        if own and own != "input":
            return own
        return next((name for kind, name in kinds if isinstance(widget, kind)), own or "input")

    def get_context(self) -> dict[str, Any]:
        """What its template shows, by name: asked of the field there, each answer takes five times as long."""
        own = self.field
        return {
            "field": self,
            "shape": self.shape,
            "errors": self.errors,
            "label": self.label,
            "in_fieldset": self.in_fieldset,
            "described_by": self.aria_describedby,
            **{
                name: getattr(own, name, "")
                for name in ("heading", "count", "max_length", "prefix", "suffix", "folded")
            },
        }

    @property
    def chosen(self) -> str:
        """The labels of the options that hold, or the text: what a folded field says of itself."""
        if self.shape == "textarea":
            return str(self.value() or "nothing yet")
        held = [str(item.data["label"]) for item in self.subwidgets if item.data["selected"]]
        return "; ".join(held) or "none chosen"

    @property
    def opens(self) -> bool:
        """Whether a folded field is drawn open: something of it, or of what it reveals, is to be mended."""
        within = [row for each in self.options for row in each.revealed] if self.in_fieldset else []
        return any(row.errors for row in (self, *within))

    @property
    def in_fieldset(self) -> bool:
        """Whether several controls answer one question."""
        return self.shape in ("choices", "date", "moment")

    @property
    def multiple(self) -> bool:
        """Checkboxes rather than radio buttons."""
        return isinstance(self.field.widget, forms.CheckboxSelectMultiple)

    @property
    def label_classes(self) -> str:
        """The size of the label or legend."""
        kind = "govuk-fieldset__legend" if self.in_fieldset else "govuk-label"
        size = getattr(self.field, "label_size", "")
        return f"{kind} {kind}--{size}" if size else kind

    @property
    def first_id(self) -> str:
        """Where the error summary leads: the first control."""
        return f"{self.auto_id}_0" if self.in_fieldset else self.id_for_label

    @property
    def options(self) -> list[Option]:
        """The choices, each with its hint and the fields it reveals."""
        hints, reveals = getattr(self.field, "hints", {}), getattr(self.field, "reveals", {})
        drawn = []
        for item in self.subwidgets:
            value = str(item.data["value"])
            drawn.append(
                Option(
                    id=item.id_for_label,
                    value=value,
                    label=item.data["label"],
                    checked=item.data["selected"],
                    hint=hints.get(value, ""),
                    revealed=[
                        cast(PortalBoundField, self.form[name]) for name in names_of(reveals.get(value, ()))
                    ],
                )
            )
        return drawn

    @property
    def parts(self) -> list[Part]:
        """The boxes of a date or moment."""
        widget = self.field.widget
        context = widget.get_context(self.html_name, self.value(), {"id": self.auto_id})["widget"]
        return [
            Part(
                id=part["attrs"]["id"],
                name=part["name"],
                value="" if part["value"] is None else part["value"],
                label=label,
                width=width,
                inputmode=part["attrs"].get("inputmode", "text"),
            )
            for part, (label, width) in zip(context["subwidgets"], widget.part_labels, strict=True)
        ]

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """GOV.UK classes; no `required` attribute, for the page says what is missing in its own words."""
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        attrs.pop("required", None)
        styles = {"input": "govuk-input", "textarea": "govuk-textarea", "select": "govuk-select",
                  "file": "govuk-file-upload", "password": "govuk-input govuk-password-input__input"}  # fmt: skip
        if style := styles.get(self.shape):
            classes = [style, widget.attrs.get("class", ""), attrs.get("class", "")]
            if self.errors:
                classes.append(f"{style.split()[0]}--error")
            attrs["class"] = " ".join(filter(None, classes))
        if getattr(self.field, "count", False):
            attrs["class"] = f"{attrs.get('class', '')} govuk-js-character-count".strip()
            attrs["aria-describedby"] = f"{attrs.get('aria-describedby', '')} {self.auto_id}-info".strip()
        return attrs


class PortalRenderer(TemplatesSetting):
    """Draws every form of the product, allauth's too, from our own templates."""

    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/rows.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = PortalBoundField

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Boxes and lists without a template, everything else from its own."""
        draw = WITHOUT_TEMPLATE.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


class PortalForm(forms.Form):
    """A form with a token against double posting, revealed fields, and errors in plain words."""

    use_required_attribute = False
    bound_field_class = PortalBoundField
    done: Any = None
    refusal: NotAllowedNow | None = None
    token_name = "form_token"  # noqa: S105
    folded: Sequence[str] = ()  # fields behind "more"

    def __init__(self, *args: Any, quiet: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.quiet = quiet
        self._token: uuid.UUID | None = None
        for name, one in self.fields.items():
            if isinstance(one, Drawn) and not one.own_required_error:
                one.error_messages["required"] = required_words(one, str(one.label or name.replace("_", " ")))

    @property
    def token(self) -> uuid.UUID:
        """Made when the form is first drawn and posted back, so that a second post is known for one."""
        if self._token is None:
            try:
                self._token = uuid.UUID(self.data.get(self.token_name, ""))
            except ValueError:
                self._token = new_key()
        return self._token

    @property
    def key(self) -> uuid.UUID:
        """The key of the row it makes: a second post finds that. One form's token is no key of what another makes."""
        return key_from(self.token, of=f"{type(self).__module__}.{type(self).__qualname__}")

    @property
    def token_field(self) -> SafeString:
        """The token as a hidden input."""
        return format_html('<input type="hidden" name="{}" value="{}">', self.token_name, self.token)

    @property
    def drawn_fields(self) -> list[BoundField]:
        """The fields drawn one after the other; a revealed field is drawn inside its option instead."""
        revealed = {name for _, _, name in self.revealed()}
        return [bound for bound in self.visible_fields() if bound.name not in revealed]

    @property
    def more_is_open(self) -> bool:
        """Whether what is folded has an answer, or an error."""
        return any(self[name].value() or self[name].errors for name in self.folded)

    @property
    def as_hidden_fields(self) -> SafeString:
        """The token and the hidden fields."""
        return SafeString(self.token_field + "".join(str(bound) for bound in self.hidden_fields()))

    def revealed(self) -> Iterator[tuple[str, str, str]]:
        """Every (field, answer, name of the field it reveals)."""
        for name, one in self.fields.items():
            for answer, names in getattr(one, "reveals", {}).items():
                yield from ((name, answer, shown) for shown in names_of(names))

    def full_clean(self) -> None:
        """Check everything; when quiet, keep what was typed and check nothing."""
        super().full_clean() if not self.quiet else self._keep()

    def _keep(self) -> None:
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data: dict[str, Any] = {}

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        links = list(self.revealed())
        shown = {inner for outer, answer, inner in links if answer in self._answers(outer)}
        for inner in {name for _, _, name in links}:
            one = self.fields[inner]
            if inner not in shown:
                self.errors.pop(inner, None)
                self.cleaned_data[inner] = _nothing(one)
                continue
            words = getattr(one, "required_when_shown", "")
            if words and inner not in self.errors and self.cleaned_data.get(inner) in one.empty_values:
                self.add_error(inner, words)

    def _answers(self, name: str) -> list[str]:
        value = self[name].value()
        return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]

    def does(self, act: Callable[[], Any], *, field: str | None = None) -> bool:
        """Whether what was posted is right and was done; `done` is what came of it.

        What the state forbids is the `refusal`, said on the form: at this field, at its own, or above it.
        """
        if not self.is_valid():
            return False
        try:
            self.done = act()
        except NotAllowedNow as refusal:
            self.refusal, at = refusal, field or refusal.field
            self.add_error(at if at in self.fields else None, refusal.message)
        return self.is_valid()


def required_words(one: Drawn, label: str) -> str:
    """What to do about an empty field, from its label."""
    if label.endswith("?"):
        return f"Answer the question: {label}" if one.verb == "Select" else f"{one.verb} an answer: {label}"
    return f"{one.verb} {in_sentence(label)}"


def names_of(names: Any) -> list[str]:
    """One name or several, as a list."""
    return [names] if isinstance(names, str) else list(names)


def _nothing(one: forms.Field) -> Any:
    """What a field answers that was not shown: as Django does where nothing was chosen."""
    if isinstance(one, forms.MultipleChoiceField):
        return []
    is_text = isinstance(one, forms.ChoiceField) and not isinstance(one, forms.ModelChoiceField)
    return getattr(one, "empty_value", "" if is_text else None)
