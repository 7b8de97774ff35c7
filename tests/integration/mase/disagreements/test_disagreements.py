"""Health does not agree with social care: raised, answered, taken further, resolved; and the pages of it."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from cases.chronology.models import ChronologyEntry
from cases.record.choices import CaseStatus, RiskCategory
from cases.record.models.case import Case
from cases.record.services import CaseClosed
from cases.sharing.services import exclusions
from cse_portal.accounts.choices import Role
from cse_portal.audit import context
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.working_days import add_working_days
from mase.disagreements import selectors
from mase.disagreements import services as disagreements
from mase.disagreements.models import (
    Disagreement,
    DisagreementEntry,
    EntryKind,
)
from mase.disagreements.services import WITH_HEADS_OF_SERVICE
from mase.meetings.errors import ChangedMeanwhile, MeetingRefused
from mase.tasks import remind_of_disagreements as remind
from reporting.measures.models import Dimension
from reporting.measures.selectors import registry
from tests.cast import Cast
from tests.factories.cases import make_case, share_with
from tests.factories.disagreements import raised, resolved, run_out
from tests.factories.meetings import colleague, start_meeting

STAGES = ((1, "practitioner to practitioner"), (2, "line managers"), (5, "board chair and partners"))


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    """The nurse is invited to the meeting that runs about it."""
    case = make_case(shared_cast, category=RiskCategory.MEDIUM)
    start_meeting(shared_cast, case, agencies=[], people=[shared_cast.health])
    return case


@pytest.fixture
def row(cast: Cast, case: Case) -> Disagreement:
    return raised(cast, case)


def further(row: Disagreement, by: object, stage: int | None = None) -> Disagreement:
    return disagreements.act(
        disagreement=row,
        kind=EntryKind.ESCALATED,
        stage=stage or row.stage,
        text="Nobody rang back.",
        by=by,  # type: ignore[arg-type]
    )


def told(person: object) -> list[str]:
    return list(
        Notification.objects.filter(user=person, text__contains="isagree").values_list("text", flat=True)
    )


def stages_reached() -> dict[str, int]:
    """How many disagreements came to each stage in this quarter."""
    _, figures = registry.compute("D6", Quarter.containing(timezone.localdate()))
    found = {each.row.code: int(each.value or 0) for each in figures if each.dimension == Dimension.STAGE}
    return {stage: number for stage, number in found.items() if number and stage != "total"}


def test_the_nurse_who_was_invited_raises_one_and_its_first_day_is_the_next_working_day(
    cast: Cast, row: Disagreement
) -> None:
    assert (row.agency, row.against, row.stage) == (cast.agency("health"), cast.agency("csc"), 1)
    assert row.due_on == add_working_days(timezone.now(), 1)
    stage = DisagreementEntry.objects.get(disagreement=row)
    assert stage.due_rule.startswith("Disagreement, stage 1: practitioners: 1 working days")
    assert (stage.kind, stage.by) == (EntryKind.RAISED, cast.health)


def test_those_of_both_sides_and_the_chair_who_see_the_case_are_told_without_a_name(
    cast: Cast, row: Disagreement
) -> None:
    line = "A professional disagreement was raised. Read it and answer."
    assert told(cast.practitioner) == told(cast.manager) == [line]
    assert told(cast.health) == told(cast.police) == told(cast.lead) == []


def test_who_is_not_on_the_case_raises_none_and_finds_none(cast: Cast, case: Case, row: Disagreement) -> None:
    with pytest.raises(NotVisible):
        raised(cast, case, by=cast.outsider)
    with pytest.raises(NotVisible):
        selectors.disagreement_for(cast.outsider, row.pk)
    assert not selectors.disagreement_list(cast.outsider).exists()


def test_nobody_disagrees_with_their_own_agency(cast: Cast, case: Case) -> None:
    with pytest.raises(NotPermitted):
        raised(cast, case, against=cast.agency("health"))


def test_of_a_closed_case_only_its_closing_is_disagreed_about(cast: Cast) -> None:
    case = make_case(cast)
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED)
    with pytest.raises(CaseClosed):
        raised(cast, case, by=cast.practitioner, against=cast.agency("cse-team"))
    late = raised(cast, case, by=cast.practitioner, against=cast.agency("cse-team"), issue="CLOSURE")
    assert late.is_open


def test_either_side_answers_and_a_bystander_does_not(cast: Cast, row: Disagreement) -> None:
    key = new_key()
    for _ in range(2):
        disagreements.act(
            disagreement=row,
            kind=EntryKind.ANSWERED,
            text="We meet tomorrow at 9.",
            by=cast.practitioner,
            key=key,
        )
    said = DisagreementEntry.objects.get(kind=EntryKind.ANSWERED)
    assert (said.stage, said.agency) == (1, cast.agency("csc"))
    assert "A professional disagreement was answered." in told(cast.health)
    with pytest.raises(NotVisible):
        disagreements.act(disagreement=row, kind=EntryKind.ANSWERED, text="I think not.", by=cast.police)


def test_whom_it_was_raised_with_neither_ends_it_nor_takes_it_further(cast: Cast, row: Disagreement) -> None:
    for act in (
        lambda: resolved(row, cast.practitioner),
        lambda: further(row, cast.practitioner),
        lambda: disagreements.act(
            disagreement=row, kind=EntryKind.WITHDRAWN, text="All good", by=cast.practitioner
        ),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_the_chair_whose_own_team_it_was_raised_with_does_not_call_it_resolved(
    cast: Cast, case: Case
) -> None:
    row = raised(cast, case, against=cast.agency("cse-team"))
    with pytest.raises(NotPermitted):
        resolved(row, cast.manager)
    assert resolved(row, cast.health).outcome_code


def test_the_agency_that_raised_it_need_not_wait(cast: Cast, row: Disagreement) -> None:
    second = further(row, cast.health)
    assert (second.stage, second.due_on) == (2, add_working_days(timezone.now(), 2))
    with pytest.raises(ChangedMeanwhile):
        further(row, cast.health, stage=1)
    assert second.entries.count() == 2


def test_when_the_last_stage_runs_out_its_chair_and_the_boards_are_told_once(
    cast: Cast, row: Disagreement
) -> None:
    for stage in (1, 2, 3, 4):
        row = further(row, cast.health, stage=stage)
    over = "A professional disagreement was not settled in the time of its last stage. Nobody is above it: settle it."
    remind()
    assert over not in told(cast.manager), "its days are not over"
    run_out(row)
    for _ in range(2):
        remind()
    assert told(cast.manager).count(over) == 1
    [note] = [each for each in Notification.objects.filter(user=cast.board) if "is over" in each.text]
    assert (note.url, note.case_id) == ("/", None)
    assert row.case.reference not in note.text
    assert row.case.child.name not in note.text
    assert over not in told(cast.health)


def test_the_portal_reminds_once_a_stage_and_a_person_takes_it_further(cast: Cast, row: Disagreement) -> None:
    assert remind() == 0
    run_out(row, days=9)
    assert (remind(), remind()) == (1, 0)
    row.refresh_from_db()
    assert row.stage == 1
    assert disagreements.LATE in told(cast.health)
    assert disagreements.LATE in told(cast.practitioner)
    row = further(row, cast.health, 1)
    run_out(row)
    assert (row.stage, remind()) == (2, 1)


def test_a_child_who_may_not_be_safe_is_with_heads_of_service_today(cast: Cast, row: Disagreement) -> None:
    called = disagreements.act(
        disagreement=row, kind=EntryKind.SAFETY, text="He waits outside her school.", by=cast.practitioner
    )
    assert (called.stage, called.immediate_safety, called.due_on) == (4, True, timezone.localdate())
    assert list(called.entries.values_list("stage", flat=True)) == [1, 4]
    urgent = "A disagreement was taken to heads of service: a child may not be safe. Answer today."
    assert urgent in told(cast.health)
    assert urgent in told(cast.manager)
    with pytest.raises(MeetingRefused, match=WITH_HEADS_OF_SERVICE):
        disagreements.act(disagreement=called, kind=EntryKind.SAFETY, text="Again", by=cast.health)


@pytest.mark.parametrize("stage", [4, 5])
def test_a_child_who_is_not_safe_does_not_wait_for_the_days_of_a_late_stage(
    cast: Cast, row: Disagreement, stage: int
) -> None:
    """Heads of service, or the board's chair, have it with five working days to go; he is outside her school today."""
    for number in range(1, stage):
        row = further(row, cast.health, number)
    assert row.due_on > timezone.localdate()
    Notification.objects.all().delete()
    assert EntryKind.SAFETY in selectors.open_to(cast.practitioner, row)
    called = disagreements.act(
        disagreement=row, kind=EntryKind.SAFETY, text="He waits outside her school.", by=cast.practitioner
    )
    assert (called.stage, called.immediate_safety, called.due_on) == (stage, True, timezone.localdate())
    last = called.entries.last()
    assert last is not None
    assert (last.stage, last.kind, last.by) == (stage, EntryKind.SAFETY, cast.practitioner)
    urgent = "A disagreement is to be settled today: a child may not be safe. Answer today."
    assert urgent in told(cast.health)
    assert urgent in told(cast.manager)
    assert [each for each in told(cast.lead) if "may not be safe today" in each]
    assert bool(told(cast.board)) is (stage == 5)
    entry = ChronologyEntry.objects.filter(kind="disagreement").order_by("recorded_at").last()
    assert entry is not None
    assert "He waits outside her school." in entry.text
    assert EntryKind.SAFETY not in selectors.open_to(cast.practitioner, called)
    with pytest.raises(MeetingRefused, match=WITH_HEADS_OF_SERVICE):
        disagreements.act(disagreement=called, kind=EntryKind.SAFETY, text="Again", by=cast.health)
    assert stages_reached() == {str(each): 1 for each in range(1, stage + 1)}


def test_it_ends_with_what_came_of_it_and_what_was_learned(cast: Cast, row: Disagreement) -> None:
    ended = resolved(row, cast.health)
    assert (ended.is_open, ended.ended_by) == (False, cast.health)
    entry = ChronologyEntry.objects.filter(kind="disagreement").order_by("recorded_at").last()
    assert entry is not None
    assert "resolved at stage 1" in entry.text
    for act in (
        lambda: disagreements.act(disagreement=ended, kind=EntryKind.ANSWERED, text="More", by=cast.health),
        lambda: further(ended, cast.health),
        lambda: disagreements.act(disagreement=ended, kind=EntryKind.WITHDRAWN, text="No", by=cast.health),
        lambda: resolved(ended, cast.health),
    ):
        with pytest.raises(ChangedMeanwhile):
            act()
    run_out(ended)
    assert remind() == 0


@pytest.mark.parametrize(("stage", "label"), STAGES)
def test_each_stage_is_told_to_those_it_is_for_without_a_childs_name(
    cast: Cast, row: Disagreement, stage: int, label: str
) -> None:
    other = colleague(cast.agency("police"), "Ines Roy", Role.AGENCY_LEAD)
    for number in range(1, stage):
        row.refresh_from_db()
        further(row, cast.health, number)
    line = f"{row.agency.short_name} and {row.against.short_name} disagree about a child. Stage: {label}."
    assert any(each.startswith(line) for each in told(cast.lead)) is (stage > 1)
    assert any(each.startswith(line) for each in told(cast.board)) is (stage == 5)
    assert told(other) == told(cast.analyst) == [], "of neither agency"
    for note in Notification.objects.filter(text__startswith=line):
        assert (note.url, note.case_id) == ("/", None)
        assert row.case.child.name not in note.text
        assert row.case.reference not in note.text


def test_a_lead_who_is_shut_out_of_the_case_learns_of_no_disagreement(cast: Cast, row: Disagreement) -> None:
    exclusions.exclude(case=row.case, user=cast.lead, reason="Knows the family", by=cast.privacy)
    further(row, cast.health, 1)
    assert told(cast.lead) == []


def test_the_list_puts_the_soonest_due_first_and_what_is_late_by_itself(cast: Cast, case: Case) -> None:
    later = raised(cast, case, by=cast.practitioner, against=cast.agency("cse-team"), issue="CATEGORY")
    first = run_out(raised(cast, case))
    assert list(selectors.disagreement_list(cast.manager)) == [first, later]
    assert list(selectors.disagreement_list(cast.manager, show=selectors.OVERDUE)) == [first]
    later_day = timezone.localdate() + dt.timedelta(days=1)
    assert later.due_on >= later_day
    with context.request():
        assert selectors.is_heard(first)


def as_(client: Client, person: object) -> Client:
    client.force_login(person)  # type: ignore[arg-type]
    return client


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def posted(**given: str) -> dict[str, str]:
    return {"form_token": str(new_key()), **given}


def test_the_nurse_raises_one_from_the_case_and_posting_twice_makes_one(
    client: Client, cast: Cast, case: Case
) -> None:
    path = f"/cases/{case.reference}/disagreements/new/"
    nurse = as_(client, cast.health)
    data = posted(
        against=str(cast.agency("csc").pk),
        issue="ACTION",
        about="Nobody goes with her.",
        unsafe="no",
        safety="x",
    )
    for _ in range(2):
        answer = nurse.post(path, data)
        assert answer.status_code == 302
    made = Disagreement.objects.get()
    assert answer["Location"] == f"/disagreements/{made.pk}/"
    assert (made.issue, made.immediate_safety) == ("ACTION", False)
    assert "Health disagrees with" in text(nurse, answer["Location"])


def test_it_is_answered_taken_further_and_resolved_on_its_pages(
    client: Client, cast: Cast, row: Disagreement
) -> None:
    path = f"/disagreements/{row.pk}/"
    worker = as_(client, cast.practitioner)
    assert worker.post(f"{path}act/", posted(kind="answered", text="Tomorrow.", stage="1")).status_code == 302
    refused = worker.post(f"{path}act/", posted(kind="resolved", text="All is well.", stage="1"))
    assert "Select one of the answers listed" in refused.content.decode(), "the other side says when it is"
    nurse = as_(client, cast.health)
    further = {"kind": "escalated", "stage": "1", "text": "Nobody came."}
    assert nurse.post(f"{path}act/", posted(**further)).status_code == 302
    answer = nurse.post(f"{path}act/", posted(**further)).content.decode()
    assert "This has changed since you opened the page" in answer
    ended = {"kind": "resolved", "stage": "2", "text": "A joint visit."}
    answer = nurse.post(f"{path}act/", posted(**ended)).content.decode()
    assert "Choose how the disagreement was resolved" in answer
    assert "A joint visit." in answer
    told = posted(**ended, outcome_code="THIRD_WAY", learning="Say who goes.")
    assert nurse.post(f"{path}act/", told).status_code == 302
    page = text(nurse, path)
    for words in ("Tomorrow.", "Nobody came.", "Both agreed on something else", "Say who goes."):
        assert words in page
    assert "Answer, take it further" not in page
    row.refresh_from_db()
    assert (row.is_open, row.stage) == (False, 2)


def test_where_nobody_of_the_other_agency_is_told_the_page_says_to_ring_them_and_not_why(
    client: Client, cast: Cast, case: Case
) -> None:
    """Hannah of health reads the same of schools, who were never given the case, as of the police, who are shut out."""
    share_with(case, cast.agency("police"), by=cast.practitioner)
    exclusions.exclude(case=case, agency=cast.agency("police"), reason="An officer's family", by=cast.privacy)
    said = {}
    for code in ("education", "police"):
        deaf = raised(cast, case, against=cast.agency(code))
        page = text(as_(client, cast.health), f"/disagreements/{deaf.pk}/")
        said[code] = warning_in(page).replace(cast.agency(code).short_name, "them")
    assert "Nobody there is told of it here. Ring them" in said["education"]
    assert said["education"] == said["police"]
    for word in ("see", "shut", "exclude"):
        assert word not in said["police"]
    assert warning_in(text(as_(client, cast.health), f"/disagreements/{raised(cast, case).pk}/")) == ""


def warning_in(page: str) -> str:
    """What the page warns of, without its tags."""
    found = re.search(r'moj-alert--warning.*?moj-alert__content">(.*?)</div>', page, re.DOTALL)
    return " ".join(re.sub("<[^>]+>", " ", found[1]).split()) if found else ""


def test_lists_count_what_they_show_and_strangers_find_nothing(
    client: Client, cast: Cast, case: Case, row: Disagreement
) -> None:
    run_out(row)
    resolved(raised(cast, case), cast.health)
    manager = as_(client, cast.manager)
    assert "1 disagreement open" in text(manager, "/disagreements/")
    assert "1 disagreement out of time" in text(manager, "/disagreements/?show=overdue")
    assert "1 disagreement resolved or withdrawn" in text(manager, "/disagreements/?show=ended")
    assert "1 open disagreement between agencies" in text(manager, f"/cases/{case.reference}/meetings/")
    assert "Agree thresholds in writing." in text(manager, "/disagreements/?show=ended")
    assert "0 disagreements open" in text(as_(client, cast.outsider), "/disagreements/")
    assert client.get(f"/disagreements/{row.pk}/").status_code == 404
    assert client.get(f"/cases/{case.reference}/disagreements/").status_code == 404
