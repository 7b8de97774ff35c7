"""Fields that draw themselves in GOV.UK markup: text, numbers, choices, files."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.models import ModelChoiceIterator

from cse_portal.ui.searching import revealed

NULLS = "Delete the unreadable characters in this text, or paste it again as plain text"
TOO_LONG = "Shorten this to %(limit_value)d characters or fewer: it has %(show_value)d"

# Marks that change the order of text or hide in it. Joiners stay: names in Urdu and Persian need them.
_HIDDEN_MARKS = re.compile("[\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# Control characters other than tab and line feed; the null byte is refused by the field with a sentence.
_CONTROLS = re.compile("[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]")


class Drawn:
    """What every field may say about how it is drawn, beside Django's own `label` and `help_text`."""

    verb = "Enter"
    shape = "input"
    hints: Mapping[str, str] = {}
    reveals: Mapping[str, str | Sequence[str]] = {}
    inline = False
    small = False

    def __init__(
        self,
        *args: Any,
        label_size: str = "s",
        heading: bool = False,
        required_error: str = "",
        required_when_shown: str = "",
        **kwargs: Any,
    ) -> None:
        self.label_size = "l" if heading else label_size
        self.heading = heading
        self.required_when_shown = required_when_shown
        self.own_required_error = bool(required_error)
        if required_when_shown:
            kwargs["required"] = False
        if required_error:
            kwargs["error_messages"] = {**kwargs.get("error_messages", {}), "required": required_error}
        super().__init__(*args, **kwargs)


class TextField(Drawn, forms.CharField):
    """One line of text."""

    def __init__(
        self,
        *,
        max_length: int = 200,
        width: int | None = None,
        input_type: str = "text",
        autocomplete: str = "off",
        prefix: str = "",
        suffix: str = "",
        **kwargs: Any,
    ) -> None:
        widget = forms.TextInput({"autocomplete": autocomplete})
        widget.input_type = input_type
        if width:
            widget.attrs["class"] = f"govuk-input--width-{width}"
        if input_type in ("email", "url", "tel"):
            widget.attrs["spellcheck"] = "false"
        kwargs.setdefault("widget", widget)
        kwargs["error_messages"] = {
            "max_length": TOO_LONG, "null_characters_not_allowed": NULLS, **kwargs.get("error_messages", {})
        }  # fmt: skip
        self.prefix, self.suffix = prefix, suffix
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str | None:
        """The text without hidden marks."""
        return super().to_python(clean_text(str(value)) if value not in self.empty_values else value)


class SearchInput(forms.TextInput):
    """Shows and gives the words, which the address has concealed."""

    input_type = "search"

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str | None:
        """What was searched for."""
        asked = super().value_from_datadict(data, files, name)
        return revealed(asked) if isinstance(asked, str) else None


class SearchField(TextField):
    """Words to search for, in a form inside `<c-filter searches="yes">`: they are sent to `cse_portal.ui.searching`."""

    def __init__(self, *, max_length: int = 100, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=SearchInput({"autocomplete": "off"}), **kwargs)


class LongTextField(TextField):
    """Several lines of text; `count` tells how many characters are left."""

    shape = "textarea"

    def __init__(self, *, max_length: int = 4000, rows: int = 3, count: bool = False, **kwargs: Any) -> None:
        self.count = count
        super().__init__(max_length=max_length, widget=forms.Textarea({"rows": rows}), **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: a paste that is too long is answered, never cut."""
        return {}


class NumberField(Drawn, forms.IntegerField):
    """A whole number."""

    def __init__(self, *, width: int = 4, prefix: str = "", suffix: str = "", **kwargs: Any) -> None:
        self.prefix, self.suffix = prefix, suffix
        kwargs.setdefault("max_value", 2_147_483_647)  # what a database integer holds
        kwargs.setdefault("min_value", -2_147_483_647)
        kwargs["widget"] = forms.TextInput(
            {"inputmode": "numeric", "class": f"govuk-input--width-{width}", "autocomplete": "off"}
        )
        kwargs["error_messages"] = {
            "invalid": "Enter a whole number, like 12",
            "min_value": "Enter a number that is %(limit_value)d or more",
            "max_value": "Enter a number that is %(limit_value)d or less",
            **kwargs.get("error_messages", {}),
        }
        super().__init__(**kwargs)


class Choosing(Drawn):
    """Shared by fields that offer a list: hints per option, and fields an option reveals.

    A folded one shows its answer, and opens when somebody wants another.
    """

    verb = "Select"
    shape = "choices"

    def __init__(
        self,
        *args: Any,
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, str | Sequence[str]] | None = None,
        inline: bool = False,
        small: bool | None = None,
        folded: bool = False,
        **kwargs: Any,
    ) -> None:
        self.hints, self.reveals, self.inline, self.folded = hints or {}, reveals or {}, inline, folded
        self.small = type(self).small if small is None else small
        kwargs["error_messages"] = {
            "invalid_choice": "Select one of the answers listed",
            "invalid_pk_value": "Select one of the answers listed",
            "invalid_list": "Select one of the answers listed",
            **kwargs.get("error_messages", {}),
        }
        super().__init__(*args, **kwargs)


class RadioField(Choosing, forms.ChoiceField):
    """One answer of a few."""

    widget = forms.RadioSelect


class YesNoField(Choosing, forms.TypedChoiceField):
    """Yes or no; None until somebody says."""

    widget = forms.RadioSelect

    def __init__(self, *, inline: bool = True, **kwargs: Any) -> None:
        kwargs.setdefault("choices", [("yes", "Yes"), ("no", "No")])
        super().__init__(coerce=lambda value: value == "yes", empty_value=None, inline=inline, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A stored True or False, as the option it stands for."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class CheckboxesField(Choosing, forms.MultipleChoiceField):
    """Any answers of a few."""

    widget = forms.CheckboxSelectMultiple
    small = True


class SelectField(Choosing, forms.ChoiceField):
    """One answer of a long list."""

    shape = "select"

    def __init__(self, *, choices: Any = (), blank: str = "Choose one", **kwargs: Any) -> None:
        offered = choices if callable(choices) else lambda: choices
        super().__init__(choices=lambda: [("", blank), *offered()] if blank else offered(), **kwargs)


class ConfirmField(Drawn, forms.BooleanField):
    """One box to tick; its label is the sentence that is confirmed."""

    shape = "checkbox"
    verb = "Tick the box to confirm:"

    def __init__(self, *, small: bool = False, **kwargs: Any) -> None:
        self.small = small
        super().__init__(**kwargs)


class Offered(ModelChoiceIterator):
    """The rows a field offers, read at once. Django's own go through a cursor on the server, for lists of any length:
    three questions for one, which PostgreSQL plans anew each time.
    """

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        yield from map(self.choice, self.queryset.all())


class ChoosingRows(Choosing, forms.ModelChoiceField):
    """Shared by fields that offer rows. Give it a queryset the person may see, or a function that each form asks."""

    iterator = Offered

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        self.find = queryset if callable(queryset) else None
        super().__init__(None if self.find else queryset, **kwargs)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        """The field of one form, with the rows that there are now."""
        copied: Any = super().__deepcopy__(memo)
        if self.find:
            copied.queryset = self.find()
        return copied


class ModelSelectField(ChoosingRows):
    """One row of many."""

    shape = "select"

    def __init__(self, queryset: Any, *, blank: str = "Choose one", **kwargs: Any) -> None:
        super().__init__(queryset, empty_label=blank, **kwargs)


class ModelCheckboxesField(ChoosingRows, forms.ModelMultipleChoiceField):
    """Any rows of a few."""

    widget = forms.CheckboxSelectMultiple


class UploadField(Drawn, forms.FileField):
    """One file of the kinds named; what is inside is checked where it is stored."""

    verb = "Choose"
    shape = "file"

    def __init__(
        self,
        *,
        extensions: Sequence[str] = ("pdf", "docx", "xlsx", "jpg", "jpeg", "png", "txt"),
        max_bytes: int = 20 * 1024 * 1024,
        **kwargs: Any,
    ) -> None:
        self.extensions, self.max_bytes = extensions, max_bytes
        accept = ",".join(f".{extension}" for extension in extensions)
        kwargs["error_messages"] = {
            "empty": "Choose a file that is not empty",
            "invalid": "Choose the file again",
            **kwargs.get("error_messages", {}),
        }
        given = {"accept": accept, "data-largest": max_bytes, "data-too-large": self._too_large}
        super().__init__(widget=forms.FileInput(given), max_length=150, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> UploadedFile | None:
        """The file, if its name and size are ones we take."""
        upload = super().clean(data, initial)
        if not upload:
            return None
        if upload.name.rpartition(".")[2].lower() not in self.extensions:
            kinds = ", ".join(self.extensions)
            raise ValidationError(f"Choose a file of one of these kinds: {kinds}", code="kind")
        if upload.size > self.max_bytes:
            raise ValidationError(self._too_large, code="large")
        return upload

    @property
    def _too_large(self) -> str:
        return f"Choose a file smaller than {self.max_bytes // 2**20} MB"


class HiddenField(TextField):
    """Text the page carries and nobody sees."""

    shape = "hidden"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput(), **kwargs)


def clean_text(value: str) -> str:
    """One kind of line end, no direction overrides, no invisible characters."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", _HIDDEN_MARKS.sub("", value))


def in_sentence(label: str) -> str:
    """A label as it reads inside a sentence: "Date of birth" becomes "date of birth", "NHS number" stays."""
    return label if label[1:2].isupper() or label[1:2] == " " else label[:1].lower() + label[1:]
