"""The pages for trouble: drawn without a database, each saying what happened, what to do and whom to call."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject

from cse_portal.ui import views

PAGES: dict[int, Callable[[HttpRequest], HttpResponse]] = {
    400: views.bad_request,
    403: views.permission_denied,
    404: views.not_found,
    429: lambda request: render(request, "429.html", status=429),
    500: views.server_error,
}


@pytest.mark.parametrize("status", PAGES)
def test_a_page_for_trouble_needs_no_database(status: int) -> None:
    page = answer(PAGES[status])
    words = page.content.decode()
    assert page.status_code == status
    assert words.count("<h1") == 1
    assert "call 999" in words
    assert 'href="/"' in words
    assert "<script" not in words


def test_an_old_page_says_how_to_save_what_was_typed() -> None:
    page = answer(views.csrf_failure)
    assert page.status_code == 403
    assert "copy it" in page.content.decode()


def test_a_fault_asks_nothing_of_the_person_who_met_it() -> None:
    request = RequestFactory().get("/anything/")
    request.user = SimpleLazyObject(lambda: pytest.fail("a fault asked who is signed in"))
    assert b"Something went wrong" in views.server_error(request).content


def answer(view: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """The page for somebody who may not have signed in."""
    request = RequestFactory().get("/anything/")
    request.user = AnonymousUser()
    return view(request)
