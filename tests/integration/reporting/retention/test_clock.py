"""What no person has to decide on goes by the clock, and only when the schedule says so."""

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from cse_portal.jobs.choices import JobState
from cse_portal.jobs.models import Job, Notification, OutboxMessage
from cse_portal.jobs.services import enqueue, notify
from cse_portal.jobs.tasks import tidy
from cse_portal.sign_in.tasks import forget_old_sessions
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def days_ago(days: int) -> dt.datetime:
    """So long before now."""
    return timezone.now() - dt.timedelta(days=days)


def test_notifications_jobs_and_messages_go_after_a_year(cast: Cast) -> None:
    old, recent = (notify(user=cast.police, text="Something waits.", url="/notifications/") for _ in range(2))
    Notification.objects.filter(pk=old.pk).update(created_at=days_ago(366))
    jobs = [enqueue(kind="test.nothing", key=str(n), requested_by=cast.police) for n in range(3)]
    for job, days in zip(jobs[:2], (366, 364), strict=True):
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE, finished_at=days_ago(days))
    Job.objects.filter(pk=jobs[2].pk).update(created_at=days_ago(1000))
    OutboxMessage.objects.filter(about=jobs[0].pk).update(delivered_at=days_ago(366))
    assert tidy() == 3
    assert list(Notification.objects.all()) == [recent]
    assert set(Job.objects.values_list("pk", flat=True)) == {jobs[1].pk, jobs[2].pk}
    assert not OutboxMessage.objects.filter(about=jobs[0].pk).exists()


def test_a_session_goes_a_day_after_it_ran_out_with_its_place_in_the_list(cast: Cast) -> None:
    for key, days in (("old", 2), ("just over", 0), ("long over", 30)):
        Session.objects.create(session_key=key, session_data="typed words", expire_date=days_ago(days))
        UserSession.objects.create(session_key=key, user=cast.police, ip="127.0.0.1", user_agent="A browser")
    assert forget_old_sessions() == 2
    assert [each.session_key for each in Session.objects.all()] == ["just over"]
    assert [each.session_key for each in UserSession.objects.all()] == ["just over"]
