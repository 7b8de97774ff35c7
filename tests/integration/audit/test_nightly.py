"""Every night the audit is compared with its seals; what is wrong reaches the privacy officer and whoever watches."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import time_machine
from django.conf import settings as settings_in_force
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from cases.models import Case
from cse_portal.audit import keeping, verification
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent, Change
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import deliver_outbox
from reporting.selectors import detection
from reporting.tasks import check_audit
from tests.cast import Cast
from tests.integration.audit.sealed import as_an_intruder, look, plant, seal_everything, some_history

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = "Something in the audit is not as it was sealed. Ask the operator at once what audit_verify says."


@pytest.fixture
def case(cast: Cast, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case with a sealed history of several batches."""
    settings.AUDIT_SEAL_SINK = str(tmp_path / "seals")  # type: ignore[attr-defined]
    return some_history(cast, monkeypatch)


@pytest.fixture
def three_days_later() -> Iterator[None]:
    """What was sealed today is old."""
    with time_machine.travel(timezone.now() + dt.timedelta(days=3)):
        yield


def edit_an_event() -> None:
    """Somebody with the database in their hands changes what was seen."""
    with as_an_intruder() as cursor:
        cursor.execute("UPDATE audit_auditevent SET role = 'analyst' WHERE detail ->> 'page' = 'page 3'")


def notes() -> list[str]:
    """What the machine that watches the portal reads."""
    said: list[str] = Client().get("/readyz").json()["notes"]
    return [note for note in said if "audit" in note and "seals" not in note]


def test_a_night_in_which_all_is_well_tells_nobody(cast: Cast, case: Case) -> None:
    assert check_audit() == 0
    event = AuditEvent.objects.get(action=Action.AUDIT_CHECKED)
    assert event.actor is None
    assert event.detail["problems"] == 0
    assert not Notification.objects.filter(user=cast.privacy).exists()
    assert notes() == []


def test_what_is_not_as_it_was_sealed_reaches_the_privacy_officer_and_whoever_watches(
    cast: Cast, case: Case
) -> None:
    edit_an_event()
    assert check_audit() == 1
    told = Notification.objects.filter(text=TOLD)
    assert [each.user for each in told] == [cast.privacy]
    assert notes() == [keeping.NOT_AS_SEALED]


def test_the_keeper_sends_no_mail_itself_for_it_has_no_way_to_the_server(
    cast: Cast, case: Case, mailoutbox: list[EmailMessage]
) -> None:
    edit_an_event()
    check_audit()
    assert mailoutbox == []
    deliver_outbox()  # as the worker's sweep does, within a minute
    assert [mail.to for mail in mailoutbox] == [[cast.privacy.email]]


def test_what_was_sealed_in_the_last_two_days_is_looked_at_and_what_is_older_by_lot(
    cast: Cast, case: Case, three_days_later: None
) -> None:
    look(cast, case, "today")
    seal_everything()
    edit_an_event()
    since = timezone.now() - keeping.RECENT
    assert verification.problems(since=since) == []
    assert len(verification.problems(since=since, share=1.0)) == 1
    assert len(verification.problems(since=since - dt.timedelta(days=2))) == 1
    nights = [
        bool(verification.problems(since=since, share=0.5, chance=Random(night))) for night in range(12)
    ]
    assert set(nights) == {True, False}


def test_the_night_looks_two_days_back_and_at_one_old_batch_in_twenty(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr(verification, "problems", lambda **words: asked.update(words) or [])
    check_audit()
    assert timezone.now() - asked["since"] >= dt.timedelta(hours=48)
    assert timezone.now() - asked["since"] < dt.timedelta(hours=48, minutes=1)
    assert asked["share"] == 0.05
    assert asked["with_values"] is True
    assert "reporting.check_audit" in {
        each["task"] for each in settings_in_force.CELERY_BEAT_SCHEDULE.values()
    }


def test_the_night_opens_what_changed_rows_held(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(version=77)
    keeping.keep()
    opening = Change.objects.get(of_table="cases_case", operation="INSERT")
    with as_an_intruder() as cursor:
        cursor.execute("DELETE FROM audit.payload WHERE change_id = %s", [opening.pk])
    assert [str(each) for each in keeping.check_by_night()] == [
        f"change {opening.pk} of table cases_case, row {case.pk}: what it held is missing"
    ]


def test_a_check_that_was_planted_for_the_end_of_time_silences_nothing(case: Case) -> None:
    """Whoever has the database in their hands edits an event, and would have the last word about it for good."""
    edit_an_event()
    assert check_audit() == 1
    clean = {"problems": 0, "since": "", "share": 1.0, "values": True}
    plant(Action.AUDIT_CHECKED, clean, at=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    assert notes() == [keeping.NOT_AS_SEALED]
    assert any(verification.AHEAD in str(each) for each in keeping.check(with_values=True))
    assert notes() == [keeping.NOT_AS_SEALED]


def test_nor_is_a_planted_night_or_sign_of_life_one(case: Case) -> None:
    now, today = timezone.now(), timezone.localdate()
    for later in (0, 6):
        plant(Action.AUDIT_CHECKED, {"problems": 0}, at=now + dt.timedelta(days=later))
        day = today + dt.timedelta(days=later - 1)
        plant(Action.AUDIT_LOOKED_OVER, {"day": day.isoformat()}, at=now + dt.timedelta(days=later))
    with as_an_intruder() as cursor:
        cursor.execute("DELETE FROM audit_auditevent WHERE action = 'audit.beat'")
    plant(Action.AUDIT_BEAT, {"problems": []}, at=now)
    keeping.beat()
    assert AuditEvent.objects.filter(action=Action.AUDIT_BEAT).count() == 2
    with time_machine.travel(now + dt.timedelta(days=6, hours=1)):
        assert notes() == [keeping.NOT_CHECKED]
        assert len(detection.days_to_look_over(timezone.localdate())) == 1


def test_nights_without_a_check_are_noticed(case: Case) -> None:
    assert notes() == []  # nothing was sealed long ago: the first night is still to come
    with time_machine.travel(timezone.now() + dt.timedelta(days=3)):
        assert notes() == [keeping.NOT_CHECKED]
        assert check_audit() == 0
        assert notes() == []
    with time_machine.travel(timezone.now() + dt.timedelta(days=6)):
        assert notes() == [keeping.NOT_CHECKED]
