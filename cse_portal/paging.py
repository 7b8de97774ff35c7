"""Lists a page at a time."""

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def page_of(rows: QuerySet[M, Any], length: int, number: Any) -> Page[M]:
    """The page of this number, of so many rows; the first or the last there is for a number that is none.

    The first, which mostly is the only one, is asked for once and counted by what came: a row rule is long, and to ask
    it once more for the number alone takes as long as the page.
    """
    pages = Paginator(rows, length)
    if number not in (None, "", "1", 1):
        return pages.get_page(number)
    found = list(rows[: length + 1])
    if len(found) <= length:
        pages.count = len(found)
    return Page(found[:length], 1, pages)
