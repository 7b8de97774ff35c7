"""A child is missing, is back, and is offered an interview: who writes it down, who reads it, and what follows."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import travel

from cases.assessments import services as assessments
from cases.assessments.models import DecisionSource
from cases.casework import services as episodes
from cases.missing.errors import InterviewBeforeReturn, MissingTwice, StillMissing
from cases.missing.models import (
    InterviewState,
    InterviewStep,
    MissingEpisode,
    ReturnHomeInterview,
    ReviewReason,
)
from cases.missing.presenters.lists import day_and_time
from cases.missing.selectors.episodes import interviews_due, missing_episodes
from cases.missing.selectors.prompts import repeatedly_missing, review_prompts
from cases.missing.services import episodes as missing
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.record.services import CaseClosed
from cases.sharing.services import access
from cases.tasks import prompt_reviews
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.reference import selectors as reference
from mase.meetings.choices import ItemKind
from mase.meetings.models.agenda import AgendaItem
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.cmog import make_cmog
from tests.factories.missing import went_missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    """Led by social care, shared with the police."""
    made = make_case(cast, category=RiskCategory.LOW)
    access.share(
        case=made, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.practitioner,
    )  # fmt: skip
    return made


def held(cast: Cast, at: dt.datetime) -> missing.Step:
    return missing.Step(
        InterviewStep.HELD, at, cast.agency("health"), interviewer="Ola Hart", is_independent=True, text="I was cold."
    )  # fmt: skip


def moment(name: str, at: dt.datetime) -> dict[str, str]:
    local = timezone.localtime(at)
    parts = {"day": local.day, "month": local.month, "year": local.year, "time": f"{local:%H:%M}"}
    return {f"{name}_{part}": str(value) for part, value in parts.items()}


def page(cast: Cast, person: str, case: Case) -> str:
    answer = signed_in(cast, person).get(f"/cases/{case.reference}/missing/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def states(case: Case) -> list[InterviewState | None]:
    return [each.state for each in missing_episodes(case)]


def test_the_social_worker_logs_it_the_police_add_the_return_and_the_interview_is_late(
    cast: Cast, case: Case
) -> None:
    """The story, through the pages, without a script."""
    worker, officer = signed_in(cast, "practitioner"), signed_in(cast, "police")
    since = (timezone.now() - dt.timedelta(days=5)).replace(second=0, microsecond=0)
    report: dict[str, Any] = {
        "form_token": str(new_key()), "kind": "M", **moment("missing_since", since), "missing_from": "RESIDENTIAL",
        "reporting_agency": str(cast.agency("police").pk), "notes": "Not back from school.",
    }  # fmt: skip
    for _ in range(2):
        assert worker.post(f"/cases/{case.reference}/missing/new/", report).status_code == 302
    episode = MissingEpisode.objects.get()
    assert (episode.missing_since, episode.recorded_by) == (since, cast.practitioner)
    shown = page(cast, "police", case)
    assert "</svg>Missing now</strong>" in shown
    assert "Not back from school." in shown
    assert "</svg>Missing now</strong>" in officer.get(f"/cases/{case.reference}/").content.decode()

    back = {**moment("returned_at", since + dt.timedelta(hours=26)), "found_where": "At the arcade"}
    assert officer.post(f"/cases/{case.reference}/missing/{episode.pk}/back/", back).status_code == 302
    shown = page(cast, "practitioner", case)
    assert "Missing now" not in shown
    assert "1 day and 2 hours" in shown
    assert "Return home interview: late" in shown

    told: dict[str, Any] = {
        "form_token": str(new_key()), "step": "held", **moment("at", timezone.now() - dt.timedelta(hours=1)),
        "provider": str(cast.agency("health").pk), "interviewer": "Ola Hart", "is_independent": "yes",
        "text": "I did not want to go back.",
    }  # fmt: skip
    for _ in range(2):
        address = f"/cases/{case.reference}/missing/{episode.pk}/interview/"
        assert worker.post(address, told).status_code == 302
    shown = page(cast, "police", case)
    assert "held late" in shown
    assert "I did not want to go back." in shown
    assert ReturnHomeInterview.objects.count() == 1


@pytest.mark.parametrize(
    ("hours", "state"),
    [(71, InterviewState.HELD), (72, InterviewState.HELD), (73, InterviewState.HELD_LATE)],
)
def test_seventy_two_hours_and_not_three_days(
    cast: Cast, case: Case, hours: int, state: InterviewState
) -> None:
    episode = went_missing(cast, case, days=10, hours=3)
    assert episode.returned_at is not None
    at = episode.returned_at + dt.timedelta(hours=hours)
    missing.interview(episode=episode, step=held(cast, at), by=cast.practitioner)
    assert states(case) == [state]


def test_declined_says_why_and_it_can_be_held_after_all(cast: Cast, case: Case) -> None:
    episode = went_missing(cast, case, days=2, hours=5)
    client = signed_in(cast, "practitioner")
    address = f"/cases/{case.reference}/missing/{episode.pk}/interview/"
    answers: dict[str, Any] = {
        "form_token": str(new_key()), "step": "declined", **moment("at", timezone.now() - dt.timedelta(minutes=1)),
        "provider": str(cast.agency("csc").pk),
    }  # fmt: skip
    assert "Say why it was declined" in client.post(address, answers).content.decode()
    assert "Say who held the interview" in client.post(address, {**answers, "step": "held"}).content.decode()
    assert client.post(address, {**answers, "declined_reason": "CHILD"}).status_code == 302
    assert states(case) == [InterviewState.DECLINED]
    assert "The child or young person did not want it" in page(cast, "police", case)
    assert not interviews_due(cast.practitioner).exists()
    later = timezone.now() + dt.timedelta(hours=2)
    booked = missing.Step(InterviewStep.BOOKED, later, cast.agency("health"), interviewer="Ola Hart")
    missing.interview(episode=episode, step=booked, by=cast.practitioner)
    assert states(case) == [InterviewState.BOOKED]
    assert interviews_due(cast.practitioner).get() == episode
    missing.interview(episode=episode, step=held(cast, timezone.now()), by=cast.practitioner)
    assert states(case) == [InterviewState.HELD]
    with pytest.raises(NotAllowedNow, match="The return home interview has been held and reco"):
        missing.interview(episode=episode, step=held(cast, timezone.now()), by=cast.practitioner)


def test_an_agency_without_the_case_finds_nothing_and_who_reads_alone_writes_nothing(
    cast: Cast, case: Case
) -> None:
    access.share(
        case=case, to=cast.agency("health"), reason="Care", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
    )
    episode = went_missing(cast, case, hours=None)
    outsider, nurse = signed_in(cast, "outsider"), signed_in(cast, "health")
    base = f"/cases/{case.reference}/missing/"
    for address in (base, f"{base}new/", f"{base}{episode.pk}/back/", f"{base}{episode.pk}/interview/"):
        assert outsider.get(address).status_code == 404
    assert nurse.get(base).status_code == 200
    assert nurse.get(f"{base}{episode.pk}/back/").status_code == 403
    with acting_for(cast.outsider):
        assert not MissingEpisode.objects.exists()
        with pytest.raises(NotVisible):
            missing.returned(episode=episode, back=missing.Back(timezone.now()), by=cast.outsider)
    with acting_for(cast.health):
        assert MissingEpisode.objects.count() == 1


def test_a_child_is_missing_once_at_a_time_and_no_time_counts_twice(cast: Cast, case: Case) -> None:
    ended = went_missing(cast, case, days=6, hours=10)
    within = missing.MissingReport(
        "M", ended.missing_since + dt.timedelta(hours=2), "HOME", cast.agency("csc")
    )
    with pytest.raises(MissingTwice):
        missing.report(case=case, gone=within, by=cast.police)
    before = missing.MissingReport(
        "M", ended.missing_since - dt.timedelta(hours=2), "HOME", cast.agency("csc")
    )
    earlier = missing.report(case=case, gone=before, by=cast.police)
    with pytest.raises(NotAllowedNow, match="This child or young person is recorded as missin"):
        missing.report(case=case, gone=within, by=cast.practitioner)
    with pytest.raises(MissingTwice):
        missing.returned(episode=earlier, back=missing.Back(timezone.now()), by=cast.police)
    with pytest.raises(NotAllowedNow, match="They cannot be back before they were missing"):
        missing.returned(episode=earlier, back=missing.Back(earlier.missing_since), by=cast.police)
    back = missing.Back(earlier.missing_since + dt.timedelta(hours=1))
    missing.returned(episode=earlier, back=back, by=cast.police)
    with pytest.raises(NotAllowedNow, match="That the child or young person is back has been "):
        missing.returned(episode=earlier, back=back, by=cast.practitioner)
    case.refresh_from_db()
    assert case.missing_since is None


def test_no_interview_before_the_return_and_no_end_of_work_while_missing(cast: Cast, case: Case) -> None:
    episode = went_missing(cast, case, hours=None)
    with pytest.raises(StillMissing):
        missing.interview(episode=episode, step=held(cast, timezone.now()), by=cast.practitioner)
    checklist = [episodes.Check(entry.code, done=True) for entry in reference.codes("step-down")]
    with pytest.raises(StillMissing):
        episodes.close_case(case=case, code="C5", reason="Moved", checklist=checklist, by=cast.manager)
    missing.returned(episode=episode, back=missing.Back(timezone.now()), by=cast.police)
    with pytest.raises(InterviewBeforeReturn):
        missing.interview(episode=episode, step=held(cast, episode.missing_since), by=cast.practitioner)
    episodes.close_case(case=case, code="C5", reason="Moved", checklist=checklist, by=cast.manager)
    with pytest.raises(CaseClosed):
        missing.interview(episode=episode, step=held(cast, timezone.now()), by=cast.practitioner)


def test_what_was_said_in_an_interview_is_never_changed(cast: Cast, case: Case) -> None:
    episode = went_missing(cast, case, days=3, hours=5)
    missing.interview(episode=episode, step=held(cast, timezone.now()), by=cast.practitioner)
    for statement in (
        "UPDATE cases_returnhomeinterview SET text = ''",
        "DELETE FROM cases_returnhomeinterview",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_open_one_stands_first_and_ten_cost_as_many_questions_as_one(cast: Cast, case: Case) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as questions:
            missing_episodes(case)
        return len(questions)

    went_missing(cast, case, days=30, hours=5)
    one = asked()
    for days in range(20, 11, -1):
        went_missing(cast, case, days=days, hours=5)
    assert asked() == one
    # Logged late: it began before the others, and is not over.
    since = timezone.now() - dt.timedelta(days=60)
    gone = missing.MissingReport("A", since, "FOSTER", cast.agency("csc"))
    still = missing.report(case=case, gone=gone, by=cast.practitioner)
    assert missing_episodes(case)[0].episode == still


def test_three_times_in_ninety_days_bring_the_child_to_the_cmog_and_two_do_not(
    cast: Cast, case: Case
) -> None:
    twice = make_case(cast, category=RiskCategory.LOW)
    for days in (130, 60, 30):
        went_missing(cast, twice, days=days)
    for days in (60, 30, 2):
        went_missing(cast, case, days=days)
    today = timezone.localdate()
    assert [(each.case_id, each.times) for each in repeatedly_missing(today)] == [(case.pk, 3)]
    assert "This brings the case to the next CMOG." in page(cast, "practitioner", case)
    assert "This brings the case" not in page(cast, "practitioner", twice)
    children = AgendaItem.objects.filter(meeting=make_cmog(cast), kind=ItemKind.CHILD)
    why = {each.case_id: [reason["code"] for reason in each.why] for each in children}
    assert "missing" in why[case.pk]
    assert "missing" not in why.get(twice.pk, [])


def test_the_list_names_who_is_missing_and_whose_interview_is_due_to_those_who_see_the_case(
    cast: Cast, case: Case
) -> None:
    """The longest away and the late come first; the home page says the same; an agency without a case reads none."""
    gone, late, soon = (
        make_case(cast, child=make_child(given_name=name)) for name in ("Tilly", "Lucy", "Nadia")
    )
    went_missing(cast, case, hours=None)
    went_missing(cast, gone, days=2, hours=None)
    went_missing(cast, soon, days=2, hours=5)
    went_missing(cast, late, days=6, hours=5)
    text = signed_in(cast, "manager").get("/missing/").content.decode()
    assert "2 children are missing now" in text
    assert "49 hours" in text
    assert text.index(gone.child.name) < text.index(case.child.name)
    assert "1 late" in text
    assert text.index("2 days and 20 hours late") < text.index("1 day and 3 hours left")
    assert text.index(late.child.name) < text.index(soon.child.name)
    shown = AuditEvent.objects.filter(action=Action.MISSING_LISTED).latest("at").detail["cases"]
    assert set(shown) == {str(each.pk) for each in (case, gone, late, soon)}
    home = signed_in(cast, "manager").get("/").content.decode()
    assert "Return interview" in home
    assert home.index(gone.child.name) < home.index(case.child.name)

    officer = signed_in(cast, "police")
    text = officer.get("/missing/").content.decode()
    assert "1 child is missing now" in text
    assert (case.child.name in text, gone.child.name in text) == (True, False)
    assert "All clear: no interview is due" in text
    assert "No child is missing" in signed_in(cast, "outsider").get("/missing/").content.decode()


def test_an_interview_is_due_until_it_is_held_or_declined_and_says_who_offered_it(
    cast: Cast, case: Case
) -> None:
    episode = went_missing(cast, case, days=1, hours=5)
    text = signed_in(cast, "police").get("/missing/").content.decode()
    assert "Nobody has offered it" in text
    assert "No child is missing now" in text
    assert "The last came back on" in text
    missing.interview(
        episode=episode,
        step=missing.Step(InterviewStep.OFFERED, timezone.now(), cast.agency("csc")),
        by=cast.practitioner,
    )
    went_missing(cast, case, hours=None)
    text = signed_in(cast, "police").get("/missing/").content.decode()
    assert "Offered by" in text
    assert "Missing again" in text
    missing.interview(episode=episode, step=held(cast, timezone.now()), by=cast.practitioner)
    assert "All clear: no interview is due" in signed_in(cast, "police").get("/missing/").content.decode()


@pytest.mark.parametrize(("days", "warned"), [(1, False), (3, True)])
def test_a_booked_interview_is_shown_with_its_time_and_says_when_that_is_late(
    cast: Cast, case: Case, days: int, warned: bool
) -> None:
    episode = went_missing(cast, case, days=1, hours=5)
    worker, base = signed_in(cast, "practitioner"), f"/cases/{case.reference}/"
    at = (timezone.now() + dt.timedelta(days=days)).replace(second=0, microsecond=0)
    posted = {
        "form_token": str(new_key()), **moment("at", at), "interviewer": "Sam Aldous, Lantern",
        "held_where": "At school", "provider": str(cast.agency("health").pk),
    }  # fmt: skip
    earlier = {**posted, **moment("at", timezone.now() - dt.timedelta(hours=2))}
    address = f"{base}missing/{episode.pk}/book/"
    assert "Enter a date and time in the future" in worker.post(address, earlier).content.decode()
    told = worker.post(address, posted, follow=True).content.decode()
    assert ("booked, after the 72 hours" in told, "After the 72 hours." in told) == (warned, warned)
    listed = signed_in(cast, "police").get("/missing/").content.decode()
    assert ("Booked after the 72 hours" in listed) is warned
    for text in (told, listed, worker.get(base).content.decode()):
        assert day_and_time(at) in text
    assert "Sam Aldous, Lantern" in listed
    assert states(case) == [InterviewState.BOOKED]
    shares = re.findall(
        r"<strong>([0-9]+%)</strong>", signed_in(cast, "manager").get("/missing/").content.decode()
    )
    assert shares == ["100%", "0%", "0%", "0%"], "offered by being booked, and not held yet"
    assert "Sam Aldous, Lantern" in worker.get(f"{base}missing/{episode.pk}/interview/").content.decode()
    assert case.chronology.filter(text__contains="booked. For ", happened_on=timezone.localdate()).exists()


def test_few_things_are_asked_first_and_the_rest_is_added_while_the_child_is_missing(
    cast: Cast, case: Case
) -> None:
    """Two people write at once: both texts are shown. Each risk grade is kept, with who and why."""
    worker, officer = signed_in(cast, "practitioner"), signed_in(cast, "police")
    base = f"/cases/{case.reference}/missing/"
    since = (timezone.now() - dt.timedelta(hours=3)).replace(second=0, microsecond=0)
    few: dict[str, Any] = {
        "form_token": str(new_key()), "kind": "ABSENT", **moment("missing_since", since), "missing_from": "HOME",
        "risk_grade": "MEDIUM", "police_reference": "1466", "reporting_agency": str(cast.agency("police").pk),
    }  # fmt: skip
    wrong = worker.post(f"{base}new/", {**few, "kind": "", "with_whom": "Dee, about 20"}).content.decode()
    assert "Dee, about 20" in wrong
    assert '<details class="govuk-details" open' in wrong
    assert worker.post(f"{base}new/", few).status_code == 302
    assert "Missing now" not in page(cast, "practitioner", case)
    text = officer.get("/missing/").content.decode()
    assert "No child is missing now" in text
    assert "Absent: not where expected" in text
    episode = case.missing_episodes.get()
    assert (episode.police_reference, episode.risk_grade) == ("1466", "MEDIUM")

    details = f"{base}{episode.pk}/"
    typed = {
        "kind": "M",
        "version": "1",
        "last_seen_where": "Bus station",
        "last_seen_wearing": "Green parka",
        "police_reference": "1466",
    }
    assert officer.post(details, typed).status_code == 302
    assert "Missing now" in page(cast, "practitioner", case)
    assert told_of(case, "was absent, and is missing") == {cast.practitioner, cast.leaver, cast.manager}
    stale = worker.post(details, {**typed, "last_seen_where": "At school"}).content.decode()
    assert all(words in stale for words in ("Somebody else saved", "Bus station", "At school"))
    grade: dict[str, Any] = {
        "form_token": str(new_key()), "grade": "HIGH", **moment("graded_at", timezone.now() - dt.timedelta(minutes=2)),
    }  # fmt: skip
    assert "Say why the grade has changed" in officer.post(f"{details}grade/", grade).content.decode()
    for _ in range(2):
        assert (
            officer.post(f"{details}grade/", {**grade, "reason": "Phone off since noon."}).status_code == 302
        )
    text = officer.get("/missing/").content.decode()
    assert all(words in text for words in ("High risk", "1466", "Bus station", "Green parka"))
    shown = page(cast, "practitioner", case)
    assert shown.index("Phone off since noon.") < shown.index("Medium since")
    for statement in ("UPDATE cases_missingriskgrade SET reason = ''", "DELETE FROM cases_missingriskgrade"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_an_interview_says_where_why_and_with_whom_and_is_shared_with_the_police_once(
    cast: Cast, case: Case
) -> None:
    episode = went_missing(cast, case, days=1, hours=5)
    client = signed_in(cast, "practitioner")
    address = f"/cases/{case.reference}/missing/{episode.pk}/"
    assert (
        "after it was held"
        in client.post(
            f"{address}shared/", {"form_token": str(new_key()), **moment("at", timezone.now())}
        ).content.decode()
    )
    told: dict[str, Any] = {
        "form_token": str(new_key()), "step": "held", **moment("at", timezone.now() - dt.timedelta(minutes=1)),
        "provider": str(cast.agency("health").pk), "interviewer": "Ola Hart", "is_independent": "yes",
        "held_where": "At school", "others_present": "Nobody", "push_factors": ["ALONE"], "pull_factors": ["GIFTS"],
        "where_they_went": "A flat above a shop", "with_whom": "Tee, about 19", "transport": "White van",
        "contact_since": "Messages every day", "harm": "SUSPECTED", "declined_reason": "CHILD",
    }  # fmt: skip
    assert client.post(f"{address}interview/", told).status_code == 302
    shown = page(cast, "police", case)
    for words in (
        "Alone, or nobody to talk to",
        "Food, gifts or money",
        "White van",
        "Messages",
        "Harm is suspected",
    ):
        assert words in shown
    assert "Record that the interview was shared" in shown
    at = {**moment("at", timezone.now())}
    assert client.post(f"{address}shared/", {"form_token": str(new_key()), **at}).status_code == 302
    again = client.post(f"{address}shared/", {"form_token": str(new_key()), **at}).content.decode()
    assert "shared with the police once" in again
    assert "Record that the interview was shared" not in page(cast, "police", case)
    assert states(case) == [InterviewState.HELD]


def test_a_return_says_who_found_the_child_and_whether_they_were_harmed(cast: Cast, case: Case) -> None:
    episode = went_missing(cast, case, hours=None)
    back = {
        **moment("returned_at", timezone.now()),
        "found_by": "A bus driver",
        "harm_while_away": "SUSPECTED",
    }
    address = f"/cases/{case.reference}/missing/{episode.pk}/"
    assert signed_in(cast, "police").post(f"{address}back/", back).status_code == 302
    shown = page(cast, "practitioner", case)
    assert "A bus driver" in shown
    assert "Harm is suspected" in shown
    late = {
        "form_token": str(new_key()),
        "grade": "LOW",
        "reason": "Safe",
        **moment("graded_at", timezone.now()),
    }
    assert "is back" in signed_in(cast, "police").post(f"{address}grade/", late).content.decode()


def reasons(case: Case) -> list[ReviewReason]:
    return [each.reason for each in review_prompts(case)]


@pytest.mark.parametrize(
    ("born", "hour", "hours", "expected"),
    [
        (dt.date(2012, 1, 1), 16, 5, []),
        (dt.date(2012, 1, 1), 22, 6, [ReviewReason.OVERNIGHT]),
        (dt.date(2010, 1, 1), 22, 6, []),
        (dt.date(2010, 1, 1), 22, 24, []),
        (dt.date(2010, 1, 1), 22, 25, [ReviewReason.LONG]),
        (None, 22, 25, [ReviewReason.LONG]),
    ],
)  # fmt: skip
def test_a_day_away_or_a_night_under_sixteen_asks_for_a_review_of_the_category(
    cast: Cast, born: dt.date | None, hour: int, hours: int, expected: list[ReviewReason]
) -> None:
    case = make_case(cast, child=make_child(date_of_birth=born))
    with travel(dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC), tick=True):
        began = timezone.make_aware(dt.datetime.combine(dt.date(2026, 11, 20), dt.time(hour)))
        gone = missing.MissingReport("M", began, "HOME", cast.agency("csc"))
        episode = missing.report(case=case, gone=gone, by=cast.practitioner)
        back = missing.Back(began + dt.timedelta(hours=hours))
        missing.returned(episode=episode, back=back, by=cast.practitioner)
        assert reasons(case) == expected


def test_a_review_is_asked_for_until_the_category_is_decided_and_told_once(cast: Cast, case: Case) -> None:
    """To the lead professional and the manager, also where one of them recorded it; the pages show it."""
    asked = Notification.objects.filter(text__startswith="Review the category")
    confirm_category_of(cast, case, RiskCategory.MEDIUM)
    afternoon = timezone.localtime().replace(hour=14)
    with travel(afternoon + dt.timedelta(days=1), tick=True):
        went_missing(cast, case, hours=None)
        assert reasons(case) == [ReviewReason.CATEGORY]
        assert {each.user for each in asked} == {cast.practitioner, cast.manager}
        assert prompt_reviews() == 0
    with travel(afternoon + dt.timedelta(days=2, hours=6), tick=True):
        assert prompt_reviews() > 0
        assert prompt_reviews() == 0
        assert ReviewReason.LONG in reasons(case)
        for path in ("", "missing/"):
            text = signed_in(cast, "police").get(f"/cases/{case.reference}/{path}").content.decode()
            assert "Missing for more than 24 hours" in text
        confirm_category_of(cast, case, RiskCategory.HIGH)
        assert reasons(case) == []
        assert "Missing for more than 24 hours" not in page(cast, "practitioner", case)


def confirm_category_of(cast: Cast, case: Case, category: RiskCategory) -> None:
    assessments.confirm(
        case=case, category=category, harm_status=HarmStatus.H1, rationale="Set for a test",
        source=DecisionSource.TRIAGE, by=cast.manager,
    )  # fmt: skip
    case.refresh_from_db()


def test_the_third_time_in_ninety_days_asks_for_a_review(cast: Cast, case: Case) -> None:
    unreviewed = make_case(cast)
    for days in (60, 30):
        went_missing(cast, unreviewed, days=days, hours=1)
    assert ReviewReason.REPEATED not in reasons(unreviewed)
    went_missing(cast, unreviewed, days=2, hours=1)
    assert ReviewReason.REPEATED in reasons(unreviewed)


def test_every_agency_that_may_contribute_is_told_when_a_child_is_missing_and_when_they_are_back(
    cast: Cast, case: Case
) -> None:
    """People who only read the case are not told; of a restricted case, people who are named on it are."""
    access.share(
        case=case, to=cast.agency("health"), reason="Care", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
    )
    episode = went_missing(cast, case, hours=None, by=cast.police)
    assert told_of(case, "is missing") == {cast.practitioner, cast.leaver, cast.manager}
    missing.returned(episode=episode, back=missing.Back(timezone.now()), by=cast.practitioner)
    assert told_of(case, "is back") == {cast.police, cast.leaver, cast.manager}
    access.restrict(
        case=case, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
    )
    Notification.objects.all().delete()
    case.refresh_from_db()
    with travel(timezone.now() + dt.timedelta(hours=2), tick=True):
        went_missing(cast, case, hours=None, by=cast.practitioner)
    assert told_of(case, "is missing") == {cast.manager}


def told_of(case: Case, words: str) -> set[User]:
    return {each.user for each in Notification.objects.filter(case_id=case.pk, text__contains=words)}
