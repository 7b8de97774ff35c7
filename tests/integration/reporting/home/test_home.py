"""The home page: what needs each person today, and nothing that is not theirs."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases.handoffs.models import HandOff
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.record.selectors import CaseFilters, caseload
from cases.sharing.services import exclusions
from cse_portal.accounts.models import Membership, User
from cse_portal.accounts.services import end_membership
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from reporting.returns.models import ReturnFigure
from reporting.returns.selectors.returns import last_ended_quarter
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.actions import issued
from tests.factories.board_packs import signed_return
from tests.factories.cases import make_case
from tests.factories.concerns import make_concern
from tests.factories.handoffs import handed_over
from tests.factories.missing import went_missing

MOST_QUESTIONS = 35


@pytest.mark.parametrize(
    ("who", "may_log"),
    [("practitioner", True), ("outsider", True), ("manager", True), ("police", True), ("health", True),
     ("analyst", False), ("privacy", False), ("administrator", False), ("leaver", True)],
)  # fmt: skip
def test_everybody_has_a_home_page_and_whoever_logs_concerns_starts_one_there(
    client: Client, cast: Cast, who: str, may_log: bool
) -> None:
    client.force_login(cast.people[who])
    answer = client.get("/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert page.count("<h1") == 1
    assert ('href="/concerns/new/"' in page) is may_log
    assert ('href="/intelligence/new/"' in page) is may_log


def test_whom_it_names_is_on_record(client: Client, cast: Cast) -> None:
    """The next meeting, an action, a review: who reads the page reads of these children."""
    action = issued(cast, make_case(cast))
    client.force_login(cast.health)
    page = client.get("/").content.decode()
    assert action.text[:40] in page
    event = AuditEvent.objects.get(action=Action.HOME_SHOWN)
    assert (event.actor, event.detail) == (cast.health, {"cases": [str(action.case_id)]})
    client.force_login(cast.outsider)
    client.get("/")
    assert AuditEvent.objects.filter(action=Action.HOME_SHOWN).count() == 1, (
        "nobody was shown to the outsider"
    )


def test_the_leaver_reads_that_their_access_has_ended_and_whom_to_ask(client: Client, cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.leaver)
    end_membership(membership=membership, on=timezone.localdate() - dt.timedelta(days=30))
    client.force_login(cast.leaver)
    page = client.get("/").content.decode()
    assert "Your access has ended" in page
    assert "safeguarding lead" in page
    assert "Log a concern" not in page


def test_the_home_page_asks_little_of_the_database(
    client: Client, cast: Cast, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    client.force_login(cast.manager)
    client.get("/")
    with django_assert_max_num_queries(MOST_QUESTIONS):
        client.get("/")


def test_now_begins_with_who_is_missing_and_names_nobody_who_is_hidden(cast: Cast) -> None:
    seen, hidden = make_case(cast, category=RiskCategory.HIGH), make_case(cast)
    for case in (seen, hidden):
        went_missing(cast, case, hours=None)
    make_concern(cast.practitioner, immediate_danger=True)
    exclusions.exclude(case=hidden, user=cast.manager, reason="Knows the family", by=cast.privacy)
    now = page_of(cast, "manager").now
    assert [(each.kind, each.about) for each in now.rows[:1]] == [("Missing", seen.pk)]
    assert [each.kind for each in now.rows] == ["Missing", "Immediate danger"]
    assert [each.button for each in now.rows if each.primary] == ["Decide now"]
    assert {each.about for each in page_of(cast, "practitioner").now.rows} == {seen.pk, hidden.pk}
    assert page_of(cast, "outsider").now.rows == []


def test_what_holds_nothing_is_all_clear_and_no_number_is_nought(cast: Cast) -> None:
    page = page_of(cast, "manager")
    assert "no concern waits" in page.now.clear
    assert page.queues == []
    assert "nothing needs you now" in signed_in(cast, "outsider").get("/").content.decode()


def test_a_hand_off_that_nobody_answered_in_time_needs_its_agency_now(cast: Cast) -> None:
    made = handed_over(cast)
    assert page_of(cast, "health").now.rows == []
    HandOff.objects.filter(pk=made.pk).update(accept_by=timezone.localdate() - dt.timedelta(days=2))
    assert [each.button for each in page_of(cast, "health").now.rows] == ["Answer"]


def test_the_next_step_of_a_child_is_the_soonest_and_the_numbers_are_those_of_the_list(cast: Cast) -> None:
    case = make_case(cast)
    (card,) = page_of(cast, "practitioner").cards
    words = "Review by the lead professional"
    assert (card.case.child.name, card.step.words, card.may) == (case.child.name, words, True)
    action = issued(cast, case, owner=cast.practitioner, agency=cast.agency("csc"))
    (card,) = page_of(cast, "practitioner").cards
    assert card.step.words == action.text[:70]
    over = page_of(cast, "manager").oversight.found
    assert [(each.name, each.total) for each in over.workers] == [(cast.practitioner.full_name, 1)]
    assert over.open_now == caseload(cast.manager, CaseFilters()).count == 1
    assert over.overdue == caseload(cast.manager, CaseFilters(overdue=True)).count == 0
    type(action).objects.update(due_on=timezone.localdate() - dt.timedelta(days=2))
    over = page_of(cast, "manager").oversight.found
    assert over.overdue == caseload(cast.manager, CaseFilters(overdue=True)).count == 1


def test_an_administrator_watches_accounts_by_agency_and_the_work_behind_them(cast: Cast) -> None:
    Membership.objects.filter(user=cast.leaver).update(ends_on=timezone.localdate(), let_go_at=None)
    User.objects.filter(pk=cast.health.pk).update(last_login=timezone.now() - dt.timedelta(days=91))
    watched = dict(page_of(cast, "administrator").watched)
    lines = {each.what: each for each in watched["Accounts"]}
    assert lines["Left, and access not taken away yet"].late
    assert "1" in lines["Not signed in for 90 days"].number
    assert cast.agency("health").short_name in lines["Not signed in for 90 days"].detail
    assert [each.what for each in watched["Jobs and health"]][-1] == "Audit"
    page = signed_in(cast, "administrator").get("/").content.decode()
    assert cast.health.full_name not in page, "it names nobody"
    assert page_of(cast, "analyst").watched == page_of(cast, "manager").watched == []


def test_an_analyst_has_six_measures_with_their_targets_and_what_changed(cast: Cast) -> None:
    assert page_of(cast, "analyst").tiles == []
    last = last_ended_quarter()
    for each in (last.previous(), last):
        signed_return(each, prepared_by=cast.analyst, signed_by=cast.manager)
    rates = ReturnFigure.objects.filter(measure__code="A3", dimension="all", row="total", column="rate")
    then, now = rates.order_by("measure__regional_return__starts_on").values_list("value", flat=True)
    tiles = page_of(cast, "analyst").tiles
    assert len(tiles) == 6
    assert "–" not in {each.share for each in tiles}, "each stands in a signed return"
    decided = next(each for each in tiles if each.measure == "A3")
    assert decided.now is not None
    assert decided.now.value == now
    assert decided.rating.word == ("Green" if round(now) >= 95 else "Amber" if round(now) >= 85 else "Red")
    assert str(abs(round(now) - round(then))) in decided.change
    assert ("better" in decided.change) is (now > then)
    assert page_of(cast, "privacy").tiles == []


def page_of(cast: Cast, who: str) -> Any:
    return signed_in(cast, who).get("/").context["today"]


def test_the_workload_counts_cases_that_wait_or_are_silent_as_their_lists_do(cast: Cast) -> None:
    led, waits = make_case(cast, category=RiskCategory.HIGH), make_case(cast, category=RiskCategory.LOW)
    Case.objects.filter(pk=waits.pk).update(lead_professional=None)
    long_ago = timezone.now() - dt.timedelta(days=29)
    Case.objects.filter(pk=led.pk).update(last_activity_at=long_ago)
    over = page_of(cast, "manager").oversight.found
    assert over.silent == caseload(cast.manager, CaseFilters(silent=True)).count == 1
    assert [each.pk for each in caseload(cast.manager, CaseFilters(unled=True)).rows] == [waits.pk]
    manager = signed_in(cast, "manager")
    page = manager.get("/").content.decode()
    for query in ("silent=yes", "unled=yes", f"lead={cast.practitioner.pk}&amp;category=3"):
        assert f'href="/cases/?{query}"' in page
    listed = manager.get(f"/cases/?lead={cast.practitioner.pk}&category=3&silent=yes").content.decode()
    assert led.reference in listed
    assert waits.reference not in listed
    assert waits.reference in manager.get("/cases/?unled=yes&category=1").content.decode()
