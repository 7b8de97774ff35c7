"""Two pages want each other's rows: PostgreSQL ends one of them, and its reader never hears of it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from cse_portal import acting
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
tries: list[str] = []
both_hold_one = threading.Barrier(2)


@login_not_required
def take_both(request: HttpRequest, first: str, second: str) -> HttpResponse:
    """Locks one person and then the other; at first, both pages have their first before they want the second."""
    tries.append(first)
    rows = User.objects.select_for_update()
    rows.get(pk=first)
    if tries.count(first) == 1:
        both_hold_one.wait(timeout=20)
    person = rows.get(pk=second)
    person.full_name = f"{person.full_name}, {request.POST['added']}"
    with acting.for_the_system():  # no person writes another's name
        person.save(update_fields=["full_name"])
    return HttpResponse("Taken")


@login_not_required
def lose(request: HttpRequest, what: str) -> HttpResponse:
    """A page that PostgreSQL gives up for another: always, or once before it refuses."""
    tries.append(what)
    if what == "always" or tries.count(what) == 1:
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$")
    raise NotVisible


@login_not_required
@api_view(["POST"])
@permission_classes([AllowAny])
def lose_first(request: Request) -> Response:
    """A program's question that PostgreSQL gives up once, after it was read."""
    said = request.data["said"]
    tries.append(said)
    if len(tries) == 1:
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END $$")
    return Response({"heard": said})


urlpatterns = [
    path("api/lose/", lose_first),
    path("both/<uuid:first>/<uuid:second>/", take_both),
    path("lose/<str:what>/", lose),
]


def handler500(request: HttpRequest) -> HttpResponse:
    """An error, in a word."""
    return HttpResponse("An error", status=500)


@pytest.fixture(autouse=True)
def afresh() -> None:
    """No try is counted yet."""
    tries.clear()
    both_hold_one.reset()


@override_settings(ROOT_URLCONF=__name__)
def test_both_of_a_real_deadlock_succeed(cast: Cast) -> None:
    one, other = cast.health, cast.police

    def post(first: User, second: User) -> int:
        client = Client()
        try:
            return client.post(f"/both/{first.pk}/{second.pk}/", {"added": "seen"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(post, one, other), pool.submit(post, other, one)]
        assert [each.result(timeout=60) for each in answers] == [200, 200]
    assert len(tries) == 3, "one was ended and tried again"
    assert set(User.objects.filter(pk__in=(one.pk, other.pk)).values_list("full_name", flat=True)) == {
        f"{one.full_name}, seen", f"{other.full_name}, seen",
    }  # fmt: skip


@override_settings(ROOT_URLCONF=__name__)
def test_what_goes_on_losing_is_an_error_after_three_tries() -> None:
    with pytest.raises(OperationalError, match="lost"):
        Client().get("/lose/always/")
    assert len(tries) == 3


@override_settings(ROOT_URLCONF=__name__)
def test_what_is_refused_the_second_time_is_refused_as_ever() -> None:
    assert Client().get("/lose/once/").status_code == 404
    assert len(tries) == 2


@override_settings(ROOT_URLCONF=__name__)
def test_a_programs_question_is_asked_again_with_what_it_said() -> None:
    answer = Client().post("/api/lose/", {"said": "seen today"}, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, {"heard": "seen today"})
    assert tries == ["seen today"] * 2
