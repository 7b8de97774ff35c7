"""The life of an exclusion: found or declared, decided within three working days, moved with its concern, lifted."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.casework.services import CannotLead
from cases.concerns.choices import ConcernOutcome
from cases.concerns.models import Concern
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.sharing.models import Exclusion, ExclusionBasis, Relation
from cases.sharing.services import declarations, exclusions
from cases.tasks import remind_of_reviews
from cases.triage import services as triage
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.accounts.services import add_person
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.concerns import make_concern, verdict

BORN = dt.date(2012, 3, 14)
FRIDAY = dt.datetime(2026, 6, 5, 10, 0, tzinfo=dt.UTC)


def relative(by: User, **known: Any) -> None:
    said: dict[str, Any] = {
        "relation": Relation.FAMILY, "given_name": "Robyn", "family_name": "Testley", "date_of_birth": BORN,
        "address": "", "postcode": "",
    }  # fmt: skip
    declarations.declare(**said | known, by=by)


def sees(person: User, about: Case | Concern) -> bool:
    what = Permission.CASE_VIEW if isinstance(about, Case) else Permission.CONCERN_VIEW
    return gate.can(User.objects.get(pk=person.pk), what, about)


def robyns_case(cast: Cast) -> Case:
    return make_case(cast, child=make_child(given_name="Robyn", family_name="Testley", date_of_birth=BORN))


def test_a_proposal_is_a_task_with_a_clock_and_shuts_nobody_out(cast: Cast) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        relative(cast.practitioner)
        case = robyns_case(cast)
        found = Exclusion.objects.get()
        assert (found.user, found.child, found.basis) == (
            cast.practitioner,
            case.child,
            ExclusionBasis.NAME_AND_BIRTH,
        )
        assert found.decide_by == dt.date(2026, 6, 10), "three working days"
        assert sees(cast.practitioner, case)
        assert Notification.objects.get(user=cast.privacy).url == f"/exclusions/proposed/{found.pk}/"
        assert not Notification.objects.filter(user=cast.practitioner, text=exclusions.WAITS).exists()
        assert remind_of_reviews() == 0
    with time_machine.travel(FRIDAY + dt.timedelta(days=6), tick=False):
        assert remind_of_reviews() == 1
        told = Notification.objects.filter(user=cast.privacy, text__contains="past the time")
        assert told.count() == 1


@pytest.mark.parametrize("confirm", [True, False])
def test_the_privacy_officer_decides_once_by_the_reference_alone(cast: Cast, confirm: bool) -> None:
    relative(cast.practitioner)
    case = robyns_case(cast)
    found, browser = Exclusion.objects.get(), signed_in(cast, "privacy")
    page = browser.get("/exclusions/").content.decode()
    assert case.reference in page
    assert "Priya Raman" in page
    assert "Robyn" not in page
    said = {"decision": "confirm" if confirm else "dismiss", "note": "Asked her."}
    assert browser.post(f"/exclusions/proposed/{found.pk}/", said).status_code == 302
    found.refresh_from_db()
    assert (found.decided_by, found.decided_note) == (cast.privacy, "Asked her.")
    assert sees(cast.practitioner, case) == (not confirm)
    assert Notification.objects.filter(user=cast.practitioner).count() == 0
    action = Action.EXCLUSION_SET if confirm else Action.EXCLUSION_DISMISSED
    assert AuditEvent.objects.get(action=action).case_id == case.pk
    with pytest.raises(NotAllowedNow, match="This has been decided already"):
        exclusions.decide(exclusion=found, confirm=True, note="Again", by=cast.privacy)
    if confirm:
        assert browser.post(f"/exclusions/{found.pk}/lift/", {"reason": "Another family"}).status_code == 302
        assert sees(cast.practitioner, case)
    exclusions.find_of(case)
    assert Exclusion.objects.count() == 1, "what was dismissed or lifted is not proposed again"


def test_nobody_sees_or_decides_what_names_them(cast: Cast) -> None:
    second = add_person(
        email="ines.moor@example.org", full_name="Ines Moor", role=Role.PRIVACY_OFFICER,
        agency=cast.agency("business-unit"),
    )  # fmt: skip
    relative(cast.privacy)
    robyns_case(cast)
    found = Exclusion.objects.get()
    assert not Notification.objects.filter(user=cast.privacy).exists()
    assert signed_in(cast, "privacy").get(f"/exclusions/proposed/{found.pk}/").status_code == 404
    for person, refusal in (
        (cast.privacy, NotVisible),
        (cast.manager, NotPermitted),
        (cast.practitioner, NotPermitted),
    ):
        with pytest.raises(refusal):
            exclusions.decide(exclusion=found, confirm=False, note="Not me", by=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Exclusion.objects.update(dismissed_at=timezone.now(), decided_by=cast.privacy)
    exclusions.decide(exclusion=found, confirm=True, note="Her niece", by=second)


@pytest.mark.parametrize("kind", ["case", "concern"])
def test_who_says_that_they_know_the_family_loses_sight_at_once(cast: Cast, kind: str) -> None:
    about: Any = make_case(cast) if kind == "case" else make_concern(cast.manager)
    key = "practitioner" if kind == "case" else "manager"
    person, browser, page = getattr(cast, key), signed_in(cast, key), f"/{kind}s/{about.reference}/"
    assert f"{page}know/" in browser.get(page).content.decode()
    assert browser.post(f"{page}know/", {"reason": ""}).status_code == 200
    assert sees(person, about)
    assert browser.post(f"{page}know/", {"reason": "She is my niece"}).status_code == 302
    made = Exclusion.objects.get()
    assert (made.basis, made.decided_by, made.is_waiting) == (ExclusionBasis.DECLARED, person, False)
    assert not sees(person, about)
    assert browser.get(page).status_code == browser.get(f"{page}know/").status_code == 404
    assert about.reference in Notification.objects.get(user=cast.privacy).text
    if kind == "case":
        assert (
            Notification.objects.filter(user=cast.manager, text__contains="Choose who leads it").count() == 1
        )


@pytest.mark.parametrize("outcome", [ConcernOutcome.OPEN_CASE, ConcernOutcome.ADD_TO_CASE])
def test_an_exclusion_of_a_concern_holds_for_the_child_once_there_is_one(
    cast: Cast, outcome: ConcernOutcome
) -> None:
    relative(cast.police)
    concern = make_concern(cast.health)
    exclusions.declare(about=concern, reason="My niece", by=cast.health)
    assert {each.concern for each in Exclusion.objects.all()} == {concern}
    opening = triage.Opening(
        cast.agency("csc"), cast.practitioner, RiskCategory.LOW, HarmStatus.H0, LAWFUL_BASIS
    )
    parts = {"opening": opening} if outcome == ConcernOutcome.OPEN_CASE else {"case": make_case(cast)}
    triage.decide(concern=concern, verdict=verdict(outcome, **parts), by=cast.manager)
    concern.refresh_from_db()
    assert concern.case is not None
    rows = Exclusion.objects.all()
    assert {(each.child_id, each.concern_id) for each in rows} == {(concern.case.child_id, None)}
    assert {(each.user, each.is_waiting) for each in rows} == {(cast.police, True), (cast.health, False)}
    assert not sees(cast.health, concern)


def test_who_is_excluded_from_a_concern_leads_no_case_opened_from_it(cast: Cast) -> None:
    concern = make_concern(cast.practitioner)
    exclusions.declare(about=concern, reason="My niece", by=cast.practitioner)
    opening = triage.Opening(
        cast.agency("csc"), cast.practitioner, RiskCategory.LOW, HarmStatus.H0, LAWFUL_BASIS
    )
    with pytest.raises(CannotLead):
        triage.decide(
            concern=concern, verdict=verdict(ConcernOutcome.OPEN_CASE, opening=opening), by=cast.manager
        )


def test_deciding_directly_confirms_what_was_proposed_of_them(cast: Cast) -> None:
    relative(cast.practitioner)
    case = robyns_case(cast)
    first = exclusions.exclude(case=case, user=cast.practitioner, reason="An aunt", by=cast.privacy)
    assert exclusions.exclude(case=case, user=cast.practitioner, reason="Twice", by=cast.privacy) == first
    assert first.is_waiting is False
    assert Exclusion.objects.get() == first
