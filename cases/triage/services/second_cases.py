"""A new case of a child who may have one already: it is closed to the same people."""

from django.db import transaction
from django.urls import reverse

from cases.record.models.case import Case
from cases.sharing.models import Exclusion
from cases.sharing.selectors.exclusions import excluded_records_for, officers_to_tell, same_child
from cases.sharing.services.telling import notify_about_case
from cse_portal import acting
from cse_portal.access import grants
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import notify
from cse_portal.keys import new_key

# What lasts: an invitation and an emergency are of the first case alone.
LASTING = (GrantSource.RULE, GrantSource.ALLOCATION, GrantSource.SHARE)
OPENED = "Opened the case"
NAMED = "Named when the case was opened"


@transaction.atomic
def keep_as_closed(*, case: Case, by: User) -> None:
    """A new case of a child who has one is closed to the same people, whether or not its opener sees the first."""
    with acting.for_the_system():  # who opens the second case may not see the first
        rows = Case.objects.filter(same_child(case.child)).exclude(pk=case.pk)
        likely = list(rows.select_related("child", "lead_professional"))
        seen = Case.objects.visible_to(by).filter(pk__in=[each.pk for each in likely])
        known = set(seen.values_list("pk", flat=True))
        for first in likely:
            _copy_exclusions(first, case)
            _carry_restriction(first, case, by)
            if first.pk not in known:
                record(Action.SECOND_CASE_OPENED, by=None, obj=case, case=first)
                _tell(first, by)


def _copy_exclusions(first: Case, case: Case) -> None:
    """Those who are excluded from the child's first record are from this one."""
    for each in Exclusion.objects.of(first).holding():
        each.pk, each.child_id = new_key(), case.child_id
        each.save(force_insert=True)


def _carry_restriction(hidden: Case, case: Case, by: User) -> None:
    """To the people who hold the first one by name, the lead professional of the second, and the person who wrote it.

    Not to find the next moment what one has just written would tell that there is a first. To work on it would show
    them who holds the first, and let them open the second to everybody.
    """
    if not hidden.is_restricted:
        return
    named = User.objects.filter(pk__in=grants.sight_rows(hidden, User).values("user"))
    for person in named:
        rows = grants.unexpired_rows(hidden, person).filter(
            source__in=LASTING, permission__codename__in=("view_case", "change_case")
        )
        for row in rows.select_related("permission"):
            grants.give(
                case, to=person, codenames=[row.permission.codename], source=GrantSource.ALLOCATION, adding=True,
                reason=NAMED, lawful_basis=row.lawful_basis, expires_at=row.expires_at, by=by,
            )  # fmt: skip
    if case.child_id not in excluded_records_for(by):
        grants.give(
            case, to=by, codenames=["view_case"], source=GrantSource.ALLOCATION, adding=True,
            reason=OPENED, lawful_basis=_basis_of(case), by=by,
        )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(is_restricted=True, restricted_reason=hidden.restricted_reason)
    detail = {"code": hidden.restricted_reason, "people": len(named)}
    record(Action.CASE_RESTRICTED, by=None, obj=case, case=case, detail=detail)


def _basis_of(case: Case) -> str:
    """On which the case was shared as it was opened."""
    rows = grants.sight_rows(case, Agency).values_list("lawful_basis", flat=True)
    return str(rows.first() or "")


def _tell(hidden: Case, by: User) -> None:
    """Who answers for the first case, and the privacy officer. Neither text says anything of the child."""
    told = f"A second case was opened for the child of case {hidden.reference}. Ask the privacy officer about it."
    notify_about_case(hidden, told, person=hidden.lead_professional, by=by)
    for officer in officers_to_tell(hidden, Permission.EXCLUSION_DECIDE):
        text = (
            f"A second case was opened for the child of case {hidden.reference}, by somebody who does not see it. "
            "It is closed to the same people. Speak to the lead professional of the first."
        )
        notify(user=officer, text=text, url=reverse("cases:exclusions"), case_id=hidden.pk)
