"""Our drawing of boxes and lists: quicker than Django's, and nothing else."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.test.html import parse_html
from django.utils.safestring import SafeString

from cse_portal.ui.forms.drawing import WITHOUT_TEMPLATE

CHOICES = [
    ("", "Choose an agency"),
    ("a&b", "Women’s aid <Sandwell>"),
    ("Police", [("wmp", "West Midlands Police"), (3, "Another")]),
]


class Marked(forms.Select):
    """With an attribute of one option's own, and one that is off."""

    def create_option(self, name: str, value: object, *given: object, **more: object) -> dict[str, object]:  # type: ignore[override]
        option = super().create_option(name, value, *given, **more)  # type: ignore[arg-type]
        option["attrs"] |= {"data-apart": value == "wmp", "disabled": value == ""}
        return option


def test_a_list_is_drawn_as_django_draws_it() -> None:
    for widget in (
        forms.Select(choices=CHOICES),
        Marked(choices=CHOICES),
        forms.SelectMultiple(choices=CHOICES),
    ):
        for value in ("wmp", 3, None, "a&b"):
            given = [value] if isinstance(widget, forms.SelectMultiple) else value
            attrs = {"id": "id_agency", "class": "govuk-select", "hidden": False}
            ours, theirs = (
                widget.render("agency", given, attrs, renderer)
                for renderer in (get_default_renderer(), DjangoTemplates())
            )
            assert parse_html(ours) == parse_html(theirs)
            assert "data-apart" in ours or not isinstance(widget, Marked)


BOXES = (
    forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.TelInput, forms.SearchInput,
    forms.HiddenInput, forms.DateInput, forms.TimeInput, forms.Textarea,
)  # fmt: skip
# What people type, what a page marks as safe itself, and what is no text.
VALUES = (
    None, "", "Ama's \"aunt\" <b>Esi</b> & co", "\n first line\n  second", "&amp;", SafeString("O&amp;K"), 0, 3.5, True,
    False, "</textarea><script>alert(1)</script>", "' autofocus onfocus='alert(1)",
)  # fmt: skip
ATTRIBUTES: dict[str, object] = {
    "id": "id_worry", "class": "govuk-input", "rows": 5, "hidden": False, "readonly": True, "data-words": "a \"b\" <c>",
    "aria-describedby": SafeString("id_worry_helptext"), "maxlength": None,
}  # fmt: skip


@pytest.mark.parametrize("widget", [*(each() for each in BOXES), forms.PasswordInput(render_value=True)])
def test_a_box_is_drawn_as_django_draws_it(widget: forms.Widget) -> None:
    for value in VALUES:
        ours, theirs = (
            widget.render("worry", value, ATTRIBUTES, renderer)  # type: ignore[arg-type]
            for renderer in (get_default_renderer(), DjangoTemplates())
        )
        assert ours == theirs.strip("\n"), value


def test_every_box_and_list_of_the_portal_is_known_here() -> None:
    """Anyone who adds a kind to what is drawn without a template adds it to those above."""
    asked = {each.template_name for each in (*BOXES, forms.PasswordInput, forms.Select)}
    assert asked == set(WITHOUT_TEMPLATE)


def test_it_is_ours_that_is_drawn() -> None:
    drawn = forms.Select(choices=CHOICES).render("agency", None, {}, get_default_renderer())
    assert drawn.count("\n") == len(CHOICES) + 2
