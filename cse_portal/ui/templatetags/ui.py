"""Tags and filters every template may use without loading them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.db.models import Model
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.template.base import NodeList
from django.template.context import Context, RequestContext
from django.template.loader import render_to_string
from django.template.loader_tags import BlockNode
from django.utils import timezone
from django.utils.html import format_html, linebreaks, strip_tags
from django.utils.safestring import SafeString

from cse_portal.ui import navigation, presenters
from cse_portal.ui.forms import all_errors

register = template.Library()

for words in (
    presenters.display_date,
    presenters.short_date,
    presenters.display_time,
    presenters.display_datetime,
    presenters.due_words,
    presenters.is_overdue,
    presenters.non_working_day_note,
    presenters.age_on,
    presenters.joined,
    presenters.counted,
):
    register.filter(words.__name__, words)


@register.filter
def text(value: str | None) -> SafeString:
    """What somebody wrote, escaped, its paragraphs and line breaks kept."""
    return SafeString(linebreaks(value or "", autoescape=True))


@register.filter
def iso(value: date | datetime | None) -> str:
    """For the `datetime` attribute of `<time>`."""
    return value.isoformat() if value else ""


@register.simple_tag(takes_context=True)
def heading_in_words(context: Context) -> SafeString:
    """The heading of the page without markup: the title of its window, where the page names no other."""
    return SafeString(strip_tags(BlockNode("heading", NodeList()).render(context)))


@register.simple_tag(takes_context=True)
def error_summary(context: Context, *sources: Any) -> SafeString:
    """Every error of the page's forms, each a link to its field; without arguments, of the forms in the context."""
    if not sources:
        known = (context.get(name) for name in ("form", "formset", "forms"))
        sources = tuple(
            one for value in known for one in (value if isinstance(value, list | tuple) else [value])
        )
    errors = all_errors(*(one for one in sources if isinstance(one, BaseForm | BaseFormSet)))
    return render_to_string("ui/error_summary.html", {"errors": errors}) if errors else SafeString("")


@register.simple_tag(takes_context=True)
def page_frame(context: RequestContext) -> navigation.Frame | None:
    """`{% page_frame as frame %}`: the links around the page that this person may follow."""
    request = context.get("request")
    if request is None or not _signed_in(request):
        return None
    return navigation.frame(request.user, "" if context.get("is_trouble") else request.path)


@register.simple_tag(takes_context=True)
def case_tabs(context: RequestContext, case: Model, current: str = "") -> SafeString:
    """The tabs of this case that this person may open."""
    links = navigation.case_links(context["request"].user, case, current)
    return render_to_string("ui/case_tabs.html", {"links": links})


@register.simple_tag(takes_context=True)
def case_more(context: RequestContext, case: Model, current: str = "") -> list[navigation.Link]:
    """`{% case_more case current_tab as links %}`: the pages of this case that are in its menu "More"."""
    return navigation.case_links(context["request"].user, case, current, more=True)


@register.simple_tag(takes_context=True)
def query_with(context: RequestContext, **changes: Any) -> str:
    """This page's address with some of its query changed; None takes one away."""
    request = context.get("request")
    kept = request.GET.copy() if request else None
    pairs = [(key, value) for key, values in (kept.lists() if kept else []) for value in values]
    pairs = [(key, value) for key, value in pairs if key not in changes]
    return "?" + urlencode([*pairs, *((key, value) for key, value in changes.items() if value is not None)])


@register.simple_tag(takes_context=True)
def sort_state(context: RequestContext, key: str) -> dict[str, str]:
    """How a column is sorted now, and the value of `sort` its link sets."""
    request = context.get("request")
    current = request.GET.get("sort", context.get("sort", "")) if request else ""
    state = {key: "ascending", f"-{key}": "descending"}.get(current, "none")
    return {"state": state, "next": f"-{key}" if state == "ascending" else key}


@register.filter
def page_window(page: Any) -> Iterable[int | None]:
    """The page numbers worth showing, None for a gap; nothing when nobody knows how many there are."""
    last = getattr(getattr(page, "paginator", None), "num_pages", None) or getattr(page, "last", None)
    if not last:
        return []
    near = sorted({1, last, *range(max(1, page.number - 1), min(last, page.number + 1) + 1)})
    shown: list[int | None] = []
    for number in near:
        if shown and shown[-1] is not None and number - shown[-1] > 1:
            shown.append(None)
        shown.append(number)
    return shown


@register.filter
def category_words(value: int | None) -> str:
    """The partnership's words for a category."""
    return presenters.CATEGORY_WORDS.get(value or 0, "")


@register.filter
def category_colour(value: int | None) -> str:
    """The colour that goes with those words."""
    return presenters.CATEGORY_COLOURS.get(value or 0, "outline")


@register.filter
def flag_words(kind: str) -> str:
    """The words of a flag."""
    return presenters.FLAG_WORDS.get(kind, kind.capitalize())


@register.filter
def flag_colour(kind: str) -> str:
    """The colour of a flag."""
    return presenters.FLAG_COLOURS.get(kind, "grey")


@register.simple_tag
def shape(kind: str) -> SafeString:
    """The small drawing that says the same as the colour: a lock, or one to three bars."""
    drawing = SHAPES.get(kind)
    if drawing is None:
        return SafeString("")
    return format_html(
        '<svg class="app-tag__shape" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>',
        SafeString(drawing),
    )


_BARS = ("M0 10h4v5H0z", "M6 6h4v9H6z", "M12 1h4v14h-4z")
SHAPES = {
    "restricted": '<path d="M4 7V5a4 4 0 0 1 8 0v2h1v8H3V7zm2 0h4V5a2 2 0 0 0-4 0z"/>',
    "1": f'<path d="{_BARS[0]}"/><path opacity=".35" d="{_BARS[1]}{_BARS[2]}"/>',
    "2": f'<path d="{_BARS[0]}{_BARS[1]}"/><path opacity=".35" d="{_BARS[2]}"/>',
    "3": f'<path d="{_BARS[0]}{_BARS[1]}{_BARS[2]}"/>',
    "missing": '<path d="M8 0 16 15H0zM7 5v5h2V5zM7 11.500v2h2v-2z" fill-rule="evenodd"/>',
    "overdue": '<path d="M8 0a8 8 0 1 0 0 16A8 8 0 0 0 8 0M7 3h2v4.500l3 2-1 1.700-4-2.500z" fill-rule="evenodd"/>',
}
SHAPES |= {
    "search": '<path d="M10 11l1-1 5 5-1 1z"/>'
    '<circle cx="6.500" cy="6.500" r="5.500" fill="none" stroke="currentColor" stroke-width="2"/>',
    "objective": '<circle cx="8" cy="8" r="6.500" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<circle cx="8" cy="8" r="2.500"/>',
    "bell": '<path d="M8 0a5 5 0 0 0-5 5v4l-2 3h14l-2-3V5a5 5 0 0 0-5-5M6 13a2 2 0 0 0 4 0z"/>',
    "person": '<path d="M8 0a4 4 0 1 0 0 8 4 4 0 0 0 0-8M0 16c0-4 3-7 8-7s8 3 8 7z"/>',
    "child": '<path d="M8 1a3 3 0 1 0 0 6 3 3 0 0 0 0-6M2 15c0-4 2-6 6-6s6 2 6 6z" fill="none" stroke="currentColor" '
    'stroke-width="2"/>',
    "place": '<path d="M8 0a5 5 0 0 0-5 5c0 4 5 11 5 11s5-7 5-11a5 5 0 0 0-5-5m0 3a2 2 0 1 1 0 4 2 2 0 0 1 0-4" '
    'fill-rule="evenodd"/>',
    "vehicle": '<path d="M1 8l2-5h10l2 5v5h-2v2h-2v-2H5v2H3v-2H1zm3-3L3 8h10l-1-3z" fill-rule="evenodd"/>',
    "phone": '<path d="M4 0h8v16H4zm1.500 2v10h5V2z" fill-rule="evenodd"/>',
    "account": '<path d="M1 2h14v9H8l-4 4v-4H1z"/>',
    "context": '<circle cx="5" cy="5" r="4"/><circle cx="11.500" cy="7" r="3.500"/><circle cx="6" cy="12" r="3.500"/>',
    "theme": '<path d="M2 3h12v2H2zM2 7h12v2H2zM2 11h8v2H2z"/>',
    "tick": '<path d="M1 8l2-2 3 3 7-7 2 2-9 9z"/>',
}
SHAPES["late"] = SHAPES["overdue"]


@register.simple_tag
def today() -> date:
    """`{% today as now %}`: the day it is here."""
    return timezone.localdate()


def _signed_in(request: Any) -> bool:
    return bool(getattr(request, "user", None) and request.user.is_authenticated)
