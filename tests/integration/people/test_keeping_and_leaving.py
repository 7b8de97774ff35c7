"""Who still takes part: confirmed, suspended, let in again; and what ends on the day somebody leaves."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs

from cases.record.models.case import Case
from cases.sharing.services import access
from cse_portal.access import grants
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import Role, WhySuspended
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotVisible
from cse_portal.jobs.models import Job, Notification
from cse_portal.jobs.services import enqueue
from cse_portal.people import services
from cse_portal.people.services.invitations import link_of
from cse_portal.people.services.keeping import ASKED
from cse_portal.people.tasks import keep
from cse_portal.sign_in import tokens
from cse_portal.sign_in.models import ApiToken
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.signing_in import PASSWORD, code_of, forget_tries, give_code, give_password, with_app


def membership_of(person: User) -> Membership:
    """Where they work."""
    return Membership.objects.get(user=person)


def aged(person: User, *, confirmed: int = 0, signed_in: int = 0) -> Membership:
    """Somebody last confirmed and last signed in so many days ago; everybody else was here today."""
    User.objects.filter(last_login__isnull=True).update(last_login=timezone.now())
    # A day here, and not so many times 24 hours: the clocks may have changed since.
    day = timezone.localdate() - dt.timedelta(days=signed_in)
    noon = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
    User.objects.filter(pk=person.pk).update(last_login=noon)
    Membership.objects.filter(user=person).update(
        last_confirmed_on=timezone.localdate() - dt.timedelta(days=confirmed)
    )
    return membership_of(person)


@pytest.mark.parametrize(
    ("confirmed", "signed_in", "why"),
    [
        (99, 0, ""),
        (100, 0, WhySuspended.UNCONFIRMED),
        (0, 179, ""),
        (0, 180, WhySuspended.DORMANT),
    ],
)
def test_the_night_suspends_who_is_not_confirmed_or_does_not_come(
    cast: Cast, client: Client, confirmed: int, signed_in: int, why: str
) -> None:
    client.force_login(cast.practitioner)
    aged(cast.practitioner, confirmed=confirmed, signed_in=signed_in)
    keep()
    keep()
    assert membership_of(cast.practitioner).suspended_why == why
    assert (client.get("/notifications/").status_code == 200) is not bool(why)
    noted = AuditEvent.objects.filter(action=Action.PERSON_SUSPENDED).count()
    assert noted == (1 if why else 0)


def test_a_lead_lets_a_suspended_person_in_again(cast: Cast) -> None:
    aged(cast.practitioner, signed_in=200)
    keep()
    services.reactivate(membership=membership_of(cast.practitioner), by=cast.lead)
    assert User.objects.get(pk=cast.practitioner.pk).is_active
    keep()  # they have not signed in yet, and are not suspended again for it
    assert membership_of(cast.practitioner).suspended_at is None
    with pytest.raises(NotAllowedNow, match="This person is not suspended"):
        services.reactivate(membership=membership_of(cast.practitioner), by=cast.lead)


@pytest.mark.parametrize(("days", "told"), [(89, 0), (90, 1), (91, 1), (99, 1)])
def test_a_lead_is_asked_after_ninety_days(cast: Cast, days: int, told: int) -> None:
    aged(cast.practitioner, confirmed=days)
    keep()
    assert Notification.objects.filter(user=cast.lead).count() == told


@pytest.mark.parametrize(
    ("nights", "told"),
    [
        (range(88, 100), 3),  # every night: on days 90, 95 and 99
        ([90, 90, 91], 1),
        ([89, 92, 93, 97, 98, 99], 3),  # the worker was away on the nights of 90 and 95
        ([89, 96, 97], 1),
    ],
)
def test_a_night_that_did_not_come_is_made_up_for_by_the_next_and_once(
    cast: Cast, nights: Iterable[int], told: int
) -> None:
    today = timezone.localdate()
    User.objects.update(last_login=timezone.now())
    Membership.objects.update(last_confirmed_on=today)
    for days in nights:
        night = timezone.make_aware(dt.datetime.combine(today + dt.timedelta(days=days), dt.time(2)))
        with time_machine.travel(night, tick=False):
            User.objects.update(last_login=night)
            keep()
    asked = Notification.objects.filter(user=cast.lead, text=ASKED)
    assert asked.count() == told


def test_confirming_begins_the_ninety_days_anew(cast: Cast, client: Client) -> None:
    membership = aged(cast.practitioner, confirmed=95)
    client.force_login(cast.lead)
    assert "1 person waits" in client.get("/").content.decode()
    client.post(f"/people/{membership.pk}/confirm/")
    assert membership_of(cast.practitioner).last_confirmed_on == timezone.localdate()
    assert "1 person waits" not in client.get("/").content.decode()


def test_confirming_everybody_leaves_out_oneself_and_other_agencies(cast: Cast) -> None:
    long_ago = timezone.localdate() - dt.timedelta(days=95)
    Membership.objects.update(last_confirmed_on=long_ago)
    services.confirm_all(by=cast.lead)
    waiting = Membership.objects.filter(last_confirmed_on=long_ago)
    assert membership_of(cast.practitioner).last_confirmed_on == timezone.localdate()
    assert {cast.lead.pk, cast.health.pk} <= set(waiting.values_list("user", flat=True))


@pytest.mark.parametrize("verb", [services.confirm, services.reactivate, services.give_new_start])
def test_a_lead_reaches_neither_themselves_nor_other_agencies(cast: Cast, verb: Any) -> None:
    with pytest.raises(NotAllowedNow, match="Nobody does this for themselves"):
        verb(membership=membership_of(cast.lead), by=cast.lead)
    with pytest.raises(NotVisible):
        verb(membership=membership_of(cast.health), by=cast.lead)


@pytest.fixture
def shared(cast: Cast) -> Case:
    """A case the practitioner leads, also given by name to the leaver of the same agency."""
    case = make_case(cast)
    access.share(
        case=case, to=cast.leaver, reason="Joint work", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
    )
    return case


def test_on_the_day_somebody_leaves_everything_ends_at_once(cast: Cast, client: Client, shared: Case) -> None:
    client.force_login(cast.leaver)
    job = enqueue(kind="test.nothing", key="theirs", requested_by=cast.leaver)
    Job.objects.filter(pk=job.pk).update(state="queued", finished_at=None)
    others = enqueue(kind="test.nothing", key="somebody else's", requested_by=cast.analyst)
    services.end_membership(membership=membership_of(cast.leaver), on=timezone.localdate(), by=cast.lead)
    for address in ("/", "/api/v1/cases/"):
        assert client.get(address).status_code in (302, 401, 403)
    assert not grants.holders_rows(shared, User).filter(user=cast.leaver).exists()
    assert grants.holders_rows(shared, User).filter(user=cast.practitioner).exists()
    assert Job.objects.get(pk=job.pk).error_code == "requester_left"
    assert Job.objects.get(pk=others.pk).error_code == ""
    noted = set(AuditEvent.objects.filter(actor=cast.lead).values_list("action", flat=True))
    assert {Action.MEMBERSHIP_ENDED, Action.PERSON_LET_GO, Action.ACCESS_WITHDRAWN} <= noted
    with pytest.raises(NotAllowedNow, match="This person no longer works for your agency"):
        services.confirm(membership=membership_of(cast.leaver), by=cast.lead)


def test_a_last_day_to_come_is_kept_until_the_night_after_it(
    cast: Cast, client: Client, shared: Case
) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    services.end_membership(membership=membership_of(cast.leaver), on=tomorrow, by=cast.lead)
    client.force_login(cast.leaver)
    assert services.revoke_leavers_access() == 0
    assert client.get("/notifications/").status_code == 200
    Membership.objects.filter(user=cast.leaver).update(ends_on=timezone.localdate())
    assert services.revoke_leavers_access() == 1
    assert client.get("/notifications/").status_code == 302
    assert not grants.holders_rows(shared, User).filter(user=cast.leaver).exists()
    assert services.revoke_leavers_access() == 0


@pytest.fixture
def cannot_be_closed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> set[uuid.UUID]:
    """PostgreSQL gives up as the account of one of these is closed: the last of what is done to anyone who leaves."""
    whose: set[uuid.UUID] = set()
    close = accounts.deactivate

    def deactivate(*, user: User) -> User:
        if user.pk in whose:
            with connection.cursor() as cursor:
                cursor.execute("SELECT %s::int", [user.email])
        return close(user=user)

    monkeypatch.setattr(accounts, "deactivate", deactivate)
    return whose


def test_one_leaver_who_cannot_be_let_go_keeps_nobody_else(
    cast: Cast, shared: Case, cannot_be_closed: set[uuid.UUID]
) -> None:
    """Two left yesterday, and somebody was not confirmed for a hundred days. What is done to the first is taken back
    whole, the log names it by its key, and the next night does it.
    """
    job = enqueue(kind="test.nothing", key="theirs", requested_by=cast.leaver)
    Job.objects.filter(pk=job.pk).update(state="queued", finished_at=None)
    token, _ = tokens.issue(user=cast.leaver, by=cast.leaver, days=90, networks=[])
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Membership.objects.filter(user=cast.leaver).update(ends_on=yesterday)
    Membership.objects.filter(user=cast.health).update(ends_on=timezone.localdate())
    aged(cast.outsider, confirmed=100)
    before = (cast.leaver.session_stamp, True, None, "", None, True)
    cannot_be_closed.add(cast.leaver.pk)
    with capture_logs() as logged:
        keep()
    assert left_of(cast, shared, job, token) == before
    assert membership_of(cast.health).let_go_at is not None
    assert not User.objects.get(pk=cast.health.pk).is_active
    assert membership_of(cast.outsider).suspended_why == WhySuspended.UNCONFIRMED
    key = str(membership_of(cast.leaver).pk)
    assert [each for each in logged if each["log_level"] == "error"] == [
        {"event": "leaver_not_let_go", "row": key, "error": "DataError", "log_level": "error"}
    ]
    assert [event.object_id for event in AuditEvent.objects.filter(action=Action.PERSON_LET_GO)] == [
        membership_of(cast.health).pk
    ]
    cannot_be_closed.clear()
    keep()
    assert [now == then for now, then in zip(left_of(cast, shared, job, token), before, strict=True)] == [
        False
    ] * 6


def left_of(cast: Cast, shared: Case, job: Job, token: ApiToken) -> tuple[object, ...]:
    """Of the leaver: sessions, the account, the membership, work asked for, a token, and the case they were given."""
    person = User.objects.get(pk=cast.leaver.pk)
    return (
        person.session_stamp,
        person.is_active,
        membership_of(person).let_go_at,
        Job.objects.get(pk=job.pk).error_code,
        ApiToken.objects.get(pk=token.pk).ended_at,
        grants.holders_rows(shared, User).filter(user=person).exists(),
    )


def test_whoever_moved_on_keeps_what_the_new_agency_was_given_for_them(cast: Cast, shared: Case) -> None:
    today = timezone.localdate()
    yesterday = timezone.now() - dt.timedelta(days=1)
    grants.holders_rows(shared, User).filter(user=cast.leaver).update(granted_at=yesterday)
    accounts.end_membership(membership=membership_of(cast.leaver), on=today)
    Membership.objects.create(
        user=cast.leaver, agency=cast.agency("health"), role=Role.PRACTITIONER, starts_on=today
    )
    other = make_case(cast)
    access.share(
        case=other, to=cast.leaver, reason="New post", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
    )
    services.revoke_leavers_access()
    held = {
        row.content_object
        for case in (shared, other)
        for row in grants.holders_rows(case, User).filter(user=cast.leaver)
    }
    assert held == {other}


def test_whoever_moved_on_is_signed_in_nowhere_from_before(cast: Cast, client: Client) -> None:
    """The browser left open at the old desk: the account goes on, and what it had open there does not."""
    client.force_login(cast.leaver)
    assert client.get("/notifications/").status_code == 200
    accounts.end_membership(membership=membership_of(cast.leaver), on=timezone.localdate())
    Membership.objects.create(
        user=cast.leaver, agency=cast.agency("health"), role=Role.PRACTITIONER, starts_on=timezone.localdate()
    )
    assert services.revoke_leavers_access() == 1
    assert User.objects.get(pk=cast.leaver.pk).is_active
    assert client.get("/notifications/")["Location"].startswith("/accounts/login/")
    assert SESSION_KEY not in client.session


def test_the_form_asks_for_a_last_day_and_says_what_it_did(cast: Cast, client: Client) -> None:
    client.force_login(cast.lead)
    address = f"/people/{membership_of(cast.practitioner).pk}/end/"
    assert "Enter their last day" in client.post(address, {"when": "later"}).content.decode()
    day = timezone.localdate() + dt.timedelta(days=10)
    typed = {"when": "later", "last_day_day": day.day, "last_day_month": day.month, "last_day_year": day.year}
    assert "The last day of Priya Raman is" in client.post(address, typed, follow=True).content.decode()
    assert membership_of(cast.practitioner).ends_on == day + dt.timedelta(days=1)
    assert "no longer takes part" in client.post(address, {"when": "now"}, follow=True).content.decode()
    assert membership_of(cast.practitioner).ends_on == timezone.localdate()


def signs_in(person: User) -> bool:
    """By the pages, with the password and what their app shows, if they have one."""
    forget_tries()
    client = Client()
    give_password(client, person)
    if Authenticator.objects.filter(user=person).exists():
        give_code(client, code_of(person))
    return SESSION_KEY in client.session


def test_whoever_left_signs_in_nowhere_and_their_next_invitation_opens_the_account_again(cast: Cast) -> None:
    person = with_app(cast.leaver)
    assert signs_in(person)
    services.end_membership(membership=membership_of(person), on=timezone.localdate(), by=cast.lead)
    person.refresh_from_db()
    assert not person.is_active
    assert not signs_in(person)
    invited = services.invite(
        email=person.email, full_name=person.full_name, role=Role.PRACTITIONER, by=cast.lead
    )
    token = link_of(invited).rstrip("/").rsplit("/", 1)[1]
    services.accept(token=token, password=PASSWORD)
    person.refresh_from_db()
    assert person.is_active
    assert signs_in(person)
