"""Boxes and lists as Django's templates draw them, without the templates.

A running meeting has two hundred; with a template for each, and one more for its attributes, they are a sixth of its
page.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.utils.safestring import SafeString


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    return (
        f'<input type="{widget["type"]}" name="{_text(widget["name"])}"{value}{_attributes(widget["attrs"])}>'
    )


def _textarea(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else _text(widget["value"])
    return f'<textarea name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>\n{value}</textarea>'


def _select(widget: Mapping[str, Any]) -> str:
    drawn = [f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _ in widget["optgroups"]:
        drawn += [f'<optgroup label="{_text(group)}">'] if group else []
        for option in options:
            attributes = _attributes(option["attrs"])
            drawn.append(
                f'\n<option value="{_text(option["value"])}"{attributes}>{_text(option["label"])}</option>'
            )
        drawn += ["</optgroup>"] if group else []
    return "".join([*drawn, "\n</select>"])


def _attributes(attributes: Mapping[str, Any]) -> str:
    """With a space before each; one that is true is there by its name alone, one that is false is not."""
    return "".join(
        f" {_text(name)}" if value is True else f' {_text(name)}="{_text(value)}"'
        for name, value in attributes.items()
        if value is not False
    )


def _text(value: object) -> str:
    return value if isinstance(value, SafeString) else escape(str(value))


_INPUTS = ("text", "number", "email", "url", "tel", "search", "password", "hidden", "date", "time")
WITHOUT_TEMPLATE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in _INPUTS},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}
