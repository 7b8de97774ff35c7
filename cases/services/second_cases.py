"""What a concern's case inherits: who was shut out of the concern, and how closed a first case of the same child is.

Whoever decides may not see that there is a first case, and is told nothing of it. So it is compared and carried over as
the system, whether there is one or not, and whoever answers for it is told.
"""

from django.db import transaction
from django.urls import reverse

from cases.choices import ConflictBasis
from cases.models import Case, Concern, ConcernConflict, ConflictFinding, Exclusion
from cases.selectors.concern_conflicts import cases_like
from cases.selectors.conflicts import Found
from cases.selectors.exclusions import officers_to_tell
from cases.services.conflicts import shut_out
from cases.services.sections import leads
from cases.services.telling import tell_of_case
from cse_portal import acting
from cse_portal.access import grants
from cse_portal.access.choices import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import notify

# What lasts: an invitation and an emergency are of the first case alone.
LASTING = (GrantSource.RULE, GrantSource.ALLOCATION, GrantSource.SHARE)
NAMED = "Named in the child's first case, which is restricted"


@transaction.atomic
def keep_out(*, concern: Concern, case: Case) -> None:
    """Whoever may be too close to a concern is shut out of the case it became part of, until that is decided.

    But for the lead professional, if nothing more is found than that the concern has their name: who writes of a child
    names her social worker, and would leave her with nobody. That is proposed, and the privacy officer decides.
    """
    with acting.for_the_system():  # nobody on the case may know who that is
        found = ConcernConflict.objects.filter(concern=concern, user__isnull=False).exclude(
            user__in=Exclusion.objects.filter(case=case, user__isnull=False).values("user")
        )
        shut = [
            Found(case, each.user, ConflictBasis(each.basis), each.found_at)
            for each in found.undismissed().select_related("user")
            if each.user
        ]
    lead = case.lead_professional
    named = {each.basis for each in shut if each.user == lead} == {ConflictBasis.MENTIONED}
    shut_out(shut, only_proposed=[lead] if lead and named and leads(case, lead) else [])


@transaction.atomic
def keep_as_closed(*, concern: Concern, case: Case, by: User) -> None:
    """A new case of a child who has one that whoever opened it does not see is closed to everybody as that one is."""
    with acting.for_the_system():
        likely = [each for each in cases_like(concern) if each.pk != case.pk]
        seen = Case.objects.visible_to(by).filter(pk__in=[each.pk for each in likely])
        known = set(seen.values_list("pk", flat=True))
        for hidden in likely:
            if hidden.pk not in known:
                _carry_exclusions(hidden, case)
                _carry_restriction(hidden, case, by)
                record(Action.SECOND_CASE_OPENED, by=None, obj=case, case=hidden)
                _tell(hidden, by)


def _carry_exclusions(hidden: Case, case: Case) -> None:
    for each in Exclusion.objects.filter(case=hidden).exclude(decided_by=None):
        Exclusion.objects.get_or_create(
            case=case, user=each.user, agency=each.agency,
            defaults={"reason": each.reason, "decided_by": each.decided_by, "decided_at": each.decided_at},
        )  # fmt: skip
    waiting = ConflictFinding.objects.filter(case=hidden, outcome="").select_related("user")
    shut_out([Found(case, each.user, ConflictBasis(each.basis), each.found_at) for each in waiting])


def _carry_restriction(hidden: Case, case: Case, by: User) -> None:
    """To the people who hold the first one by name, and the lead professional of the second."""
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
    Case.objects.filter(pk=case.pk).update(is_restricted=True, restricted_reason=hidden.restricted_reason)
    detail = {"code": hidden.restricted_reason, "people": len(named)}
    record(Action.CASE_RESTRICTED, by=None, obj=case, case=case, detail=detail)


def _tell(hidden: Case, by: User) -> None:
    """Who answers for the first case, and the privacy officer. Neither text says anything of the child."""
    told = f"A second case was opened for the child of case {hidden.reference}. Ask the privacy officer about it."
    tell_of_case(hidden, told, person=hidden.lead_professional, by=by)
    for officer in officers_to_tell(hidden, Permission.EXCLUSION_DECIDE):
        text = (
            f"A second case was opened for the child of case {hidden.reference}, by somebody who does not see it. "
            "It is closed to the same people. Speak to the lead professional of the first."
        )
        notify(user=officer, text=text, url=reverse("cases:exclusions"), case_id=hidden.pk)
