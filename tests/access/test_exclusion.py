"""Promise 3: an exclusion, of a person or an agency, beats every grant, every role and every emergency."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cases.concerns.models import Concern
from cases.record.models.case import Case
from cases.sharing.models import EmergencyKind
from cases.sharing.selectors.emergency import Sought
from cases.sharing.services import access, emergency, exclusions
from cases.sharing.services.telling import notify_about_case
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.jobs.models import Notification
from intelligence.desk.models import IntelligenceReport
from intelligence.submissions.models import IntelligenceSubmission
from mase.meetings.models.meeting import Meeting
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.concerns import make_concern
from tests.factories.exports import ask
from tests.factories.intelligence import make_report
from tests.factories.meetings import make_meeting

Setup = Callable[[Cast, Case], None]
NOWHERE = "CSE-2026-99999"


def share(cast: Cast, case: Case, to: User | Agency) -> None:
    access.share(
        case=case,
        to=to,
        reason="Works with her",
        lawful_basis=LAWFUL_BASIS,
        may_change=True,
        by=cast.practitioner,
    )


def restricted(cast: Cast, case: Case) -> None:
    share(cast, case, cast.agency("health"))
    access.restrict(
        case=case,
        reason_code="WITNESS_PROTECTION",
        people=[cast.health],
        lawful_basis=LAWFUL_BASIS,
        by=cast.manager,
    )


def opened_at_night(cast: Cast, case: Case) -> None:
    emergency.break_glass(
        sought=Sought(reference=case.reference),
        kind=EmergencyKind.DANGER,
        reason="Brought in alone",
        by=cast.duty,
    )


# What lets somebody see the case, and who that is.
HELD: dict[str, tuple[str, Setup]] = {
    "a grant by name": ("health", lambda cast, case: share(cast, case, cast.health)),
    "a grant to the agency": ("health", lambda cast, case: share(cast, case, cast.agency("health"))),
    "named on a restricted case": ("health", restricted),
    "leads the case": ("practitioner", lambda cast, case: None),
    "the role of the CSE team": ("manager", lambda cast, case: None),
    "invited to a meeting": (
        "health", lambda cast, case: None if make_meeting(cast, case, agencies=[cast.agency("health")]) else None,
    ),
    "intelligence about the child": (
        "police",
        lambda cast, case: (share(cast, case, cast.agency("police")), make_report(cast, case=case))[0],
    ),
    "an emergency": ("duty", opened_at_night),
}  # fmt: skip


@pytest.mark.parametrize(
    ("held", "whole_agency"),
    [
        pytest.param(held, whole, marks=pytest.mark.long if whole == order % 2 else ())
        for order, held in enumerate(HELD)
        for whole in (False, True)
    ],
)
def test_who_is_excluded_finds_nothing(
    cast: Cast, held: str, whole_agency: bool, django_capture_on_commit_callbacks: Any
) -> None:
    key, give = HELD[held]
    person = getattr(cast, key)
    make_case(cast)
    case = make_case(cast, child=make_child(given_name="Zephyrine", family_name="Quillon"))
    give(cast, case)
    assert seen(person, case) > {"gate", "list", "database", "page", "API"}, "they saw it"
    who = {"agency": Membership.objects.get(user=person).agency} if whole_agency else {"user": person}
    exclusions.exclude(case=case, reason="Her uncle", by=cast.privacy, **who)
    person = User.objects.get(pk=person.pk)
    Notification.objects.all().delete()
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        notify_about_case(case, "Something happened.", person=person, by=cast.analyst)
    assert seen(person, case) == set()
    assert not Notification.objects.filter(user=person).exists()
    assert not [letter for letter in mail.outbox if person.email in letter.to]
    assert_nothing_opens(cast, person, case)


def seen(person: User, case: Case) -> set[str]:
    """Where this person finds the case."""
    found = set()
    if gate.can(person, Permission.CASE_VIEW, case):
        found.add("gate")
    with acting.for_the_system():
        rows: dict[str, Any] = {
            "list": Case.objects.visible_to(person).filter(pk=case.pk),
            "meeting": Meeting.objects.visible_to(person).filter(case=case),
            "report": IntelligenceReport.objects.visible_to(person).filter(links__case=case),
            "submission": IntelligenceSubmission.objects.visible_to(person).filter(reports__links__case=case),
        }
        found |= {name for name, each in rows.items() if each.exists()}
    with acting_for(person):
        if Case.objects.filter(pk=case.pk).exists():
            found.add("database")
    browser = browser_of(person)
    for name, address in (("page", "/cases/{}/"), ("API", "/api/v1/cases/{}/")):
        answer = browser.get(address.format(case.reference))
        if answer.status_code == 200:
            found.add(name)
        else:
            assert answer.status_code == 404, (name, answer.status_code)
            unknown = browser.get(address.format(NOWHERE))
            assert plain(answer, case.reference) == plain(unknown, NOWHERE), (
                f"{name}: equal to an unknown address"
            )
    for name, text in (("search", "Quillon"), ("search by reference", case.reference)):
        page = browser.get("/cases/", {"text": text, "status": "any"}).content.decode()
        if f"/cases/{case.reference}/" in page:
            found.add(name)
    if gate.can(person, Permission.PEOPLE_EXPORT):
        with acting_for(person):
            if case.pk in ask(person).asked_cases:
                found.add("export")
    return found


def browser_of(person: User) -> Client:
    browser = Client()
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def plain(answer: Any, reference: str) -> str:
    page = re.sub(
        r'(nonce|name="(csrfmiddlewaretoken|form_token)" value)="[^"]*"', "", answer.content.decode()
    )
    return page.replace(reference, "")


def assert_nothing_opens(cast: Cast, person: User, case: Case) -> None:
    """Neither a new grant, nor an emergency, whatever was typed."""
    Case.objects.filter(pk=case.pk).update(is_restricted=False, restricted_reason="")
    if cast.practitioner != person and gate.can(cast.practitioner, Permission.CASE_SHARE, case):
        share(cast, Case.objects.get(pk=case.pk), person)
    if gate.can(person, Permission.BREAK_GLASS):
        child = case.child
        for sought in (
            Sought(reference=case.reference),
            Sought(family_name=child.family_name, date_of_birth=child.date_of_birth),
        ):
            assert (
                emergency.break_glass(sought=sought, kind=EmergencyKind.DANGER, reason="Alone", by=person)
                is None
            )
    assert not gate.can(User.objects.get(pk=person.pk), Permission.CASE_VIEW, case)


@pytest.mark.parametrize("whole_agency", [False, True], ids=["person", "agency"])
@pytest.mark.parametrize("key", ["health", "manager"], ids=["author", "triage"])
def test_who_is_excluded_from_a_concern_finds_it_nowhere(cast: Cast, key: str, whole_agency: bool) -> None:
    person, concern = getattr(cast, key), make_concern(cast.health)
    assert found_of_concern(person, concern) == {"gate", "database", "page"}
    exclusions.declare(about=concern, reason="My niece", by=person)
    if whole_agency:
        with acting.for_the_system():
            concern.exclusions.update(
                user=None, agency=Membership.objects.get(user=person).agency, basis="decided",
                decided_by=cast.privacy, proposed_at=timezone.now(),
            )  # fmt: skip
    assert found_of_concern(User.objects.get(pk=person.pk), concern) == set()


def found_of_concern(person: User, concern: Concern) -> set[str]:
    found = {"gate"} if gate.can(person, Permission.CONCERN_VIEW, concern) else set()
    with acting_for(person):
        if Concern.objects.filter(pk=concern.pk).exists():
            found.add("database")
    if browser_of(person).get(f"/concerns/{concern.reference}/").status_code == 200:
        found.add("page")
    return found
