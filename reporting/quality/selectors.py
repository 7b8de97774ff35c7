"""Audits of case files as far as somebody may see the cases, and supervision as far as they may read it."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from cases.record.choices import CaseStatus
from cases.record.models.case import Case
from cases.record.models.querysets import CaseQuerySet
from cases.record.selectors import caseworkers
from cases.sharing.selectors.exclusions import excluded_records_for
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.access.user_context import user_context
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, Membership, User
from mase.plans.models.plan import PlanAction
from reporting.quality.models import AuditAction, AuditSample, CaseAudit, Supervision, SupervisionEntry

MOST_CASES = 30  # of one person, to be talked about at once


def population(user: User, *, category: int | None, agency: Agency | None) -> CaseQuerySet:
    """The open cases that this person sees, of a category or a lead agency, in the order of their references."""
    rows = Case.objects.visible_to(user).open()
    rows = rows if category is None else rows.filter(category=category)
    rows = rows if agency is None else rows.filter(lead_agency=agency)
    return rows.select_related("lead_agency", "lead_professional").order_by("reference")


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


def people_to_supervise(user: User) -> QuerySet[Membership]:
    """Who works with children in one's own agency; in every agency, for who oversees the work."""
    who = gate.require_standing(user, Permission.CASE_AUDIT)
    others = caseworkers().exclude(user=user)
    return others if gate.can(user, Permission.CASE_AUDIT_DRAW) else others.filter(agency=who.agency)


def cases_to_talk_about(user: User, person: User, also: Iterable[uuid.UUID] = ()) -> list[Case]:
    """The open cases that somebody leads or has to act on, and these, as far as both see them: first the highest."""
    acts = PlanAction.objects.visible_to(user).issued().unfinished().filter(owner=person)
    theirs = Q(lead_professional=person) | Q(pk__in=acts.values("case"))
    theirs = theirs & Q(status=CaseStatus.OPEN) | Q(pk__in=also)
    rows = Case.objects.visible_to(user).filter(theirs).select_related("child")
    return gate.allowed(person, Permission.CASE_VIEW, rows.order_by("-category", "reference")[:MOST_CASES])


def supervisions(user: User) -> QuerySet[Supervision]:
    """Those whose words this person may read, the newest first; what was corrected stays among them."""
    related = ("supervisor", "supervised", "agency", "correction")
    return Supervision.objects.read_by(user).select_related(*related)


def supervision_for(user: User, pk: uuid.UUID) -> Supervision:
    """One of them; NotVisible else."""
    return get_visible(supervisions(user).filter(pk=pk))


def entries_of(user: User, supervision: Supervision) -> list[SupervisionEntry]:
    """What was said and agreed; what was said of a child, where this person sees the case."""
    seen = Q(case=None) | Q(case__in=Case.objects.visible_to(user))
    return list(supervision.entries.filter(seen).select_related("case__child", "supervision"))


def as_recorded(user: User, supervision: Supervision | None) -> dict[str, Any]:
    """What a supervision says, by the fields of its form; nothing of none."""
    if supervision is None:
        return {}
    said = entries_of(user, supervision)
    words = {each.question or str(each.case_id): each.text for each in said if each.due_on is None}
    agreed = [{"text": each.text, "due_on": each.due_on} for each in said if each.due_on]
    days = {"held_on": supervision.held_on, "next_on": supervision.next_on}
    cases = [each.case_id for each in said if each.case_id]
    return {**words, **days, "person": supervision.supervised_id, "agreed": agreed, "cases": cases}


def supervision_due(user: User) -> list[tuple[Supervision, User]]:
    """The last supervision of this person and of each whom they supervise, with the other one of the two.

    Not of who left the agency, nor of whom a colleague supervises by now.
    """
    if (who := user_context(user)) is None:
        return []
    known = Supervision.objects.visible_to(user)
    people = known.filter(Q(supervisor=user) | Q(supervised=user)).order_by().values("supervised")
    works = caseworkers().filter(user=OuterRef("supervised"), agency=OuterRef("agency"))
    rows = known.filter(Exists(works.order_by()), supervised__in=people).newest()
    found = [
        (each, each.supervisor if each.supervised_id == who.user.pk else each.supervised)
        for each in rows.select_related("supervisor", "supervised")
        if who.user.pk in (each.supervisor_id, each.supervised_id)
    ]
    return sorted(found, key=lambda each: (each[0].next_on, each[1].full_name))


def last_supervisions(user: User, people: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, Supervision]:
    """When each of these people was supervised last, for who oversees the work."""
    gate.require(user, Permission.CASE_AUDIT_DRAW)
    rows = Supervision.objects.visible_to(user).filter(supervised__in=[each for each in people if each])
    return {each.supervised_id: each for each in rows.newest()}
