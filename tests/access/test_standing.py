"""PostgreSQL by itself: nobody makes themselves somebody else, or more than they are, by writing who they are."""

import uuid
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cse_portal import acting
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import Role, WhySuspended
from cse_portal.accounts.models import Membership, User
from cse_portal.people import services
from cse_portal.people.models import Invitation
from cse_portal.people.services.invitations import link_of
from cse_portal.sign_in.models import ApiToken
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case

REFUSED = ("written by this person", "no person writes", "permission denied")
INVITE = """
INSERT INTO people_invitation (id, agency_id, user_id, email, full_name, job_title, role, starts_on, invited_by_id,
                               invited_at, expires_at)
SELECT %s, %s, %s, %s, 'Cora Lyle', '', %s, now(), %s, now(), now() + %s::interval
"""


def refused(by: User | None, statement: str, *words: Any) -> bool:
    """Whether PostgreSQL refuses this in a person's name, or in nobody's."""
    try:
        with acting_for(by) if by else acting.acting(acting.NOBODY), transaction.atomic():
            found = sent(statement, words)
    except ProgrammingError as refusal:
        return any(each in str(refusal) for each in REFUSED)
    assert found != 0, "it found no row"
    return False


def sent(statement: str, words: tuple[Any, ...]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, words)
        return int(cursor.rowcount)


def of(person: User) -> Membership:
    return Membership.objects.get(user=person)


# ------------------------------------------------------------------------------------------ memberships


@pytest.mark.parametrize("who", ["practitioner", "manager", "lead", "administrator", "privacy", None])
def test_nobody_writes_their_own_membership(cast: Cast, who: str | None) -> None:
    make_case(cast)
    person = cast.people[who or "practitioner"]
    by = cast.people[who] if who else None
    team = cast.agency("cse-team").pk
    mine = "WHERE user_id = %s"
    assert refused(
        by,
        f"UPDATE accounts_membership SET agency_id = %s {mine}",
        team if who != "manager" else cast.agency("csc").pk,
        person.pk,
    )
    assert refused(by, f"UPDATE accounts_membership SET role = 'police_intelligence' {mine}", person.pk)
    assert refused(
        by, f"UPDATE accounts_membership SET ends_on = now() + interval '1 year' {mine}", person.pk
    )
    assert refused(by, f"UPDATE accounts_membership SET starts_on = starts_on - 400 {mine}", person.pk)
    assert refused(by, f"UPDATE accounts_membership SET last_confirmed_on = now() {mine}", person.pk)
    assert refused(by, f"DELETE FROM accounts_membership {mine}", person.pk)
    add = """INSERT INTO accounts_membership (id, user_id, agency_id, role, starts_on, last_confirmed_on, suspended_why)
             SELECT gen_random_uuid(), %s, %s, 'team_manager', date '2019-01-01', now(), ''"""
    assert refused(by, add, cast.leaver.pk, team)


def test_a_lead_says_until_when_and_never_for_whom_or_as_what(cast: Cast) -> None:
    case_worker, elsewhere = cast.practitioner.pk, cast.police.pk
    accounts.end_membership(membership=of(cast.leaver), on=timezone.localdate())
    for what in (
        "role = 'team_manager'",
        "agency_id = (SELECT id FROM accounts_agency WHERE code = 'cse-team')",
        "starts_on = starts_on - 400",
        f"user_id = '{cast.leaver.pk}'",
    ):
        assert refused(cast.lead, f"UPDATE accounts_membership SET {what} WHERE user_id = %s", case_worker)
    assert refused(cast.lead, "UPDATE accounts_membership SET ends_on = now() WHERE user_id = %s", elsewhere)
    assert refused(
        cast.lead, "UPDATE accounts_membership SET ends_on = NULL WHERE user_id = %s", cast.leaver.pk
    )
    assert refused(
        cast.practitioner, "UPDATE accounts_membership SET ends_on = now() WHERE user_id = %s", cast.lead.pk
    )


def test_a_lead_keeps_lets_in_and_ends_their_people(cast: Cast) -> None:
    case = make_case(cast)
    Membership.objects.filter(user=cast.practitioner).update(
        suspended_at=timezone.now(), suspended_why=WhySuspended.DORMANT
    )
    accounts.deactivate(user=cast.practitioner)
    SocialAccount.objects.create(user=cast.practitioner, provider="csc", uid="i s")
    with acting_for(cast.lead):
        services.reactivate(membership=of(cast.practitioner), by=cast.lead)
        assert User.objects.get(pk=cast.practitioner.pk).is_active
        services.confirm(membership=of(cast.practitioner), by=cast.lead)
        services.give_new_start(membership=of(cast.practitioner), by=cast.lead)
        services.end_membership(membership=of(cast.practitioner), on=timezone.localdate(), by=cast.lead)
    assert of(cast.practitioner).let_go_at is not None
    assert not SocialAccount.objects.exists()
    assert not case.user_grants.filter(user=cast.practitioner).exists()


def test_a_lead_adds_a_system_and_its_token_for_their_own_agency_alone(cast: Cast) -> None:
    with acting_for(cast.lead):
        membership = services.add_system(name="Records", by=cast.lead)
        token, _ = services.issue_token(membership=membership, days=30, networks=[], by=cast.lead)
    assert membership.user.is_system
    system = membership.user.pk
    assert refused(
        cast.lead, "UPDATE accounts_membership SET role = 'practitioner' WHERE user_id = %s", system
    )
    assert refused(cast.lead, "UPDATE accounts_user SET is_system = false WHERE id = %s", system)
    assert refused(cast.lead, "UPDATE sign_in_apitoken SET user_id = %s", cast.police.pk)
    assert refused(cast.lead, "UPDATE sign_in_apitoken SET expires_at = expires_at + interval '1 day'")
    assert refused(cast.practitioner, "UPDATE sign_in_apitoken SET digest = 'mine'")
    add = """INSERT INTO sign_in_apitoken (id, user_id, prefix, digest, networks, issued_by_id, issued_at, expires_at)
             SELECT gen_random_uuid(), %s, 'mine', 'mine', '{}', %s, now(), now() + interval '1 day'"""
    assert refused(cast.practitioner, add, system, cast.practitioner.pk)
    assert refused(cast.lead, add, cast.police.pk, cast.lead.pk)
    with acting_for(cast.lead):
        services.end_token(token=token, by=cast.lead)
    assert refused(cast.lead, "UPDATE sign_in_apitoken SET ended_at = NULL, ended_by_id = NULL")
    assert ApiToken.objects.get().ended_at is not None


# ------------------------------------------------------------------------------------------ accounts


@pytest.mark.parametrize("who", ["practitioner", "lead", "administrator", None])
@pytest.mark.parametrize(
    "what",
    [
        "password = 'mine'", "email = 'mine@example.org'", "is_active = NOT is_active", "is_system = true",
        "session_stamp = gen_random_uuid()", "full_name = 'Somebody Else'", "id = gen_random_uuid()",
    ],
)  # fmt: skip
def test_nobody_writes_how_an_account_is_opened_or_whose_it_is(
    cast: Cast, who: str | None, what: str
) -> None:
    by = cast.people[who] if who else None
    for target in (by or cast.practitioner, cast.manager):
        assert refused(by, f"UPDATE accounts_user SET {what} WHERE id = %s", target.pk)
        assert refused(by, "DELETE FROM accounts_user WHERE id = %s", target.pk)


def test_what_one_says_of_oneself_is_ones_own(cast: Cast) -> None:
    say = "UPDATE accounts_user SET phone = '0121', job_title = 'Nurse' WHERE id = %s"
    assert not refused(cast.health, say, cast.health.pk)
    assert refused(cast.health, say, cast.manager.pk)


def test_a_password_kept_in_an_older_way_is_kept_anew_as_its_person_signs_in(
    cast: Cast, settings: Any
) -> None:
    newest = settings.PASSWORD_HASHERS[0]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", newest]
    User.objects.filter(pk=cast.practitioner.pk).update(
        password=make_password("quiet badgers walking home", hasher="scrypt")
    )
    settings.PASSWORD_HASHERS = [newest, "django.contrib.auth.hashers.ScryptPasswordHasher"]
    person = User.objects.get(pk=cast.practitioner.pk)
    with acting.acting(acting.NOBODY):
        assert person.check_password("quiet badgers walking home")
    person.refresh_from_db()
    assert not person.password.startswith("scrypt")


# ------------------------------------------------------------------------------------------ agencies, groups, names


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_agency SET kind = 'cse_team'",
        "UPDATE accounts_agency SET is_active = NOT is_active",
        "DELETE FROM accounts_agency",
        "UPDATE auth_group SET name = name || 'x'",
        "INSERT INTO auth_group (name) VALUES ('mine')",
        "UPDATE auth_permission SET codename = 'view_case' WHERE codename = 'view_health_detail'",
        "UPDATE django_content_type SET model = 'x' WHERE model = 'case'",
        "INSERT INTO accounts_user_groups (user_id, group_id) SELECT u.id, g.id FROM accounts_user u, auth_group g",
        "INSERT INTO accounts_user_user_permissions (user_id, permission_id)"
        " SELECT u.id, p.id FROM accounts_user u, auth_permission p WHERE codename = 'view_case'",
        "INSERT INTO auth_group_permissions (group_id, permission_id)"
        " SELECT g.id, p.id FROM auth_group g, auth_permission p WHERE codename = 'view_case'",
        "INSERT INTO guardian_userobjectpermission (object_pk, content_type_id, permission_id, user_id)"
        " SELECT 'x', p.content_type_id, p.id, u.id FROM auth_permission p, accounts_user u"
        " WHERE codename = 'view_case'",
        "INSERT INTO guardian_groupobjectpermission (object_pk, content_type_id, permission_id, group_id)"
        " SELECT 'x', p.content_type_id, p.id, g.id FROM auth_permission p, auth_group g WHERE codename = 'view_case'",
        'INSERT INTO account_emailaddress (user_id, email, verified, "primary")'
        " SELECT id, 'mine@example.org', true, true FROM accounts_user",
    ],
)
def test_no_person_writes_what_standing_and_grants_are_made_of(cast: Cast, statement: str) -> None:
    for by in (cast.practitioner, cast.lead, None):
        assert refused(by, statement)


# ------------------------------------------------------------------------------------------ invitations


def test_an_invitation_is_written_by_a_lead_for_their_own_agency_and_no_role_beyond_it(cast: Cast) -> None:
    own, team = cast.agency("csc").pk, cast.agency("cse-team").pk

    def is_refused(by: User | None, said_by: User = cast.lead, **said: Any) -> bool:
        words = {"agency": own, "user": None, "email": "new@example.org", "role": "practitioner"} | said
        lasts = words.pop("lasts", "7 days")
        return refused(by, INVITE, uuid.uuid4(), *words.values(), said_by.pk, lasts)

    for by in (cast.practitioner, cast.manager, cast.administrator, None):
        assert is_refused(by)
        assert is_refused(by, agency=team, role="team_manager", said_by=by or cast.lead)
    assert is_refused(cast.lead, agency=team, role="team_manager")
    assert is_refused(cast.lead, role="team_manager")
    assert is_refused(cast.lead, role="privacy_officer")
    assert is_refused(cast.lead, said_by=cast.manager)
    assert is_refused(cast.lead, lasts="70 days")
    assert is_refused(cast.lead, user=cast.practitioner.pk)
    assert is_refused(cast.lead, user=cast.lead.pk, email=cast.lead.email)
    assert not is_refused(cast.lead, user=cast.practitioner.pk, email=cast.practitioner.email)
    assert not is_refused(cast.lead)


def test_an_invitation_is_withdrawn_and_otherwise_stays_as_it_was_written(cast: Cast) -> None:
    with acting_for(cast.lead):
        invitation = services.invite(
            email="new@example.org", full_name="Cora Lyle", role=Role.PRACTITIONER, by=cast.lead
        )
    for what in (
        "role = 'agency_lead'",
        "email = 'mine@example.org'",
        "expires_at = now()",
        "accepted_at = now()",
        "withdrawn_at = NULL",
    ):
        assert refused(cast.lead, f"UPDATE people_invitation SET {what}")
        assert refused(cast.practitioner, f"UPDATE people_invitation SET {what}")
    assert refused(cast.practitioner, "UPDATE people_invitation SET withdrawn_at = now()")
    with acting_for(cast.lead):
        services.withdraw(invitation=invitation, by=cast.lead)
    assert not Invitation.objects.get().is_good


@pytest.mark.parametrize("signed_in", [None, "practitioner"])
def test_a_link_makes_its_person_a_member_whoever_is_at_the_computer(
    cast: Cast, client: Client, signed_in: str | None
) -> None:
    with acting_for(cast.lead):
        invitation = services.invite(
            email="new@example.org", full_name="Cora Lyle", role=Role.PRACTITIONER, by=cast.lead
        )
    if signed_in:
        client.force_login(cast.people[signed_in])
    page = reverse("people:accept", args=[link_of(invitation).rstrip("/").rsplit("/", 1)[-1]])
    words = "quiet badgers walking home"
    answer = client.post(page, {"password1": words, "password2": words})
    assert answer.status_code == 302, answer.content.decode()
    new = User.objects.get(email="new@example.org")
    assert of(new).agency == cast.agency("csc")
    assert new.check_password(words)
