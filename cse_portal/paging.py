"""Lists a page at a time."""

from typing import Any, TypeVar, overload

from django.core.paginator import Page, Paginator
from django.db.models import Count, Model, QuerySet, Window

M = TypeVar("M", bound=Model)
T = TypeVar("T")


@overload
def page_of(rows: QuerySet[M, Any], length: int, number: Any) -> Page[M]: ...
@overload
def page_of(rows: list[T], length: int, number: Any) -> Page[T]: ...
def page_of(rows: Any, length: int, number: Any) -> Page[Any]:
    """The page of this number, of so many rows; the first or the last there is for a number that is none.

    The first, which most people read and no other, is asked for together with how many there are: a row rule is long,
    and to ask it once more for the number alone takes as long as the page.
    """
    pages = Paginator(rows, length)
    if number not in (None, "", "1", 1) or isinstance(rows, list):
        return pages.get_page(number)
    found = list(rows.annotate(number_of_all=Window(Count("*")))[:length])
    pages.count = found[0].number_of_all if found else 0
    return Page(found, 1, pages)
