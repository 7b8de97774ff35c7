"""The daily mail: numbers and a link, once a day, to who works here and has something new; and choosing less."""

import datetime as dt
import re

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cases.sharing.services import exclusions
from cse_portal import acting
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs import tasks
from cse_portal.jobs.choices import MAY_BE_SILENT, NoticeKind, NoticeWay
from cse_portal.jobs.models import DailyMail, NoticeChoice, Notification
from cse_portal.jobs.selectors import notice_ways
from cse_portal.jobs.services import choose_notices, notify
from cse_portal.jobs.services.notifications import NeverSilent
from tests.cast import Cast
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db(transaction=True)
MORNING = dt.datetime(2026, 6, 2, 7, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
TEXT = "Amara Testley, CSE-2026-00042"


def tell(user: User, url: str = "/meetings/0/") -> Notification:
    """Something waits, and the mail at once about it is out of the way."""
    note = notify(user=user, text=TEXT, url=url)
    mail.outbox.clear()
    return note


def morning(days: int = 0) -> list[str]:
    """What the clock's daily run sends on this day, and to whom."""
    with time_machine.travel(MORNING + days * DAY, tick=False):
        mail.outbox.clear()
        tasks.send_daily_mails()
    return sorted(letter.to[0] for letter in mail.outbox)


@pytest.fixture(autouse=True)
def evening() -> "time_machine.Coordinates":  # type: ignore[misc]
    """Everything else happens on the evening before."""
    with time_machine.travel(MORNING - dt.timedelta(hours=10), tick=True) as moment:
        yield moment  # type: ignore[misc]


def test_it_counts_nothing_of_a_case_that_its_reader_may_not_know_of_any_more(cast: Cast) -> None:
    case = make_case(cast)
    for _ in range(2):
        notify(user=cast.practitioner, text=TEXT, url="/actions/0/", case_id=case.pk)
    notify(user=cast.manager, text=TEXT, url="/actions/0/", case_id=case.pk)
    notify(user=cast.practitioner, text=TEXT, url="/actions/0/")
    exclusions.exclude(case=case, user=cast.practitioner, reason="Knows the family", by=cast.privacy)
    exclusions.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    mail.outbox.clear()
    assert morning() == ["practitioner@example.org"]
    assert DailyMail.objects.get().counts == {NoticeKind.ACTIONS: 1}


def test_it_counts_by_kind_and_says_nothing_else(cast: Cast) -> None:
    tell(cast.practitioner)
    tell(cast.practitioner)
    tell(cast.practitioner, "/actions/0/")
    assert morning() == ["practitioner@example.org"]
    (letter,) = mail.outbox
    assert "- Meetings: 2\n- Actions of a plan: 1\n" in letter.body
    assert re.search(r"^Sign in to read it: http\S+/notifications/$", letter.body, re.MULTILINE)
    assert not re.search("Amara|Testley|CSE-|Raman|Priya|/meetings/", letter.subject + letter.body)


def test_nothing_new_no_mail_and_nothing_is_counted_twice(cast: Cast) -> None:
    assert morning() == []
    tell(cast.practitioner)
    assert morning() == ["practitioner@example.org"]
    assert morning(1) == [], "it was in yesterday's"
    with time_machine.travel(MORNING + 1.5 * DAY, tick=True):
        tell(cast.practitioner, "/actions/0/")
    assert morning(2) == ["practitioner@example.org"]
    assert "- Actions of a plan: 1" in mail.outbox[0].body
    assert "Meetings" not in mail.outbox[0].body


def test_a_second_run_the_same_day_sends_nothing(cast: Cast) -> None:
    tell(cast.practitioner)
    assert len(morning()) == 1
    with time_machine.travel(MORNING + dt.timedelta(hours=1), tick=True):
        tell(cast.practitioner)
    with time_machine.travel(MORNING + dt.timedelta(hours=3), tick=False):
        assert tasks.send_daily_mails() == 0
    assert DailyMail.objects.count() == 1
    assert mail.outbox == []
    assert morning(1) == ["practitioner@example.org"], "what came in between waits for the next day"


def test_none_to_who_left_is_suspended_or_is_a_system(cast: Cast) -> None:
    for key in ("practitioner", "health", "police", "outsider"):
        tell(getattr(cast, key))
    Membership.objects.filter(user=cast.practitioner).update(ends_on=timezone.localdate() - DAY)
    User.objects.filter(pk=cast.health.pk).update(is_active=False)
    User.objects.filter(pk=cast.police.pk).update(is_system=True)
    assert morning() == ["outsider@example.org"]


def test_who_chose_the_daily_mail_gets_none_at_once_and_who_chose_at_once_gets_none_daily(cast: Cast) -> None:
    choose_notices(ways={NoticeKind.MEETINGS: NoticeWay.DAILY}, by=cast.practitioner)
    choose_notices(ways={NoticeKind.MEETINGS: NoticeWay.AT_ONCE}, by=cast.health)
    for person in (cast.practitioner, cast.health, cast.police):
        notify(user=person, text=TEXT, url="/meetings/0/")
    assert sorted(letter.to[0] for letter in mail.outbox) == ["health@example.org", "police@example.org"]
    assert morning() == ["police@example.org", "practitioner@example.org"]


def test_postgresql_shows_nobody_how_others_want_to_be_told(cast: Cast) -> None:
    for person in (cast.practitioner, cast.health):
        choose_notices(ways={NoticeKind.MEETINGS: NoticeWay.DAILY}, by=person)
        tell(person)
    morning()
    who = user_context(cast.health)
    assert who is not None
    with acting.acting(who.actor):
        assert set(NoticeChoice.objects.values_list("user", flat=True)) == {cast.health.pk}
        assert set(DailyMail.objects.values_list("user", flat=True)) == {cast.health.pk}
    with acting.acting(acting.NOBODY):
        assert not NoticeChoice.objects.exists()


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in MAY_BE_SILENT])
def test_nobody_turns_off_what_a_clock_runs_on(cast: Cast, kind: NoticeKind) -> None:
    with pytest.raises(NeverSilent):
        choose_notices(ways={kind: NoticeWay.PORTAL}, by=cast.practitioner)
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeChoice.objects.create(user=cast.practitioner, kind=kind, way=NoticeWay.PORTAL)


def test_the_page_keeps_the_choice_and_refuses_silence(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.practitioner)
    page = client.get("/accounts/notifications/").content.decode()
    assert page.count("No mail: only in the portal") == len(MAY_BE_SILENT)
    chosen = {kind.value: NoticeWay.DAILY.value for kind in NoticeKind}
    refused = client.post("/accounts/notifications/", {**chosen, "actions": "portal"})
    assert refused.status_code == 200
    assert NoticeChoice.objects.count() == 0
    assert client.post("/accounts/notifications/", chosen).status_code == 302
    assert set(notice_ways(cast.practitioner).values()) == {NoticeWay.DAILY}
    assert set(notice_ways(cast.health).values()) == {NoticeWay.BOTH}
    assert AuditEvent.objects.get(action=Action.NOTICES_CHOSEN).detail["actions"] == "daily"
    assert client.post("/accounts/notifications/", {**chosen, "actions": "both"}).status_code == 302
    assert notice_ways(cast.practitioner)[NoticeKind.ACTIONS] == NoticeWay.BOTH
