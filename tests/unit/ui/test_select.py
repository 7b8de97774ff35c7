"""Our drawing of a list: quicker than Django's, and nothing else."""

from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.test.html import parse_html

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


def test_it_is_ours_that_is_drawn() -> None:
    drawn = forms.Select(choices=CHOICES).render("agency", None, {}, get_default_renderer())
    assert drawn.count("\n") == len(CHOICES) + 2
