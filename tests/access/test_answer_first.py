"""Whoever reads of children, or decides who may, and has not said whom they are close to reaches no page about any."""

import pytest

from cases.models import Declaration
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.accounts.choices import Role
from tests.access.addresses import ADDRESSES, DECLARE, EVERYONE
from tests.access.places import Places
from tests.access.test_addresses import fetch, signed_in
from tests.cast import Cast
from tests.factories.declarations import not_answered

# The question itself, and what is about how somebody signs in. Nothing else, beside what nobody need sign in for.
STAYS_OPEN = {
    "cases:conflicts", "cases:conflict-add", "cases:conflict-withdraw",
    "account_reauthenticate", "account_change_password", "account_set_password",
    "sign_in:account", "sign_in:notices", "sign_in:prove", "sign_in:set-up", "sign_in:remove-factor",
    "sign_in:new-recovery-codes", "sign_in:end-session", "sign_in:end-other-sessions",
    "sign_in:connect", "sign_in:disconnect",
    "mfa_authenticate", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_index",
}  # fmt: skip
# What a role reads that tells of children. The API's systems are no persons and are close to nobody.
ABOUT_CHILDREN = {
    Permission.CASE_VIEW, Permission.CONCERN_VIEW, Permission.CONCERN_TRIAGE, Permission.SUBMISSION_VIEW,
    Permission.INTELLIGENCE_REPORT_VIEW, Permission.BREAK_GLASS, Permission.PEOPLE_EXPORT,
    Permission.SUBJECT_ACCESS_PREPARE, Permission.EXCLUSION_DECIDE,
}  # fmt: skip


def test_every_role_that_reads_about_children_is_asked() -> None:
    asked = {role for role, each in ROLES.items() if Permission.CONFLICT_DECLARE in each.permissions}
    reads = {role for role, each in ROLES.items() if each.permissions & ABOUT_CHILDREN}
    assert asked == reads - {Role.API_CLIENT}


@pytest.mark.parametrize("person", sorted(DECLARE))
def test_whoever_has_not_answered_reaches_no_page_about_children(
    cast: Cast, places: Places, person: str
) -> None:
    not_answered(cast.people[person])
    client = signed_in(cast, person)
    reached = set()
    for name, address in ADDRESSES.items():
        if address.public:
            continue
        response = fetch(client, name, address, places)
        if name.startswith("api-"):
            shut = response.status_code == 403 and "declaration-needed" in response.content.decode()
        else:
            shut = response.status_code == 302 and response["Location"].startswith("/conflicts/new/?next=")
        reached |= set() if shut else {name}
    assert reached == STAYS_OPEN


@pytest.mark.parametrize("person", sorted(EVERYONE - DECLARE - {"leaver"}))
def test_whoever_reads_about_no_child_is_not_asked(cast: Cast, person: str) -> None:
    Declaration.objects.filter(user=cast.people[person]).delete()
    assert "/conflicts/" not in signed_in(cast, person).get("/").headers.get("Location", "")
