"""The monthly CMOG: what its agenda is made of, what becomes of an item, and what its end leaves behind."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from cases.assessments.models import CategoryDecision, DecisionSource
from cases.assessments.services import confirm
from cases.casework.services import Check, close_case
from cases.chronology.models import ChronologyEntry
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case, Episode
from cases.record.services import CaseClosed
from cases.sharing.services import access
from cse_portal import acting
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.reference import selectors as reference
from cse_portal.reference.selectors import codes
from intelligence.desk import services as reports
from intelligence.desk.models import Link
from intelligence.disruption.services import Tactic
from intelligence.subjects.models import Handling, Subject, SubjectKind
from mase.cmog.presenters.cmog import why_words
from mase.cmog.selectors.cmog import items_for
from mase.cmog.services import cmog
from mase.cmog.services import items as cmog_items
from mase.meetings.choices import ItemKind, MeetingState
from mase.meetings.errors import MONTH_TAKEN, MeetingNotEditable, MeetingRefused
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import ending
from mase.meetings.services.invitations import Asked, invite
from mase.minutes.presenters.words import minutes_document
from mase.minutes.selectors.minutes import minutes_copy
from mase.plans.choices import ActionState
from mase.plans.models.plan import PlanAction
from mase.plans.services import actions
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories import actions as plans
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child, share_with
from tests.factories.cmog import agree, end_cmog, item_of, make_cmog, send_out, start_cmog, write
from tests.factories.intelligence import link_new, make_report
from tests.factories.meetings import membership
from tests.factories.missing import went_missing

pytestmark = pytest.mark.django_db
BY_REPORT_WORDS = "Named by intelligence since the last CMOG"


def a_year_ago(case: Case) -> Case:
    """As if nothing had been decided about this child for long."""
    CategoryDecision.objects.filter(case=case).update(decided_at=timezone.now() - dt.timedelta(days=365))
    return case


def missing_three_times(cast: Cast, case: Case) -> None:
    """Within three weeks."""
    for days in (20, 12, 4):
        went_missing(cast, case, days=days)


def named_by_a_report(cast: Cast, case: Case) -> tuple[Subject, Subject]:
    """A person and a place that the police link to this child; the police see the child's case for a moment."""
    share_with(case, cast.agency("police"), by=cast.practitioner)
    report = make_report(cast, case=case)
    person = link_new(cast, report, SubjectKind.PERSON, name="Rowan Kestrel")
    return person, link_new(cast, report, SubjectKind.PLACE, name="Acorn Arcade")


@pytest.fixture(scope="module")
def settled(shared_cast: Cast) -> Case:
    """A child whom the records do not bring to the agenda."""
    return a_year_ago(make_case(shared_cast, category=RiskCategory.LOW))


@pytest.fixture(scope="module")
def named(shared_cast: Cast, settled: Case) -> tuple[Subject, Subject]:
    """A person and a place, linked to the child whom nothing else brings to the agenda."""
    return named_by_a_report(shared_cast, settled)


def reasons(meeting: Meeting, **about: object) -> list[str]:
    """As anyone who may read every report is told."""
    item = item_of(meeting, **about)
    item.confirmed = True
    return why_words(item)


@time_machine.travel(dt.datetime(2026, 11, 17, 12, tzinfo=dt.UTC))  # in the middle of a quarter
def test_the_agenda_is_made_of_what_the_records_say(cast: Cast) -> None:
    high = a_year_ago(make_case(cast, category=RiskCategory.HIGH))
    risen = make_case(cast, category=RiskCategory.MEDIUM)
    away = a_year_ago(make_case(cast, category=RiskCategory.LOW))
    missing_three_times(cast, away)
    settled = a_year_ago(make_case(cast, category=RiskCategory.LOW))
    person, place = named_by_a_report(cast, settled)
    late = plans.issued(cast, a_year_ago(make_case(cast, category=RiskCategory.MEDIUM)), overdue_by=40)
    meeting = make_cmog(cast, months=1)
    day = timezone.localdate(meeting.scheduled_for)

    assert reasons(meeting, kind=ItemKind.CHILD, case=high) == ["Category 3"]
    today = f"{timezone.localdate():%-d %B %Y}"
    since = day - dt.timedelta(days=90)
    last = timezone.localdate(timezone.now() - dt.timedelta(days=4, hours=1))
    assert reasons(meeting, kind=ItemKind.CHILD, case=risen) == [
        f"Went from no category to category 2 on {today}"
    ]
    assert reasons(meeting, kind=ItemKind.CHILD, case=away) == [
        f"Missing 3 times since {since:%-d %B %Y}, last on {last:%-d %B %Y}"
    ]
    assert not AgendaItem.objects.filter(meeting=meeting, case=settled).exists()
    named = ["Named by intelligence since the last CMOG"]
    assert reasons(meeting, subject=person) == named
    assert reasons(meeting, subject=place) == named
    assert reasons(meeting, action=late) == [f"Overdue by {(day - late.due_on).days} days"]
    themes = AgendaItem.objects.filter(meeting=meeting, kind=ItemKind.THEME)
    assert [each.code for each in themes] == ["themes", "resources"]


def why_on_pages(cast: Cast, person: str, meeting: Meeting, place: Subject) -> dict[str, list[str]]:
    """What every page that says why says of a place's item."""
    client, item = signed_in(cast, person), item_of(meeting, subject=place)
    addresses = [f"/cmog/{meeting.pk}/agenda/", item.get_absolute_url()]
    found = {each: client.get(each).content.decode() for each in addresses}
    assert all(place.name in page for page in found.values())
    return {
        each: [words for words in (BY_REPORT_WORDS, "Of concern<") if words in found[each]] for each in found
    }


def test_what_reports_say_is_told_to_those_whose_own_reports_bear_it_out(
    cast: Cast, settled: Case, named: tuple[Subject, Subject]
) -> None:
    """Two reports of the police's own name the place: that they do is not for who may read neither."""
    person, place = named
    with acting.for_the_system():
        Link.objects.update(linked_at=timezone.now() - dt.timedelta(days=60))
    for _ in range(2):
        hidden = make_report(cast, handling=Handling.C)
        reports.link_subject(report=hidden, subject=place, by=cast.police)
    meeting = make_cmog(cast, people=[cast.practitioner])
    both, neither = [BY_REPORT_WORDS], ["Of concern<"]
    for reader, told in (("police", both), ("manager", neither), ("practitioner", neither)):
        assert {tuple(each) for each in why_on_pages(cast, reader, meeting, place).values()} == {tuple(told)}
    assert reasons(meeting, subject=person) == ["Of concern, and on no CMOG yet"]

    ending.start(meeting=meeting, by=cast.manager)
    send_out(cast, end_cmog(cast, meeting))
    for reader, why in ((cast.manager, ["Of concern"]), (cast.police, both)):
        with acting_for(reader):
            document = minutes_document(minutes_copy(reader, meeting), reader=reader)
        (slot,) = [
            slot for part in document["parts"] for slot in (*part[1], *part[2]) if slot.name == place.name
        ]
        assert slot.why == why

    following = make_cmog(cast, months=1)
    theirs = make_report(cast, case=settled)
    reports.link_subject(report=theirs, subject=place, by=cast.police)
    said = why_on_pages(cast, "manager", following, place)
    assert set(map(tuple, said.values())) == {()}, "it was linked after the agenda was compiled"
    cmog.compile_agenda(meeting=following, by=cast.manager)
    said = why_on_pages(cast, "manager", following, place)
    assert set(map(tuple, said.values())) == {tuple(both)}


def looks_at(cast: Cast, meeting: Meeting, person: Subject, place: Subject) -> None:
    for item in (item_of(meeting, subject=person), item_of(meeting, subject=place)):
        write(item, notes="Looked at.", by=cast.police)


def test_whom_no_cmog_has_looked_at_is_on_the_next_and_once_only(
    cast: Cast, settled: Case, named: tuple[Subject, Subject]
) -> None:
    """Named once, long ago, and nothing done about it since: no month may pass them over."""
    person, place = named
    cleared, another = named_by_a_report(cast, settled)
    with acting.for_the_system():
        Link.objects.update(linked_at=timezone.now() - dt.timedelta(days=60))
        Subject.objects.filter(pk=cleared.pk).update(standing="ELIMINATED")
    first = start_cmog(cast)
    assert (
        reasons(first, subject=person) == reasons(first, subject=place) == ["Of concern, and on no CMOG yet"]
    )
    assert not AgendaItem.objects.filter(meeting=first, subject=cleared).exists()
    looks_at(cast, first, person, place)
    write(item_of(first, subject=another), notes="Looked at.", by=cast.police)
    end_cmog(cast, first)
    second = make_cmog(cast, months=1)
    assert not AgendaItem.objects.filter(meeting=second, subject__isnull=False).exists()


def goes(cast: Cast, case: Case, *categories: RiskCategory) -> None:
    """Raised and lowered as the CSE team and meetings confirm it."""
    for category in categories:
        confirm(
            case=case, category=category, harm_status=HarmStatus.H1, rationale="Agreed round the table",
            source=DecisionSource.MEETING, by=cast.manager,
        )  # fmt: skip


def test_a_child_who_was_in_category_3_between_two_cmogs_is_looked_at(cast: Cast) -> None:
    back, by_way, low, stayed = (
        a_year_ago(make_case(cast, category=RiskCategory(each))) for each in (2, 1, 2, 2)
    )
    end_cmog(cast, start_cmog(cast))
    goes(cast, back, RiskCategory.HIGH, RiskCategory.MEDIUM)
    goes(cast, by_way, RiskCategory.HIGH, RiskCategory.MEDIUM)
    goes(cast, low, RiskCategory.LOW, RiskCategory.MEDIUM)
    goes(cast, stayed, RiskCategory.MEDIUM)
    meeting, today = make_cmog(cast, months=1), f"{timezone.localdate():%-d %B %Y}"
    for case, words in (
        (back, "Went from category 2 to category 3 to category 2"),
        (by_way, "Went from category 1 to category 3 to category 2"),
        (low, "Went from category 2 to category 1 to category 2"),
    ):
        assert reasons(meeting, kind=ItemKind.CHILD, case=case) == [f"{words} on {today}"]
    assert not AgendaItem.objects.filter(meeting=meeting, case=stayed).exists()


def test_a_case_closed_since_the_last_cmog_is_looked_at_once_more(cast: Cast) -> None:
    closed = make_case(cast, category=RiskCategory.MEDIUM)
    long_gone = a_year_ago(make_case(cast, category=RiskCategory.MEDIUM))
    lines = [Check(entry.code, done=True) for entry in reference.codes("step-down")]
    for case in (closed, long_gone):
        close_case(case=case, code="C5", reason="The family moved", checklist=lines, by=cast.manager)
    Episode.objects.filter(case=long_gone).update(
        opened_at=timezone.now() - dt.timedelta(days=400), closed_at=timezone.now() - dt.timedelta(days=365)
    )
    meeting = start_cmog(cast)
    today = f"{timezone.localdate():%-d %B %Y}"
    assert reasons(meeting, kind=ItemKind.CHILD, case=closed) == [
        f"Went from no category to category 2 on {today}", f"The case was closed on {today}",
    ]  # fmt: skip
    assert not AgendaItem.objects.filter(meeting=meeting, case=long_gone).exists()
    with pytest.raises(CaseClosed):
        agree(cast, item_of(meeting, case=closed))


def test_an_item_under_which_disruption_was_agreed_stays(cast: Cast, named: tuple[Subject, Subject]) -> None:
    person, place = named
    earlier = start_cmog(cast)
    looks_at(cast, earlier, person, place)
    end_cmog(cast, earlier)
    with acting.for_the_system():
        Link.objects.update(linked_at=timezone.now())
    meeting = start_cmog(cast, months=1)
    item = item_of(meeting, subject=person)
    tactic = Tactic(codes("disruption-tactic")[0].code, "Ask for a notice.", cast.agency("police"))
    cmog_items.ask_for_order(item=item, tactic=tactic, by=cast.police, key=new_key())
    with acting.for_the_system():
        Link.objects.update(linked_at=timezone.now() - dt.timedelta(days=365))
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.SCHEDULED, started_at=None)
    cmog.compile_agenda(meeting=meeting, by=cast.manager)
    with acting.for_the_system():
        left = set(AgendaItem.objects.filter(meeting=meeting).values_list("subject", flat=True))
    assert person.pk in left
    assert place.pk not in left


def test_bringing_the_agenda_up_to_date_adds_what_is_new_and_keeps_what_is_written(cast: Cast) -> None:
    first = make_case(cast, category=RiskCategory.HIGH)
    meeting = start_cmog(cast)
    written = write(item_of(meeting, case=first), notes="Seen with an older group.", by=cast.manager)
    second = make_case(cast, category=RiskCategory.HIGH)
    gone = a_year_ago(make_case(cast, category=RiskCategory.MEDIUM))
    for _ in range(2):
        cmog.compile_agenda(meeting=meeting, by=cast.manager)
    children = AgendaItem.objects.filter(meeting=meeting, kind=ItemKind.CHILD)
    assert set(children.values_list("case", flat=True)) == {first.pk, second.pk}
    assert AgendaItem.objects.get(pk=written.pk).notes == "Seen with an older group."
    assert not children.filter(case=gone).exists()


def test_what_is_no_longer_true_leaves_the_agenda_until_the_meeting_starts(cast: Cast) -> None:
    """Then somebody may be writing under it."""
    kept, dropped = (make_case(cast, category=RiskCategory.HIGH) for _ in range(2))
    meeting = make_cmog(cast)
    for case in (dropped, kept):
        Case.objects.filter(pk=case.pk).update(category=0)
        a_year_ago(case)
        cmog.compile_agenda(meeting=meeting, by=cast.manager)
        if case == dropped:
            ending.start(meeting=meeting, by=cast.manager)
    children = AgendaItem.objects.filter(meeting=meeting, kind=ItemKind.CHILD)
    assert [each.case_id for each in children] == [kept.pk]


def test_one_cmog_a_month_and_nobody_asked_to_what_their_role_does_not_open_or_opens_anyway(
    cast: Cast,
) -> None:
    meeting = make_cmog(cast)
    with pytest.raises(MeetingRefused, match=MONTH_TAKEN):
        make_cmog(cast)
    for person in ("lead", "board", "police", "administrator"):
        with pytest.raises(NotPermitted):
            invite(meeting=meeting, asked=[Asked.of(membership(cast.people[person]))], by=cast.manager)
        assert not Notification.objects.filter(user=cast.people[person], text__contains="asked").exists()


def test_an_action_is_issued_when_the_cmog_ends_and_reported_on_as_any_other(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    meeting = start_cmog(cast)
    action = agree(cast, item_of(meeting, case=case))
    assert action.issued_at is None
    end_cmog(cast, meeting)
    action.refresh_from_db()
    assert action.issued_at is not None
    told = Notification.objects.get(user=cast.practitioner, text__contains="from a CMOG")
    assert str(action.pk) in told.url
    with acting_for(cast.practitioner):
        actions.progress(action=action, note="Two places asked.", by=cast.practitioner)
        actions.not_done(action=action, reason="No place is free.", by=cast.practitioner)
    assert PlanAction.objects.get(pk=action.pk).state == ActionState.NOT_DONE
    assert Notification.objects.filter(user=cast.manager, text__contains="will not be done").exists()


def test_the_end_puts_what_was_decided_into_the_childs_chronology_and_closes_the_record(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    meeting = start_cmog(cast)
    decision = f"{'Move the bus stop. ' * 400}Her own words last."
    assert 7500 < len(decision) <= 8000
    item = write(item_of(meeting, case=case), notes="Talked over.", decision=decision, by=cast.manager)
    end_cmog(cast, meeting)
    texts = ChronologyEntry.objects.filter(case=case).values_list("text", flat=True)
    assert f"CMOG: {decision}" in texts, "no word of it is cut"
    assert not any("Talked over." in text for text in texts)
    with pytest.raises(MeetingNotEditable):
        write(item, notes="Later.", by=cast.manager)


def test_the_manager_alone_runs_it(cast: Cast) -> None:
    meeting = make_cmog(cast, people=[cast.health])
    for person in ("police", "practitioner", "health", "board", "administrator"):
        user = cast.people[person]
        with acting_for(user), pytest.raises((NotPermitted, NotVisible)):
            ending.start(meeting=meeting, by=user)


def test_a_restricted_child_is_on_the_agenda_of_those_named_and_of_nobody_else(cast: Cast) -> None:
    case = make_case(cast, child=make_child(given_name="Zinnia"), category=RiskCategory.HIGH)
    access.restrict(
        case=case, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
    )
    worker = cast.police
    meeting = start_cmog(cast)
    with acting_for(worker):
        assert ItemKind.CHILD not in {each.kind for each in items_for(worker, meeting)}
    with acting_for(cast.manager):
        assert case.pk in {each.case_id for each in items_for(cast.manager, meeting)}
