"""Each measure over records the other floors' services have made, in the quarter that is going on."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from cases.assessments.models import CategoryDecision
from cases.missing.models import InterviewStep, MissingEpisode
from cases.missing.services import episodes as missing
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.trigger_plans import services as trigger_plans
from cases.trigger_plans.selectors import review_by
from cse_portal.reference.quarters import Quarter
from intelligence.submissions.models import SubmissionState
from mase.disagreements import services as disagreement_services
from mase.disagreements.models import EntryKind
from mase.meetings.models.sections import ChildVoice
from mase.minutes import services as minutes
from mase.minutes.models import Minutes
from mase.minutes.presenters.minutes import composed
from mase.plans.models.plan import PlanAction
from mase.plans.services import actions as action_services
from mase.plans.services import verification
from reporting.measures.selectors import registry
from reporting.returns.selectors.behind import number, rows_behind
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import actions, concerns, disagreements, intelligence, support
from tests.factories.cases import make_case, make_child
from tests.factories.family import heard, make_identity
from tests.factories.missing import went_missing

pytestmark = pytest.mark.django_db
NOW = Quarter.containing(timezone.localdate())
ABBEY = "E05001260"
Numbers = dict[tuple[str, str, str], Decimal | None]


def numbers(code: str, quarter: Quarter | None = None) -> Numbers:
    """A measure's figures by table, row and column; of the quarter it is now, where none is given."""
    _, figures = registry.compute(code, quarter or Quarter.containing(timezone.localdate()))
    return {(each.dimension.value, each.row.code, each.column.code): each.value for each in figures}


def test_concerns_are_counted_by_who_sent_them_and_what_became_of_them(cast: Cast) -> None:
    concerns.make_concern(cast.practitioner)
    concerns.decide(concerns.make_concern(cast.health), cast.manager)
    concerns.make_draft(cast.practitioner)
    found = numbers("A1")
    assert found["agency", "total", "count"] == 2
    assert found["agency", "csc", "count"] == found["agency", "health", "count"] == 1
    assert found["outcome", "waiting", "count"] == found["outcome", "advice", "count"] == 1
    assert found["ward", "NOT_KNOWN", "count"] == found["ward", "total", "count"] == 2, "none has a case"
    assert numbers("A1", NOW.previous())["agency", "total", "count"] == 0


def test_the_share_decided_in_time(cast: Cast) -> None:
    concerns.decide(concerns.make_concern(cast.health), cast.manager)
    late = concerns.decide(concerns.make_concern(cast.practitioner), cast.manager)
    late.in_time = False
    late.save()
    found = numbers("A3")
    assert [found["all", "total", column] for column in ("in_time", "late", "total", "rate")] == [1, 1, 2, 50]
    assert found["agency", "health", "rate"] == 100


def test_a_parents_view_counts_as_heard_with_who_heard_it_when_and_how(cast: Cast) -> None:
    meeting = actions.end(cast, actions.running(cast, make_case(cast, category=RiskCategory.MEDIUM)))
    row = ChildVoice.objects.get(meeting=meeting)
    row.parent_view, row.parent_not_sought = "She comes home by nine.", ""
    row.save()
    assert numbers("D3")["people", "parent_view", "no"] == 1, "nobody knows whose words these are"
    row.parent_heard_by, row.parent_heard_on, row.parent_how = "Priya Raman", timezone.localdate(), "PHONE"
    row.save()
    assert numbers("D3")["people", "parent_view", "yes"] == 1


@time_machine.travel(dt.datetime(2026, 11, 17, 12, tzinfo=dt.UTC))  # in the middle of a quarter
def test_a_meeting_its_people_and_its_actions(cast: Cast) -> None:
    action = actions.issued(cast, make_case(cast, category=RiskCategory.MEDIUM), overdue_by=3)
    held, people, plan = numbers("D1"), numbers("D3"), numbers("D4")
    assert held["category", "2", "total"] == held["category", "2", "in_time"] == 1
    assert held["category", "total", "rate"] == 100
    assert people["people", "child_view", "yes"] == 1
    assert people["people", "child_view", "total"] == people["quorum", "total", "total"] == 1
    assert (people["quorum", "total", "not_quorate"], people["quorum", "total", "rate"]) == (1, 0)
    assert people["agency", "total", "total"] == people["agency", "total", "came"]
    assert plan["plan", action.p, "set"] == plan["agency", action.agency.code, "set"] == 1
    assert plan["plan", action.p, "overdue"] == 1


def test_minutes_count_on_the_day_they_were_sent_out(cast: Cast) -> None:
    in_time, late = (actions.issued(cast, make_case(cast)).meeting for _ in range(2))
    actions.issued(cast, make_case(cast))  # its minutes are a draft
    for meeting in (in_time, late):
        minutes.circulate(compose=composed, meeting=meeting, by=cast.manager)
    Minutes.objects.filter(meeting=late).update(due_on=timezone.localdate() - dt.timedelta(days=1))
    found = numbers("D5")
    assert [found["all", "total", column] for column in ("in_time", "late", "total", "rate")] == [1, 1, 2, 50]


def test_an_action_done_after_the_quarter_was_overdue_at_its_end(cast: Cast) -> None:
    action = actions.issued(cast, make_case(cast, category=RiskCategory.MEDIUM))
    action.issued_at = timezone.make_aware(dt.datetime.combine(NOW.previous().starts_on, dt.time(12)))
    action.due_on = NOW.previous().ends_on - dt.timedelta(days=2)
    action.save()
    assert numbers("D4", NOW.previous())["plan", action.p, "overdue"] == 1
    action.state, action.outcome, action.effect_on_child = "DONE_LATE", "Seen at school", "She feels heard"
    action.done_on, action.completed_at, action.completed_by = (
        timezone.localdate(),
        timezone.now(),
        cast.health,
    )
    action.save()
    assert numbers("D4", NOW.previous())["plan", action.p, "overdue"] == 1
    assert numbers("D4")["plan", action.p, "late"] == 1


FIRST = Quarter.containing(dt.date(2026, 5, 1))  # April to June


@pytest.fixture
def agreed_in_may(cast: Cast) -> PlanAction:
    """The nurse's, from a meeting of Wednesday 20 May 2026, to be done by 20 June."""
    with time_machine.travel(dt.datetime(2026, 5, 20, 10, tzinfo=dt.UTC)):
        case = make_case(cast, category=RiskCategory.MEDIUM)
        return actions.issued(cast, case, due_on=dt.date(2026, 6, 20))


def on(day: int, month: int) -> time_machine.travel:
    return time_machine.travel(dt.datetime(2026, month, day, 11, tzinfo=dt.UTC))


def test_what_was_done_in_time_stays_so_in_its_quarter_when_the_chair_sends_it_back(
    cast: Cast, agreed_in_may: PlanAction
) -> None:
    """With a new day, and on to social care, who do it in August."""
    with on(15, 6):
        action_services.complete(action=agreed_in_may, outcome="Rang.", effect="None yet.", by=cast.health)
    with on(1, 7):
        signed = numbers("D4", FIRST)
    assert signed["agency", "health", "in_time"] == 1
    with on(2, 7):
        verification.send_back(
            action=agreed_in_may, reason="She was not seen.", due_on=dt.date(2026, 8, 20), by=cast.manager
        )
    with on(3, 7):
        action_services.reassign(
            action=agreed_in_may, agency=cast.agency("csc"), owner=cast.practitioner, reason="Theirs.",
            by=cast.manager,
        )  # fmt: skip
    assert numbers("D4", FIRST) == signed
    agreed_in_may.refresh_from_db()
    with on(10, 8):
        action_services.complete(action=agreed_in_may, outcome="Seen.", effect="Calm.", by=cast.practitioner)
    assert numbers("D4", FIRST) == signed
    then = numbers("D4", FIRST.next())
    assert (then["agency", "csc", "in_time"], then["agency", "total", "set"]) == (1, 0)
    [listed] = rows_behind(number(cast.manager, FIRST.slug, "D4", "agency", "health", "in_time"))
    assert listed == agreed_in_may


def test_how_far_disagreements_went_and_how_they_ended(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    called, first = (
        disagreements.raised(cast, case, by=cast.practitioner, against=cast.agency("cse-team"), safety=safety)
        for safety in ("He waits outside.", "")
    )
    disagreements.resolved(called, cast.practitioner)
    found = numbers("D6")
    assert [found["stage", stage, "count"] for stage in ("1", "2", "4", "total")] == [2, 0, 1, 3]
    assert found["stage_outcome", "4", "RAISED"] == found["stage_outcome", "total", "total"] == 1
    assert found["stage_outcome", "total", "withdrawn"] == 0
    assert numbers("D6", NOW.previous())["stage", "total", "count"] == 0
    disagreement_services.act(
        disagreement=first, kind=EntryKind.WITHDRAWN, text="They answered.", by=cast.practitioner
    )
    assert numbers("D6")["stage_outcome", "1", "withdrawn"] == 1


def test_intelligence_and_how_long_an_answer_took(cast: Cast) -> None:
    intelligence.make_submission(cast)
    intelligence.make_submission(cast, author=cast.health, state=SubmissionState.ANSWERED)
    found = numbers("F1")
    assert [found["agency", "total", column] for column in ("answered", "waiting", "total")] == [1, 1, 2]
    assert found["agency", "health", "median"] == 0
    assert found["agency", "csc", "median"] is None


def test_how_complete_records_are_and_what_support_there_is(cast: Cast) -> None:
    case = make_case(cast)
    case.child.ethnicity, case.child.legal_status = "REFU", "C2"
    case.child.save()
    fields, support = numbers("C5"), numbers("C1")
    assert fields["field", "ethnicity", "missing"] == 1, "refused is not an answer"
    assert fields["field", "sex", "rate"] == 100
    assert support["support", "LAC", "count"] == support["support", "total", "count"] == 1


def test_groups_that_are_missed_are_counted_by_what_their_records_say(cast: Cast) -> None:
    for sex, ethnicity, disabilities in (
        ("1", "APKN", ["LD"]),
        ("1", "WBRI", ["NONE"]),
        ("2", "REFU", ["NOT_KNOWN"]),
    ):
        child = make_case(cast).child
        child.sex, child.ethnicity, child.disabilities = sex, ethnicity, disabilities
        child.save()
    first, *_, last = Case.objects.order_by("opened_at")
    make_identity(cast, last)
    found, groups = numbers("C4"), ("Boys", "Disabled", "LGBT", "Black and")
    for who, case, told in (
        ("practitioner", first, ["Boys", "Disabled", "Black and"]),
        ("practitioner", last, ["LGBT"]),
        ("manager", last, []),
    ):
        page = signed_in(cast, who).get(f"/cases/{case.reference}/assessments/new/").content.decode()
        assert [each for each in groups if f">{each}" in page] == told, "only what they may read elsewhere"
    assert [found["group", row, "in"] for row in ("BOYS", "DISABLED", "MINORITY")] == [2, 1, 1]
    assert ("group", "LGBT", "in") not in found, "what is said of it is counted nowhere"
    assert (found["group", "BOYS", "other"], found["group", "BOYS", "total"]) == (1, 3)
    assert found["group", "MINORITY", "rate"] == Decimal("33.3")
    assert found["minority", "asian", "count"] == found["minority", "total", "count"] == 1


def test_themes_count_each_child_once_and_only_in_their_quarter(cast: Cast) -> None:
    case, other = make_case(cast), make_case(cast)
    for _ in range(2):
        heard(cast, case, themes=("safety", "school"))
    days = (timezone.localdate() - NOW.previous().starts_on).days
    heard(cast, other, days=days, themes=("safety",))
    found, before = numbers("J2"), numbers("J2", NOW.previous())
    assert [found["theme", row, "count"] for row in ("safety", "school", "friends")] == [1, 1, 0]
    assert found["all", "total", "count"] == before["theme", "safety", "count"] == 1


@time_machine.travel(dt.datetime(2026, 11, 17, 12, tzinfo=dt.UTC))
def test_needs_that_services_met_and_how_long_children_waited(cast: Cast) -> None:
    case = make_case(cast, child=make_child(ward=ABBEY), category=RiskCategory.MEDIUM)
    today = timezone.localdate()
    for days, said in (
        (30, {"first_on": today - dt.timedelta(days=20)}),
        (20, {"first_on": today}),
        (10, {}),
    ):
        row = support.refer(cast, case, days=days, need="THERAPY")
        support.progress(cast, row, **said)
    full = support.refer(cast, case, days=5)
    support.progress(cast, full, answer="declined", answered_on=today, answer_reason="Full")
    support.refer(cast, case, days=4, met=False, need="HOME", service=None)
    support.refer(cast, case, days=90, need="HOME")  # before the quarter
    found = numbers("H1")
    columns = ("met", "waiting", "declined", "none", "total")
    assert [found["need", "THERAPY", each] for each in columns] == [2, 1, 0, 0, 3]
    assert [found["need", "total", each] for each in columns] == [2, 1, 1, 1, 5]
    assert [found["ward", ABBEY, each] for each in columns] == [2, 1, 1, 1, 5]
    assert (found["wait", "THERAPY", "median"], found["wait", "total", "highest"]) == (15, 20)
    assert {code: found["line", code, "count"] for code in ("asked", "none", "declined", "begun", "ended")} == {
        "asked": 5, "none": 1, "declined": 1, "begun": 2, "ended": 0
    }  # fmt: skip
    assert numbers("H1", NOW.previous())["need", "HOME", "waiting"] == 1
    [listed] = rows_behind(number(cast.manager, NOW.slug, "H1", "need", "total", "none"))
    assert listed.need == "HOME"


@time_machine.travel(dt.datetime(2026, 11, 17, 12, tzinfo=dt.UTC))
def test_distance_travelled_while_a_service_helped(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    decided = case.category_decisions.get()
    decided.decided_at = timezone.now() - dt.timedelta(days=200)
    decided.save()
    CategoryDecision.objects.create(
        case=case, category=RiskCategory.LOW, previous_category=3, harm_status=decided.harm_status, rationale="Safer",
        source=decided.source,
        decided_by=cast.manager, decided_at=timezone.now() - dt.timedelta(days=20),
    )  # fmt: skip
    support.completed(cast, case)
    support.completed(cast, case, scale_after=3, parent_said="No change yet", outcome="NOT_RIGHT")
    support.completed(cast, case, scale="", scale_before=None, scale_after=None)
    found = numbers("H2")
    assert [found["all", "total", each] for each in ("higher", "same", "lower", "total", "rate")] == [
        1,
        1,
        0,
        2,
        50,
    ]
    assert found["movement", "3", "1"] == found["movement", "total", "total"] == 3
    told = numbers("H1")
    assert [told["line", each, "count"] for each in ("ended", "engaged", "met", "child", "parent")] == [
        3,
        3,
        2,
        3,
        1,
    ]
    assert (told["outcome", "MET", "count"], told["outcome", "NOT_RIGHT", "count"]) == (2, 1)


@time_machine.travel(dt.datetime(2026, 11, 17, 12, tzinfo=dt.UTC))
def test_children_missing_and_the_interviews_after_it(cast: Cast) -> None:
    often = make_case(cast, child=make_child(ward=ABBEY), category=RiskCategory.MEDIUM)
    once = make_case(cast, category=RiskCategory.MEDIUM)
    for days, hours in ((20, 2), (15, 30), (9, 80)):
        episode = went_missing(cast, often, days=days, hours=hours)
    went_missing(cast, once, days=2, hours=2)
    at = (episode.returned_at or timezone.now()) + dt.timedelta(hours=40)
    held = missing.Step(InterviewStep.HELD, at, cast.agency("health"), "Sam Aldous", is_independent=True)
    missing.interview(episode=episode, step=held, by=cast.practitioner)
    missing.share_with_police(episode=episode, at=timezone.now(), by=cast.practitioner)
    found, long, steps = numbers("E1"), numbers("E2"), numbers("E3")
    assert (found["all", "total", "count"], found["missing_kind", "M", "count"]) == (2, 4)
    assert found["place", "HOME", "count"] == found["place", "total", "count"] == 4
    assert [found["ward", row, "count"] for row in (ABBEY, "NOT_KNOWN", "total")] == [3, 1, 4]
    assert found["hours", "total", "total"] == 4
    began = Counter(timezone.localdate(each.missing_since).weekday() for each in MissingEpisode.objects.all())
    assert [found["hours", str(day + 1), "0"] for day in range(7)] == [began[day] for day in range(7)]
    lines = [long["line", line, "count"] for line in ("repeated", "overnight", "day", "three_days")]
    assert lines == [1, 1, 1, 1], "one child, however often"
    assert steps["line", "held", "total"] == 4
    done = ("offered", "accepted", "held", "in_time", "independent", "shared")
    assert {steps["line", line, "yes"] for line in done} == {1}
    assert steps["line", "held", "rate"] == 25
    assert numbers("E1", NOW.previous())["all", "total", "count"] == 0


def test_why_interviews_are_declined_and_who_has_a_trigger_plan(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    make_case(cast)
    episode = went_missing(cast, case, hours=1)
    declined = missing.Step(
        InterviewStep.DECLINED, timezone.now(), cast.agency("csc"), declined_reason="CHILD"
    )
    missing.interview(episode=episode, step=declined, by=cast.practitioner)
    plan = trigger_plans.Plan("HIGH", "Ring her", "Carers", review_by(case))
    trigger_plans.save(case=case, plan=plan, seen=0, by=cast.practitioner)
    steps, planned = numbers("E3"), numbers("E4")
    assert (steps["reason", "CHILD", "count"], steps["line", "accepted", "yes"]) == (1, 0)
    assert (planned["category", "3", "plan"], planned["category", "total", "none"]) == (1, 1)
    assert planned["category", "total", "rate"] == 50
