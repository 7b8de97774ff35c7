"""Triage together: taking a concern, new information, one post for everything, nothing lost, a decision corrected."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.casework.services import OPENED_IN_ERROR
from cases.concerns import services as concerns
from cases.concerns.choices import ConcernOutcome, ConcernState, Urgency
from cases.concerns.models import Concern, ConcernDecision
from cases.handoffs.models import HandOff
from cases.matching.models import ConcernLink
from cases.record.choices import CaseStatus, RiskCategory
from cases.record.models.case import Case
from cases.triage import services as triage
from cases.triage.selectors import agencies_to_share_with, caseloads
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import User
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.concerns import decide, make_concern, opening
from tests.factories.subject_access import second_reader

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TYPED = "Typed for ten minutes."


@pytest.fixture
def manager(cast: Cast, client: Client) -> Client:
    client.force_login(cast.manager, backend=BACKEND)
    return client


@pytest.fixture
def worker(cast: Cast) -> User:
    """A colleague of the manager's in the CSE team."""
    return second_reader(cast)


def page_of(concern: Concern) -> str:
    return reverse("cases:triage-concern", args=[concern.reference])


def test_one_post_opens_leads_and_shares_with_every_agency(cast: Cast, manager: Client) -> None:
    concern = make_concern(cast.outsider, harm_status="")
    lead = cast.practitioner.memberships.get()
    shown = manager.get(page_of(concern)).context["form"]
    assert shown["share_with"].value() == [concern.author_agency.code], (
        "the protocol names none without signs"
    )
    answer = manager.post(page_of(concern), {
        "outcome": "open_case", "category": "3", "harm_status": "H2", "lead": str(lead.pk),
        "rationale": "Two agencies.", "lawful_basis": shown["lawful_basis"].value(),
        "share_with": ["police", "health", "csc"], "form_token": str(new_key()), "strategy-held_on_day": "1",
        "strategy-held_on_month": "2", "strategy-held_on_year": "2026", "strategy-outcome": "s47_joint",
        "strategy-took_part": [cast.agency(code).name for code in ("csc", "police")], "strategy-why": "Harm now.",
    })  # fmt: skip
    assert answer.status_code == 302
    case = Case.objects.get()
    told = manager.get(answer["Location"]).content.decode()
    assert f'href="{reverse("mase:schedule", args=[case.reference])}">Book the MASE meeting of' in told
    assert all(gate.can(person, Permission.CASE_VIEW, case) for person in (cast.police, cast.health))
    assert not gate.can(cast.police, Permission.CASE_CHANGE, case)
    assert (case.category, case.harm_status, case.exploitation_models) == (3, "H2", ["M9"])
    assert case.models_review_on == timezone.localdate() + dt.timedelta(days=28)
    assert case.strategy_discussions.get().outcome == "s47_joint"


def test_of_several_schools_only_the_author_s_is_offered(cast: Cast, manager: Client) -> None:
    school = accounts.add_agency(
        code="thornmere", name="Thornmere Academy", short_name="Thornmere", kind=AgencyKind.EDUCATION
    )
    offered = agencies_to_share_with(cast.agency("education"))
    assert cast.agency("education") in offered
    assert school not in offered
    others = agencies_to_share_with(cast.agency("police"))
    assert AgencyKind.EDUCATION not in {each.kind for each in others}


def test_the_first_to_take_it_has_it_and_the_second_is_told(
    cast: Cast, manager: Client, worker: User
) -> None:
    concern = make_concern(cast.practitioner)
    triage.take(concern=concern, by=worker)
    answer = manager.post(reverse("cases:triage-take", args=[concern.reference]), follow=True)
    assert "Selma Ortiz has had this concern since" in answer.content.decode()
    with pytest.raises(triage.HandledBySomebody):
        decide(concern, cast.manager)
    with pytest.raises(triage.HandledBySomebody):
        triage.let_go(concern=concern, by=cast.manager)
    taken = manager.post(page_of(concern), {"act": "take-over", "rationale": TYPED})
    assert taken.context["form"]["rationale"].value() == TYPED
    concern.refresh_from_db()
    assert concern.handled_by == cast.manager
    decide(concern, cast.manager)
    concern.refresh_from_db()
    assert concern.handled_by is None


@pytest.mark.parametrize(
    ("danger", "before", "after"),
    [(True, False, Urgency.IMMEDIATE), (False, False, Urgency.ROUTINE), (False, True, Urgency.HIGH)],
)
def test_new_information_is_read_with_an_answer_that_sets_the_urgency(
    cast: Cast, manager: Client, worker: User, danger: bool, before: bool, after: Urgency
) -> None:
    concern = make_concern(cast.practitioner, immediate_danger=before)
    added = concerns.add_addendum(concern=concern, text="She has not come home.", by=cast.practitioner)
    assert "Danger now?" in manager.get(page_of(concern)).content.decode()
    Notification.objects.all().delete()
    page = manager.post(page_of(concern), {"act": "danger" if danger else "no-danger", "feedback": TYPED})
    added.refresh_from_db()
    concern.refresh_from_db()
    assert (added.danger_now, added.read_by, concern.urgency) == (danger, cast.manager, after)
    assert Notification.objects.filter(user=worker).exists() is danger
    assert "Danger now?" not in page.content.decode()
    assert TYPED in page.content.decode()


def test_saying_that_it_is_the_same_child_keeps_what_was_typed(cast: Cast, manager: Client) -> None:
    first, concern = make_concern(cast.practitioner), make_concern(cast.health)
    said = {"act": f"same:{first.reference}", "outcome": "open_case", "rationale": TYPED, "category": "2"}
    page = manager.post(page_of(concern), said)
    assert ConcernLink.objects.holding().count() == 1
    form = page.context["form"]
    assert (form["rationale"].value(), form["category"].value(), form.errors) == (TYPED, "2", {})
    assert manager.post(page_of(concern), {"act": "same:CON-2026-00000"}).status_code == 404


def test_a_worker_s_caseload_counts_open_cases_and_the_high_ones(cast: Cast, worker: User) -> None:
    for category in (RiskCategory.HIGH, RiskCategory.LOW):
        make_case(cast, category=category, lead_professional=cast.practitioner)
    closed = make_case(cast, lead_professional=cast.practitioner)
    Case.objects.filter(pk=closed.pk).update(status=CaseStatus.CLOSED)
    loads = caseloads(cast.manager, [cast.practitioner, worker])
    assert (loads[cast.practitioner].cases, loads[cast.practitioner].high) == (2, 1)
    assert loads[worker].cases == 0


def test_a_case_opened_in_error_closes_and_the_concern_is_decided_again(cast: Cast, manager: Client) -> None:
    concern = make_concern(cast.practitioner, nhs_number="9990000018")
    wrong = decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    case = Case.objects.get()
    page = reverse("cases:triage-correct", args=[concern.reference])
    assert f"Case {case.reference} closes as opened in error." in manager.get(page).content.decode()
    manager.post(page, {"reason": "It was another child."})
    case.refresh_from_db()
    concern.refresh_from_db()
    wrong.refresh_from_db()
    assert (case.status, case.episodes.get().closing_code) == (CaseStatus.CLOSED, OPENED_IN_ERROR)
    assert (concern.state, concern.case, concern.decision) == (ConcernState.SUBMITTED, None, None)
    assert (wrong.corrected_by, wrong.correction_reason) == (cast.manager, "It was another child.")
    assert "<s>" in manager.get(page_of(concern)).content.decode()
    assert Notification.objects.filter(user=cast.practitioner, text__contains="was corrected").exists()
    decide(concern, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    assert ConcernDecision.objects.filter(concern=concern).count() == 2, (
        "the number of the child opens a case again"
    )


def test_correcting_takes_back_what_an_agency_was_asked_and_what_joined_a_case(cast: Cast) -> None:
    asked = make_concern(cast.practitioner)
    health = cast.agency("health")
    decide(
        asked,
        cast.manager,
        outcome=ConcernOutcome.SINGLE_AGENCY,
        responsible_agency=health,
        asked="Meet her.",
    )
    triage.correct(concern=asked, reason="Wrong agency.", by=cast.manager)
    assert HandOff.objects.get().outcome == "not_needed"
    case = make_case(cast)
    added = make_concern(cast.practitioner)
    decide(added, cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=case)
    triage.correct(concern=added, reason="Her cousin.", by=cast.manager)
    case.refresh_from_db()
    assert case.is_open
    assert not case.concerns.exists()
    assert case.chronology.filter(text__contains="Her cousin.").exists()
    told = Notification.objects.filter(user=case.lead_professional, text__contains="no longer part of case")
    assert told.exists(), "the lead acts on it no more"


def test_who_corrects_and_until_when(cast: Cast, worker: User) -> None:
    theirs = make_concern(cast.practitioner)
    decide(theirs, worker)
    for person in (worker, cast.practitioner):
        with pytest.raises(NotPermitted):
            triage.correct(concern=theirs, reason="Wrong.", by=person)
    with time_machine.travel("2026-03-02 10:00:00+00:00", tick=False):
        concern = make_concern(cast.practitioner)
        decide(concern, cast.manager)
    with (
        time_machine.travel("2026-03-10 10:00:00+00:00", tick=False),
        pytest.raises(NotAllowedNow, match="9 March"),
    ):
        triage.correct(concern=concern, reason="Wrong.", by=cast.manager)
    with time_machine.travel("2026-03-09 10:00:00+00:00", tick=False):
        triage.correct(concern=concern, reason="Wrong.", by=cast.manager)
        with pytest.raises(NotAllowedNow, match="nothing to correct"):
            triage.correct(concern=concern, reason="Wrong.", by=cast.manager)
