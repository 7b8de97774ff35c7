"""A CMOG's minutes that are due or late, and a month for which none is booked: told to those who run CMOGs."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership
from cse_portal.audit import context
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.jobs.models import Notification
from cse_portal.reference.working_days import LONDON
from mase.models import CmogNotice
from mase.services import cmog
from mase.tasks import tell_of_cmog_clocks
from tests.cast import Cast
from tests.factories.cmog import end_cmog, make_cmog, send_out, start_cmog
from tests.factories.meetings import second_manager

pytestmark = pytest.mark.django_db
# A Monday; the days are counted from it.
MONDAY = dt.datetime(2026, 11, 2, 9, 0, tzinfo=LONDON)


def on(days: int) -> time_machine.travel:
    return time_machine.travel(MONDAY + dt.timedelta(days=days), tick=False)


def told(cast: Cast) -> list[str]:
    rows = Notification.objects.filter(user=cast.manager)
    return [each.text for each in rows.order_by("created_at") if "CMOG" in each.text]


def test_a_month_without_a_cmog_is_told_from_the_15th_of_the_month_before(cast: Cast) -> None:
    with on(0):
        make_cmog(cast)
    with on(11):  # the 13th of November
        assert tell_of_cmog_clocks() == 0
    with on(13):
        assert (tell_of_cmog_clocks(), tell_of_cmog_clocks()) == (1, 0)
    assert told(cast) == ["No CMOG is booked for December."]
    assert Notification.objects.get(user=cast.manager, text=told(cast)[0]).url == "/cmog/"
    with on(30):  # the 2nd of December
        assert (tell_of_cmog_clocks(), tell_of_cmog_clocks()) == (1, 0)
        make_cmog(cast)
    assert told(cast)[1] == "No CMOG is booked for December, and it is December. CMOG meets every month."
    with on(40):
        assert tell_of_cmog_clocks() == 0


def test_a_cmog_that_is_cancelled_leaves_its_month_without_one(cast: Cast) -> None:
    with on(0):
        make_cmog(cast)
        ahead = make_cmog(cast, months=1)
    with on(20):
        assert tell_of_cmog_clocks() == 0
        cmog.cancel(meeting=ahead, reason="Snow", by=cast.manager)
        assert tell_of_cmog_clocks() == 1
    assert told(cast)[-1] == "No CMOG is booked for December."


def test_minutes_of_a_cmog_are_told_soon_and_late_and_not_once_they_are_out(cast: Cast) -> None:
    with on(0):
        held = end_cmog(cast, start_cmog(cast))  # to be sent out in five working days
    with on(1):
        assert tell_of_cmog_clocks() == 0
    with on(4):
        assert (tell_of_cmog_clocks(), tell_of_cmog_clocks()) == (1, 0)
    with on(8):
        assert (tell_of_cmog_clocks(), tell_of_cmog_clocks()) == (1, 0)
    assert told(cast) == [
        "Due soon: the minutes of a CMOG to send out.",
        "Late: the minutes of a CMOG to send out. Do it now.",
    ]
    notes = Notification.objects.filter(user=cast.manager, text__contains="minutes of a CMOG")
    assert {each.url for each in notes} == {f"/cmog/{held.pk}/minutes/"}
    assert AuditEvent.objects.filter(action=Action.CLOCK_TOLD, object_id=held.pk).count() == 2
    with on(9):
        send_out(cast, held)
        assert tell_of_cmog_clocks() == 0


def test_with_nobody_who_runs_cmogs_it_is_asked_again(cast: Cast) -> None:
    Membership.objects.filter(user=cast.manager).update(role=Role.ANALYST)
    with on(0), context.request():
        tell_of_cmog_clocks()
        assert not CmogNotice.objects.exists()
    Membership.objects.filter(user=cast.manager).update(role=Role.TEAM_MANAGER)
    with on(1), context.request():
        tell_of_cmog_clocks()
        assert CmogNotice.objects.get().due_on == timezone.localdate().replace(day=1)


def test_a_cmog_that_was_started_and_never_ended_is_told_of_each_morning(cast: Cast) -> None:
    words = "Still running: a CMOG that was started before today. End it."
    with on(0):
        second = second_manager(cast)
        running = start_cmog(cast)
        assert tell_of_cmog_clocks() == 0
    with on(1):
        assert (tell_of_cmog_clocks(), tell_of_cmog_clocks()) == (1, 0)
        assert not Notification.objects.filter(user=second, text=words).exists(), "its chair may yet end it"
    with on(2):
        assert (tell_of_cmog_clocks(), tell_of_cmog_clocks()) == (1, 0)
    assert told(cast)[-2:] == [words, words]
    assert Notification.objects.get(user=second, text=words).url == f"/cmog/{running.pk}/"
    with on(3):
        end_cmog(cast, running)
        assert tell_of_cmog_clocks() == 0
