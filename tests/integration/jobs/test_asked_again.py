"""Work that somebody asked for who has left since: whoever needs it asks again, and it is done for them."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases.choices import Section
from cases.errors import KeptFromYou
from cases.models import Disclosure, HealthNote
from cases.services import access, sections, subject_access
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted
from cse_portal.jobs.choices import JobState
from cse_portal.jobs.models import Job
from cse_portal.jobs.selectors import may_watch
from cse_portal.jobs.services import cancel_work_of, enqueue, run_job
from cse_portal.jobs.services.running import REQUESTER_LEFT
from mase.services import minutes
from reporting.models import BoardReport, RegionalReturn
from reporting.selectors.returns import JOB_KIND
from reporting.services import board_reports, returns
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions as meetings
from tests.factories import subject_access as made
from tests.factories.board_reports import LAST, signed_return
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.reporting import ENDED
from tests.signing_in import proved_long_ago


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


@pytest.fixture
def second_analyst(cast: Cast) -> User:
    return accounts.add_person(
        email="second.analyst@example.org", full_name="Ines Falk", agency=cast.agency("business-unit"),
        role=Role.ANALYST, starts_on=timezone.localdate() - dt.timedelta(days=100),
    )  # fmt: skip


def left(who: User, job: Job) -> None:
    """Whoever asked for it leaves before a worker takes it."""
    accounts.deactivate(user=who)
    ended = run_job(job_id=job.pk)
    assert ended is not None
    assert (ended.state, ended.error_code) == (JobState.FAILED, REQUESTER_LEFT)


def done_for(who: User, job: Job) -> None:
    """Asked again, it is the same job, and this person's."""
    ended = run_job(job_id=job.pk)
    assert ended is not None
    assert (ended.state, ended.error_code, ended.requested_by) == (JobState.DONE, "", who)
    assert may_watch(who, ended)
    noted = AuditEvent.objects.filter(action=Action.JOB_STARTED, object_id=job.pk).latest("at")
    assert (noted.actor, noted.detail["again"]) == (who, True)


def test_a_meetings_minutes_are_made_for_whoever_asks_again(cast: Cast) -> None:
    meeting = meetings.end(cast, meetings.running(cast, make_case(cast), people=[cast.health]))
    version = minutes.circulate(meeting=meeting, by=cast.manager)
    assert version.job is not None
    left(cast.manager, version.job)
    again = minutes.queue(meeting=meeting, by=cast.practitioner)
    assert again.job == version.job
    done_for(cast.practitioner, version.job)
    version.refresh_from_db()
    assert version.is_ready


def test_a_quarters_return_is_worked_out_for_whoever_asks_again(cast: Cast, second_analyst: User) -> None:
    asked = returns.start(quarter=ENDED.slug, by=cast.analyst)
    job = Job.objects.get(kind=JOB_KIND)
    left(cast.analyst, job)
    returns.start(quarter=ENDED.slug, by=second_analyst)
    done_for(second_analyst, job)
    assert not RegionalReturn.objects.get(pk=asked.pk).is_computing


def test_a_board_report_is_made_for_whoever_asks_again(cast: Cast, second_analyst: User) -> None:
    quarter = signed_return(LAST, prepared_by=cast.analyst, signed_by=cast.manager)
    job = board_reports.publish(regional_return=quarter, narrative="Schools told us more.", by=cast.analyst)
    left(cast.analyst, job)
    board_reports.publish(regional_return=quarter, narrative="Schools told us more.", by=second_analyst)
    done_for(second_analyst, job)
    assert BoardReport.objects.get().rendered_at is not None


@pytest.fixture
def disclosed(cast: Cast) -> Disclosure:
    """By Selma, who left before the file was made; with the child's health, which was shown to the two readers."""
    selma, case = made.second_reader(cast), make_case(cast)
    HealthNote.objects.create(
        case=case, topic="general", happened_on=timezone.localdate(), text="Sleeps badly.",
        agency=cast.agency("health"), recorded_by=cast.health,
    )  # fmt: skip
    why: dict[str, Any] = {"reason": "To answer the child", "lawful_basis": LAWFUL_BASIS}
    for each in (selma, cast.manager):
        access.share(case=case, to=each, may_change=True, by=cast.practitioner, **why)
        sections.show(case=case, section=Section.HEALTH, to=each, by=cast.practitioner, **why)
    found = made.disclosed(case, selma, cast.manager)
    left(selma, job_of(found))
    return found


def job_of(disclosure: Disclosure) -> Job:
    return Job.objects.get(kind=subject_access.JOB, key=disclosure.pk.hex)


def test_a_disclosures_file_is_made_for_whoever_asks_again(cast: Cast, disclosed: Disclosure) -> None:
    page = f"/subject-access/{disclosed.request_reference}/"
    client = signed_in(cast, "manager")
    shown = client.get(page).content.decode()
    assert "The file was not made" in shown
    assert "Watch the file being made" not in shown
    assert "Make the file again" in shown
    client.post(f"{page}make-again/")
    assert "Watch the file being made" in client.get(page).content.decode()
    done_for(cast.manager, job_of(disclosed))
    assert "Download the bundle" in client.get(page).content.decode()
    before = Disclosure.objects.get(pk=disclosed.pk)
    assert before.is_ready
    subject_access.make_again(disclosure=before, by=cast.manager)
    assert job_of(disclosed).state == JobState.DONE


def test_it_is_asked_for_by_who_may_prepare_and_reads_all_of_it(cast: Cast, disclosed: Disclosure) -> None:
    third = made.second_reader(cast, email="third@example.org")
    with pytest.raises(KeptFromYou):
        subject_access.make_again(disclosure=disclosed, by=third)
    with pytest.raises(NotPermitted):
        subject_access.make_again(disclosure=disclosed, by=cast.practitioner)
    hers = Client()
    hers.force_login(third, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = f"/subject-access/{disclosed.request_reference}/"
    answer = hers.post(f"{page}make-again/", follow=True).content.decode()
    assert "kept apart from you" in answer
    assert job_of(disclosed).error_code == REQUESTER_LEFT


def test_it_is_asked_for_having_proved_who_one_is(cast: Cast, disclosed: Disclosure) -> None:
    client = signed_in(cast, "manager")
    proved_long_ago(client)
    page = f"/subject-access/{disclosed.request_reference}/"
    assert "/accounts/" in client.post(f"{page}make-again/")["Location"]
    assert job_of(disclosed).state == JobState.FAILED


def test_of_what_was_not_disclosed_there_is_no_file_to_make(cast: Cast) -> None:
    request = made.assembled(make_case(cast), cast.manager)
    page = f"/subject-access/{request.reference}/"
    client = signed_in(cast, "manager")
    assert "Nothing has been disclosed yet" in client.post(f"{page}make-again/", follow=True).content.decode()


def test_what_somebody_asked_again_in_a_new_post_is_not_of_the_one_they_left(cast: Cast) -> None:
    """Asked for first by another before that day, it is theirs from when they asked again."""
    job = enqueue(kind="test.nothing", key="asked twice", requested_by=cast.leaver)
    began = timezone.now() - dt.timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED, finished_at=began, created_at=began - dt.timedelta(days=1)
    )
    enqueue(kind="test.nothing", key="asked twice", requested_by=cast.analyst)
    assert cancel_work_of(user=cast.analyst, asked_before=began) == 0
    assert cancel_work_of(user=cast.leaver, asked_before=timezone.now()) == 0
    assert cancel_work_of(user=cast.analyst, asked_before=timezone.now()) == 1
