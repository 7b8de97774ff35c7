"""Audits of case files, as far as somebody may see the cases: what a sample may be drawn from, and who may audit."""

import uuid

from django.db.models import Count, F, Q, QuerySet

from cases.record.models.case import Case
from cases.record.models.querysets import CaseQuerySet
from cases.record.selectors import caseworkers
from cases.sharing.selectors.exclusions import excluded_records_for
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, Membership, User
from reporting.quality.models import AuditAction, AuditSample, CaseAudit


def population(user: User, *, category: int | None, agency: Agency | None) -> CaseQuerySet:
    """The open cases that this person sees, of a category or a lead agency, in the order of their references."""
    rows = Case.objects.visible_to(user).open()
    rows = rows if category is None else rows.filter(category=category)
    rows = rows if agency is None else rows.filter(lead_agency=agency)
    return rows.select_related("lead_agency", "lead_professional").order_by("reference")


def auditors() -> QuerySet[Membership]:
    """Everyone who works with cases, by agency and name."""
    return caseworkers()


def fits(auditor: User, case: Case) -> bool:
    """Whether somebody may audit this case: they do not lead it, and are not shut out of it."""
    return auditor.pk != case.lead_professional_id and case.pk not in excluded_records_for(auditor)


def samples(user: User) -> QuerySet[AuditSample]:
    """Every sample, with how many files it has and how many are audited; for who draws them."""
    gate.require(user, Permission.CASE_AUDIT_DRAW)
    done = Count("audits", filter=Q(audits__completed_at__isnull=False))
    return (
        AuditSample.objects.annotate(number=Count("audits"), done=done)
        .select_related("agency")
        .order_by("-drawn_at")
    )


def sample_for(user: User, pk: uuid.UUID) -> AuditSample:
    """One sample."""
    gate.require(user, Permission.CASE_AUDIT_DRAW)
    return get_visible(AuditSample.objects.select_related("agency", "drawn_by").filter(pk=pk))


def audits(user: User) -> QuerySet[CaseAudit]:
    """The audits of the cases this person may see, with what their lines say."""
    related = ("case__child", "sample", "auditor", "lead_agency")
    return CaseAudit.objects.visible_to(user).select_related(*related)


def own_audits(user: User) -> QuerySet[CaseAudit]:
    """What this person has to audit, the first due first."""
    return audits(user).filter(auditor=user, completed_at=None).order_by("sample__due_on", "id")


def own_actions(user: User) -> QuerySet[AuditAction]:
    """What audits ask this person to do."""
    rows = AuditAction.objects.filter(audit__in=audits(user), owner=user, done_on=None)
    return rows.select_related("audit__case__child").order_by("due_on", "id")


def audits_of(user: User, sample: AuditSample) -> QuerySet[CaseAudit]:
    """Those of a sample that this person may see."""
    return audits(user).filter(sample=sample).order_by("case__reference")


def audit_for(user: User, pk: uuid.UUID) -> CaseAudit:
    """One audit; NotVisible without sight of its case."""
    return get_visible(audits(user).filter(pk=pk))


def action_for(user: User, pk: uuid.UUID) -> AuditAction:
    """One action; NotVisible without sight of its case."""
    rows = AuditAction.objects.filter(audit__in=audits(user), pk=pk)
    return get_visible(rows.select_related("audit__case"))


def people_to_act(audit: CaseAudit) -> QuerySet[Membership]:
    """Who may own an action: caseworkers of the lead agency and of the CSE team, and the auditor."""
    of_agency = Q(agency=audit.case.lead_agency_id) | Q(agency__kind=AgencyKind.CSE_TEAM)
    return caseworkers().filter(of_agency | Q(user=audit.auditor_id))


def grades_of(rows: QuerySet[CaseAudit]) -> dict[str, int]:
    """How many audits have which grade."""
    graded = rows.exclude(grade="").order_by().values_list(F("grade")).annotate(number=Count("pk"))
    return dict(graded)
