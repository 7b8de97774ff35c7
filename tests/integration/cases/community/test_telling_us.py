"""Eyes and Ears: anybody tells the CSE team, without an account or a cookie; programs and floods are answered."""

import datetime as dt
import re
import struct
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from redis import RedisError

from cases.community import views
from cases.community.forms import QUICKEST_SECONDS, signer
from cases.community.models import CommunityReport
from cse_portal import acting
from cse_portal.audit.models import AuditEvent, Change
from tests.cast import Cast
from tests.database import superuser

ADDRESS = "/tell-us/"
WORRY = "A man of about forty booked two rooms for three girls. They had no luggage."
HERE = {"Sec-Fetch-Site": "same-origin"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limit_reached() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def opened(seconds: int = 60) -> str:
    """The time that the page carries, as if it had been drawn so long ago."""
    with time_machine.travel(timezone.now() - dt.timedelta(seconds=seconds), tick=False):
        return signer.sign("")


def said(**more: str) -> dict[str, str]:
    """What a hotel's night porter writes."""
    return {
        "from_whom": "hotel", "worry": WORRY, "place": "Room 12, last night, Friar Park",
        "about": "Three girls, maybe 14",
        "contact": "Night desk, 0121 496 0000", "opened": opened(), **more,
    }  # fmt: skip


def send(client: Client, headers: dict[str, str] = HERE, ip: str = "203.0.113.5", **more: str) -> Any:
    """Press Send."""
    return client.post(ADDRESS, said(**more), headers=headers, REMOTE_ADDR=ip)


def test_a_hotel_tells_us_and_gets_a_reference(client: Client) -> None:
    page = client.get(ADDRESS)
    assert (page.status_code, page.cookies) == (200, {})
    assert "csrfmiddlewaretoken" not in page.content.decode()
    assert "<script" not in page.content.decode()
    answer = send(client)
    report = CommunityReport.objects.get()
    assert (answer.status_code, answer.cookies) == (200, {})
    assert report.reference in answer.content.decode()
    assert re.fullmatch(r"EYE-[A-Z2-9]{4}-[A-Z2-9]{4}", report.reference)
    assert (report.from_whom, report.worry, report.outcome) == ("hotel", WORRY, "")


def test_neither_address_nor_network_nor_words_are_left_anywhere_else(client: Client) -> None:
    send(client)
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SELECT before, after FROM audit_changedvalue")
        kept = str(cursor.fetchall())
    kept += str(list(AuditEvent.objects.values())) + str(
        list(CommunityReport.objects.values("reference", "reason"))
    )
    assert "203.0.113" not in kept + str(list(CommunityReport.objects.values()))
    assert "luggage" not in kept
    assert "496" not in kept
    assert Change.objects.filter(of_table="cases_communityreport", operation="INSERT").count() == 1


def test_a_second_press_is_one_report_and_other_words_are_another(client: Client) -> None:
    token = "01a21f50-c4a0-74e4-a173-efd6141289e0"
    first, again = send(client, form_token=token), send(client, form_token=token)
    reference = CommunityReport.objects.get().reference
    assert reference in first.content.decode()
    assert reference in again.content.decode()
    send(client, form_token=token, worry="They came back tonight.")
    assert CommunityReport.objects.count() == 2


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://elsewhere.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_what_comes_from_another_page_is_shown_and_not_taken(
    client: Client, headers: dict[str, str], taken: bool
) -> None:
    answer = send(client, headers)
    assert answer.status_code == (200 if taken else 403)
    assert CommunityReport.objects.exists() == taken
    assert taken or WORRY in answer.content.decode()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"website": "https://buy.example"}, "must stay empty"),
        ({"worry": "www.a.example www.b.example http://c.example https://d.example"}, "too many web links"),
        ({"opened": ""}, "Read what you wrote once more"),
        ({"opened": "1:made-up"}, "Read what you wrote once more"),
        ({"worry": ""}, "Write what worries you"),
        ({"from_whom": ""}, "Choose who you are"),
        ({"worry": "x" * 100_000}, "This is too long"),
        ({"contact": "y" * 301}, "up to 300 characters"),
    ],
)
def test_what_is_not_taken_stays_on_the_page_with_the_reason(
    client: Client, more: dict[str, str], words: str
) -> None:
    answer = send(client, **more)
    page = answer.content.decode()
    assert words in page
    assert said(**more)["worry"] in page
    assert "Night desk" in page or "contact" in more
    assert not CommunityReport.objects.exists()


def test_who_is_quicker_than_anybody_reads_presses_again(client: Client) -> None:
    quick = opened(seconds=1)
    page = send(client, opened=quick).content.decode()
    assert quick in page
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=QUICKEST_SECONDS + 1)):
        assert send(client, opened=quick).status_code == 200
    assert CommunityReport.objects.count() == 1


def test_a_page_left_open_for_days_gets_a_new_time(client: Client) -> None:
    old = opened(seconds=3 * 24 * 60 * 60)
    page = send(client, opened=old).content.decode()
    assert old not in page
    assert WORRY in page


def test_one_address_has_five_in_five_minutes_and_loses_nothing(client: Client) -> None:
    answers = [send(client, place=f"Room {number}") for number in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert "Wait a minute" in answers[-1].content.decode()
    assert WORRY in answers[-1].content.decode()
    assert send(client, ip="203.0.113.6").status_code == 200
    keys = str(cache._cache.get_client(None).keys("*"))  # type: ignore[attr-defined]
    assert "tell_us" in keys
    assert "203.0.113.5" not in keys  # the address itself
    assert "203.0.113" not in str(list(AuditEvent.objects.values()))


def test_two_hundred_in_a_minute_reach_the_ceiling_of_everybody_together(client: Client) -> None:
    answers = [
        send(client, ip=f"198.51.100.{number}", place=str(number)).status_code for number in range(200)
    ]
    assert (answers.count(200), answers.count(429)) == (60, 140)
    assert CommunityReport.objects.count() == 60


def test_without_the_cache_a_report_is_taken(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise RedisError

    monkeypatch.setattr(views.ratelimit, "consume", away)
    assert send(client).status_code == 200
    assert CommunityReport.objects.count() == 1


def test_nobody_who_acts_for_nobody_reads_or_writes_the_table(client: Client) -> None:
    send(client)
    with acting.acting(acting.NOBODY):
        assert not CommunityReport.objects.exists()
        assert CommunityReport.objects.update(worry="Something else") == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            CommunityReport.objects.create(reference="EYE-AAAA-AAAA", from_whom="hotel", worry="x")


def test_somebody_signed_in_tells_us_too_and_is_not_named(cast: Cast, client: Client) -> None:
    client.force_login(cast.outsider)
    assert send(client).status_code == 200
    assert not AuditEvent.objects.filter(object_type="cases.communityreport").exists()


def compiled(words: dict[str, str]) -> bytes:
    """A catalogue as msgfmt writes it: a header, where each text is, and the texts."""
    rows = sorted({"": "Content-Type: text/plain; charset=UTF-8\n", **words}.items())
    texts = [text.encode() for column in (0, 1) for text in (row[column] for row in rows)]
    head, places = struct.pack("<7I", 0x950412DE, 0, len(rows), 28, 28 + 8 * len(rows), 0, 0), b""
    start = len(head) + 8 * len(texts)
    for text in texts:
        places, start = places + struct.pack("<2I", len(text), start), start + len(text) + 1
    return head + places + b"".join(text + b"\0" for text in texts)


def test_a_translation_that_is_there_is_offered(client: Client, settings: Any, tmp_path: Any) -> None:
    assert "hreflang" not in client.get(ADDRESS).content.decode()
    (tmp_path / "pl" / "LC_MESSAGES").mkdir(parents=True)
    words = {"Tell us what worries you": "Powiedz nam, co Cię niepokoi", "A school or college": "Szkoła"}
    (tmp_path / "pl" / "LC_MESSAGES" / "django.mo").write_bytes(compiled(words))
    settings.LOCALE_PATHS = [tmp_path]
    page = client.get(f"{ADDRESS}?language=pl").content.decode()
    assert 'lang="pl" class' in page
    assert '<a class="govuk-link" href="?language=en" hreflang="en"' in page
    assert "Powiedz nam, co Cię niepokoi" in page
    assert "Szkoła" in page
    english = client.get(f"{ADDRESS}?language=xx").content.decode()
    assert 'lang="en" class' in english
    assert "A school or college" in english
