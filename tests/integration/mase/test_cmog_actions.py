"""Actions on the agenda of a CMOG: every overdue one, what earlier CMOGs left open, and all of it readable."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.choices import CaseStatus, RiskCategory
from cases.models import Case
from cases.services import exclusions
from cse_portal.accounts.models import User
from mase.choices import CmogKind, PlanP, Rag
from mase.models import CmogItem, CmogMeeting, PlanAction, StrategicUpdate
from mase.presenters.cmog import agenda, reasons
from mase.selectors.cmog import items_for
from mase.services import actions, cmog, strategic
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories import actions as plans
from tests.factories.cases import make_case
from tests.factories.cmog import agree, end_cmog, item_of, make_cmog, start_cmog
from tests.factories.meetings import membership
from tests.integration.mase.test_cmog import a_year_ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_year_ago(make_case(cast, category=RiskCategory.MEDIUM))


def due(action: PlanAction, day: dt.date) -> None:
    PlanAction.objects.filter(pk=action.pk).update(due_on=day)


def agreed_last_month(cast: Cast, text: str = "Find her a place at the evening club.") -> PlanAction:
    """By a CMOG that has ended: for a child of category 3, due in twenty days."""
    last = start_cmog(cast, months=-1)
    child = make_case(cast, category=RiskCategory.HIGH)
    cmog.compile_agenda(meeting=last, by=cast.manager)
    action = agree(cast, item_of(last, case=child, kind=CmogKind.CHILD), text=text)
    end_cmog(cast, last)
    action.refresh_from_db()
    return action


def under(user: User, meeting: CmogMeeting, heading: str) -> list[PlanAction]:
    """The actions this person finds under a heading of the agenda."""
    with acting_for(user):
        items = items_for(user, meeting)
        part = next(each for each in agenda(meeting, items, {}) if each.code == heading)
        by_key = {each.pk: each.action for each in items}
        return [by_key[slot.key] for slot in part.slots]


def test_every_action_whose_day_is_before_the_cmog_is_on_the_agenda(cast: Cast, case: Case) -> None:
    meeting = make_cmog(cast, months=1)
    day = timezone.localdate(meeting.scheduled_for)
    late = plans.issued(cast, case)
    on_the_day, later = (plans.issued(cast, make_case(cast)) for _ in range(2))
    for action, when in (
        (late, day - dt.timedelta(days=1)), (on_the_day, day), (later, day + dt.timedelta(days=1)),
    ):  # fmt: skip
        due(action, when)
    cmog.compile_agenda(meeting=meeting, by=cast.manager)
    assert under(cast.manager, meeting, "actions") == [late]
    assert under(cast.manager, meeting, "open-actions") == []
    words = reasons(item_of(meeting, action=late), meeting)
    assert words == [f"Due on {day - dt.timedelta(days=1):%-d %B %Y}, before this CMOG"]


def test_closing_a_case_takes_no_overdue_action_off_the_agenda(cast: Cast, case: Case) -> None:
    late = plans.issued(cast, case, overdue_by=1)
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED)
    meeting = make_cmog(cast, months=1)
    cmog.compile_agenda(meeting=meeting, by=cast.manager)
    assert under(cast.manager, meeting, "actions") == [late]


def test_an_overdue_action_is_seen_with_its_child_and_by_nobody_else(cast: Cast, case: Case) -> None:
    late = plans.issued(cast, case, overdue_by=1)
    meeting = make_cmog(cast, months=1, people=[cast.health, cast.outsider])
    exclusions.exclude(case=case, user=cast.police, reason="Knows the family", by=cast.privacy)
    for person, seen in (
        (cast.manager, [late]),
        (cast.health, [late]),
        (cast.outsider, []),
        (cast.police, []),
    ):
        assert under(person, meeting, "actions") == seen


def test_what_an_earlier_cmog_agreed_comes_again_until_it_is_finished(cast: Cast) -> None:
    action = agreed_last_month(cast)
    meeting = start_cmog(cast)
    assert action.due_on > timezone.localdate()
    due(action, timezone.localdate(meeting.scheduled_for) + dt.timedelta(days=5))
    cmog.compile_agenda(meeting=meeting, by=cast.manager)
    assert under(cast.manager, meeting, "open-actions") == [action]
    assert under(cast.manager, meeting, "actions") == []
    end_cmog(cast, meeting)
    next_one = make_cmog(cast, months=1)
    due(action, timezone.localdate(next_one.scheduled_for) + dt.timedelta(days=5))
    cmog.compile_agenda(meeting=next_one, by=cast.manager)
    assert under(cast.manager, next_one, "open-actions") == [action]
    with acting_for(cast.practitioner):
        actions.not_done(action=action, reason="No place is free.", by=cast.practitioner)
    cmog.compile_agenda(meeting=next_one, by=cast.manager)
    assert not CmogItem.objects.filter(meeting=next_one, action=action).exists()


def test_one_that_is_late_and_from_an_earlier_cmog_stands_once_among_the_overdue(cast: Cast) -> None:
    action = agreed_last_month(cast)
    meeting = make_cmog(cast, months=1)
    first = CmogItem.objects.get(meeting=meeting, action=action)
    for days, heading, other in ((5, "open-actions", "actions"), (-1, "actions", "open-actions")):
        due(action, timezone.localdate(meeting.scheduled_for) + dt.timedelta(days=days))
        cmog.compile_agenda(meeting=meeting, by=cast.manager)
        assert CmogItem.objects.get(meeting=meeting, action=action) == first
        assert under(cast.manager, meeting, heading) == [action]
        assert under(cast.manager, meeting, other) == []
    assert len(reasons(item_of(meeting, action=action), meeting)) == 2


def test_one_that_a_mase_has_carried_on_comes_too(cast: Cast) -> None:
    """It is another row then, and still what the CMOG agreed."""
    action = agreed_last_month(cast)
    plans.end(cast, plans.running(cast, action.case), category=RiskCategory.HIGH)
    carried = PlanAction.objects.get(carried_from=action)
    meeting = make_cmog(cast, months=1)
    due(carried, timezone.localdate(meeting.scheduled_for) + dt.timedelta(days=5))
    cmog.compile_agenda(meeting=meeting, by=cast.manager)
    assert under(cast.manager, meeting, "open-actions") == [carried]
    assert not CmogItem.objects.filter(meeting=meeting, action=action).exists()


def test_what_is_finished_while_the_cmog_runs_says_so(cast: Cast) -> None:
    action = agreed_last_month(cast)
    meeting = start_cmog(cast, months=1)
    with acting_for(cast.practitioner):
        actions.not_done(action=action, reason="No place is free.", by=cast.practitioner)
    today = f"{timezone.localdate():%-d %B %Y}"
    assert reasons(item_of(meeting, action=action), meeting)[-1] == f"Not done on {today}"


def test_an_item_moves_among_those_of_its_agency(cast: Cast, case: Case) -> None:
    meeting = make_cmog(cast, months=1)
    mase = plans.running(cast, case, people=[cast.health])
    for text in ("One.", "Two."):
        plans.agreed(cast, mase, text=text)
    plans.agreed(cast, mase, text="Theirs.", agency=cast.agency("csc"), owner=cast.practitioner)
    plans.end(cast, mase)
    PlanAction.objects.update(due_on=timezone.localdate() - dt.timedelta(days=1))
    cmog.compile_agenda(meeting=meeting, by=cast.manager)
    before = under(cast.manager, meeting, "actions")
    health = [each for each in before if each.agency == cast.agency("health")]
    item = item_of(meeting, action=health[1])
    signed_in(cast, "manager").post(f"/cmog/items/{item.pk}/place/", {"do": "up"})
    after = under(cast.manager, meeting, "actions")
    assert [each for each in after if each.agency == cast.agency("health")] == health[::-1]
    assert [each.agency for each in after] == [each.agency for each in before]


def test_the_whole_of_a_changed_objective_stands_in_its_history(cast: Cast) -> None:
    strategic.set_out(by=cast.manager)
    long = {name: f"{name[0] * 990} {name}" for name in ("text", "measure")}
    asked = membership(cast.manager)
    row = strategic.add(
        key=cast.manager.pk, objective=strategic.Objective(PlanP.PREVENT, **long), by=cast.manager
    )
    for reason in (f"{'r' * 990} last", "Again"):
        given = strategic.Objective(PlanP.PROTECT, reason, reason, asked.agency, asked.user)
        row = strategic.change(row=row, objective=given, reason=reason, version=row.version, by=cast.manager)
    first, second = StrategicUpdate.objects.filter(objective=row).order_by("at")
    assert all(words in first.evidence for words in long.values())
    assert "r last" in second.evidence
    made = strategic.report(
        row=row, rag=Rag.AMBER, evidence=f"{'e' * 4100} last", by=cast.manager, key=first.objective_id
    )
    assert made.evidence.endswith("e last")
