"""A board that nobody ever set up: by commands alone, to the moment its privacy officer decides."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from cases.casework import services as cases
from cases.sharing.models import Exclusion, Relation
from cases.sharing.services import declarations, exclusions
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import user_context
from cse_portal.accounts.choices import AgencyKind, Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.people import services
from tests.factories.cases import LAWFUL_BASIS, make_child
from tests.signing_in import forget_tries

pytestmark = pytest.mark.django_db
PASSWORD = "three odd words together"


def run(capture: Any, *words: str) -> None:
    """A command of anyone who runs the portal, and what it promised to send."""
    with capture(execute=True):
        call_command(*words, verbosity=0)


def accepted(email: str) -> User:
    """Anyone who has the last mail follows its link and chooses a password."""
    sent = mail.outbox[-1]
    assert sent.to == [email]
    found = re.search(r"/invitation/(\S+?)/?\s", sent.body)
    assert found is not None
    forget_tries()
    Client().post(f"/invitation/{found[1]}/", {"password1": PASSWORD, "password2": PASSWORD})
    return User.objects.get(email=email)


def invited(lead: User, capture: Any, name: str, role: Role) -> User:
    """The lead's word, and the link."""
    email = f"{name.split()[0].lower()}@example.org"
    who = user_context(lead)
    assert who is not None
    with capture(execute=True), acting.acting(who.actor):
        services.invite(email=email, full_name=name, role=role, by=lead)
    return accepted(email)


def test_a_fresh_board_is_set_up_by_commands_up_to_an_officers_decision(
    django_capture_on_commit_callbacks: Any,
) -> None:
    capture = django_capture_on_commit_callbacks
    assert not Agency.objects.exists()
    assert not User.objects.exists()
    run(
        capture,
        "add_agency",
        "csc",
        "social_care",
        "Sandwell Children's Social Care",
        "--short-name=Social care",
    )
    run(capture, "add_agency", "cse-team", "cse_team", "Sandwell CSE Team")
    leads = {}
    for code in ("csc", "cse-team"):
        run(capture, "appoint_lead", code, f"lead.{code}@example.org", "Lena Ford")
        leads[code] = accepted(f"lead.{code}@example.org")
    run(capture, "appoint_officer", "privacy_officer", "csc", "ines@example.org", "Ines Marlow")
    officer = accepted("ines@example.org")
    run(capture, "appoint_officer", "system_administrator", "csc", "tom@example.org", "Tom Vale")
    administrator = accepted("tom@example.org")
    assert Membership.objects.current().get(user=administrator).role == Role.SYSTEM_ADMINISTRATOR

    manager = invited(leads["cse-team"], capture, "Maya Chandler", Role.TEAM_MANAGER)
    practitioner = invited(leads["csc"], capture, "Priya Raman", Role.PRACTITIONER)
    case = cases.open_case(
        child=make_child(given_name="Robin", family_name="Hale", date_of_birth=dt.date(2012, 3, 14)),
        lead_agency=Agency.objects.get(code="csc"),
        lead_professional=practitioner, reason="Decided at triage", lawful_basis=LAWFUL_BASIS, by=manager,
    )  # fmt: skip
    declarations.declare(
        relation=Relation.FAMILY, given_name="Robin", family_name="Hale", date_of_birth=dt.date(2012, 3, 14),
        address="", postcode="", by=practitioner,
    )  # fmt: skip
    assert gate.can(practitioner, Permission.CASE_VIEW, case)
    who = user_context(officer)
    assert who is not None
    with acting.acting(who.actor):
        exclusions.decide(exclusion=Exclusion.objects.get(), confirm=True, note="Her nephew", by=officer)
    assert not gate.can(User.objects.get(pk=practitioner.pk), Permission.CASE_VIEW, case)

    events = AuditEvent.objects.filter(actor=None)
    assert events.filter(action=Action.AGENCY_ADDED).count() == 2
    assert events.filter(action=Action.PERSON_INVITED).count() == 4


def test_an_officer_who_is_there_is_confirmed_and_nobody_is_made_one_by_a_leads_role(
    django_capture_on_commit_callbacks: Any,
) -> None:
    capture = django_capture_on_commit_callbacks
    run(capture, "add_agency", "csc", AgencyKind.SOCIAL_CARE.value, "Sandwell Children's Social Care")
    run(capture, "appoint_officer", "privacy_officer", "csc", "ines@example.org", "Ines Marlow")
    accepted("ines@example.org")
    run(capture, "appoint_officer", "privacy_officer", "csc", "ines@example.org", "Ines Marlow")
    assert AuditEvent.objects.filter(action=Action.PERSON_CONFIRMED).count() == 1
    assert len(mail.outbox) == 1
    for words in (
        ("appoint_officer", "team_manager", "csc", "a@example.org", "A B"),
        ("appoint_officer", "privacy_officer", "nowhere", "a@example.org", "A B"),
        ("add_agency", "csc", "police", "Another"),
        ("add_agency", "not a code", "police", "Another"),
        ("add_agency", "other", "choir", "Another"),
    ):
        with pytest.raises(CommandError):
            call_command(*words, verbosity=0)
    assert Agency.objects.count() == 1
