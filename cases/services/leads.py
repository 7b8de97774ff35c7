"""Who leads a case: the agency that answers for it and the professional who holds the child in mind.

The grants follow. The new lead agency works on the case by rule and its professional by allocation. The former
professional's own grant ends with the allocation; the former agency keeps its access, for it usually stays in the
plan, until the new lead agency stops sharing with it; the parts kept apart go with the lead.
"""

from django.db import transaction
from django.utils import timezone

from cases.choices import EntryKind, Section
from cases.errors import CannotLead
from cases.models import Case
from cases.selectors.exclusions import shut_to
from cases.selectors.leading import caseworkers
from cases.services.access import WORK_ON
from cases.services.chronology import add_entry
from cases.services.locking import lock_open
from cases.services.sections import parts_by_rule
from cases.services.telling import tell_of_case
from cse_portal.access import grants
from cse_portal.access.choices import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import StaleEdit


@transaction.atomic
def assign_lead(
    *,
    case: Case,
    version: int,
    agency: Agency,
    professional: User,
    reason: str,
    lawful_basis: str,
    by: User,
) -> Case:
    """Give the case to this professional of this agency. Raises StaleEdit if somebody reassigned it meanwhile."""
    locked = lock_open(case, Permission.CASE_SHARE, by)
    if (locked.lead_agency_id, locked.lead_professional_id) == (agency.pk, professional.pk):
        return locked  # the same page posted twice, or nothing to change
    if locked.version != version:
        raise StaleEdit
    if not caseworkers().filter(user=professional, agency=agency).exists():
        raise CannotLead
    if locked.pk in shut_to(professional):
        raise CannotLead
    former, former_agency = locked.lead_professional, locked.lead_agency
    locked.lead_agency, locked.lead_professional = agency, professional
    locked.version += 1
    locked.last_activity_at = timezone.now()
    locked.save(update_fields=["lead_agency", "lead_professional", "version", "last_activity_at"])
    _move_grants(locked, reason, lawful_basis, by)
    _tell(locked, former, by)
    # Last: of a restricted case whoever gives it away may see no more.
    _take_back(locked, former, former_agency, reason, by)
    detail = {"agency": str(agency.pk), "professional": str(professional.pk)}
    record(Action.LEAD_ASSIGNED, by=by, obj=locked, case=locked, reason=reason, detail=detail)
    return locked


def _take_back(case: Case, former: User | None, agency: Agency, reason: str, by: User) -> None:
    """What was theirs because they led; of what the agency keeps, also the parts that were.

    By what they hold by name whoever gives a restricted case away takes the rest back: so that goes last.
    """
    no_longer = set(Section.values) - set(parts_by_rule(case, agency))
    if no_longer:
        grants.withdraw(case, frm=agency, source=GrantSource.RULE, codenames=no_longer, reason=reason, by=by)
    if former is not None and former != case.lead_professional:
        for source in (GrantSource.SECTION, GrantSource.ALLOCATION):
            grants.withdraw(case, frm=former, source=source, reason=reason, by=by)


def _move_grants(case: Case, reason: str, lawful_basis: str, by: User) -> None:
    holders = ((case.lead_agency, GrantSource.RULE), (case.lead_professional, GrantSource.ALLOCATION))
    for holder, source in holders:
        if holder is not None:
            grants.give(
                case, to=holder, by_rule=[*WORK_ON, *parts_by_rule(case, holder)], source=source, reason=reason,
                lawful_basis=lawful_basis, by=by,
            )  # fmt: skip


def _tell(case: Case, former: User | None, by: User) -> None:
    lead = case.lead_professional
    text = f"{lead} of {case.lead_agency} became the lead professional."
    add_entry(case=case, kind=EntryKind.CASE, happened_on=timezone.localdate(), text=text, by=by)
    if lead != former:
        words = f"You are now the lead professional of case {case.reference}."
        tell_of_case(case, words, person=lead, by=by)
