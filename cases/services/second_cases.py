"""What a concern's case inherits: who was shut out of the concern, and how closed a first case of the same child is.

Whoever decides may not see that there is a first case, and is told nothing of it. So it is compared and carried over as
the system, whether there is one or not, and whoever answers for it is told.
"""

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from cases.choices import ConflictBasis, ConflictOutcome
from cases.errors import CannotLead
from cases.models import Case, Concern, ConcernConflict, ConflictFinding, Exclusion
from cases.selectors.concern_conflicts import cases_like
from cases.selectors.conflicts import Found
from cases.selectors.exclusions import officers_to_tell
from cases.services.same_child import carry, carry_over
from cases.services.shutting_out import keep_out_of_case, shut_out
from cases.services.telling import tell_of_case
from cse_portal import acting
from cse_portal.access import grants
from cse_portal.access.choices import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.services import notify

# What lasts: an invitation and an emergency are of the first case alone.
LASTING = (GrantSource.RULE, GrantSource.ALLOCATION, GrantSource.SHARE)
OPENED = "Opened the case"
NAMED = "Named when the case was opened"


@transaction.atomic
def keep_out(*, concern: Concern, case: Case) -> None:
    """Whoever may be too close to a concern is shut out of the case it became part of, until that is decided."""
    with acting.for_the_system():  # nobody on the case may know who that is
        found = ConcernConflict.objects.filter(concern=concern).undismissed()
        for each in found.filter(agency__isnull=False, outcome=ConflictOutcome.EXCLUDED).select_related(
            "agency"
        ):
            _shut_agency_out(case, each)
        keys = list(found.values_list("pk", flat=True))
    keep_out_of_case(concern, keys)
    carry_over(case)


def _shut_agency_out(case: Case, found: ConcernConflict) -> None:
    """As decided: what is found of a case is found of people alone."""
    decided = {"decided_by": found.decided_by, "decided_at": found.decided_at, "reason": found.note}
    # What another case's decision carried here is of this case by itself, too.
    rows = Exclusion.objects.filter(case=case, agency=found.agency)
    if not rows.filter(carried_from__isnull=False).update(**decided, carried_from=None):
        rows.get_or_create(defaults={"case": case, "agency": found.agency, **decided})


def refuse_shut_out_lead(*, concern: Concern, agency: Agency, professional: User, by: User) -> None:
    """Nobody leads a second case who is shut out of a first that its opener sees; of one they do not see, nothing is
    said: there the exclusion is carried over, and beats what the lead was given.
    """
    with acting.for_the_system():
        seen = Case.objects.visible_to(by).filter(pk__in=[each.pk for each in cases_like(concern)])
        shut = Exclusion.objects.filter(Q(user=professional) | Q(agency=agency), case__in=seen.values("pk"))
        if shut.exists():
            raise CannotLead


@transaction.atomic
def keep_as_closed(*, concern: Concern, case: Case, by: User) -> None:
    """A new case of a child who has one is closed to everybody as that one is, whether or not its opener sees that.

    Of one that they do not see, whoever answers for it is told.
    """
    with acting.for_the_system():
        likely = [each for each in cases_like(concern) if each.pk != case.pk]
        seen = Case.objects.visible_to(by).filter(pk__in=[each.pk for each in likely])
        known = set(seen.values_list("pk", flat=True))
        for first in likely:
            _carry_exclusions(first, case)
            _carry_restriction(first, case, by)
            if first.pk not in known:
                record(Action.SECOND_CASE_OPENED, by=None, obj=case, case=first)
                _tell(first, by)


def _carry_exclusions(hidden: Case, case: Case) -> None:
    for each in Exclusion.objects.filter(case=hidden).exclude(decided_by=None):
        carry(each, case)
    waiting = ConflictFinding.objects.filter(case=hidden, outcome="").select_related("user")
    shut_out([Found(case, each.user, ConflictBasis(each.basis), each.found_at) for each in waiting])


def _carry_restriction(hidden: Case, case: Case, by: User) -> None:
    """To the people who hold the first one by name, the lead professional of the second, and whoever wrote it.

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
    if not _is_shut_out(by, case):
        grants.give(
            case, to=by, codenames=["view_case"], source=GrantSource.ALLOCATION, adding=True,
            reason=OPENED, lawful_basis=_basis_of(case), by=by,
        )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(is_restricted=True, restricted_reason=hidden.restricted_reason)
    detail = {"code": hidden.restricted_reason, "people": len(named)}
    record(Action.CASE_RESTRICTED, by=None, obj=case, case=case, detail=detail)


def _is_shut_out(person: User, case: Case) -> bool:
    who = standing(person)
    return who is None or Exclusion.objects.filter(Q(user=person) | Q(agency=who.agency), case=case).exists()


def _basis_of(case: Case) -> str:
    """On which the case was shared as it was opened."""
    rows = grants.sight_rows(case, Agency).values_list("lawful_basis", flat=True)
    return str(rows.first() or "")


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
