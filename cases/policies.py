"""Who may do what with a concern and a case, one rule per permission. The state may only narrow."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.choices import ConcernState, Section
from cases.models import Case, Concern, Document
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import given_in_agency, granted_parts, people_who_see, shut_out_of
from cse_portal.access.rules import by_role_alone, rule, rule_for_many
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts.choices import HEALTH_KINDS, AgencyKind, Role
from cse_portal.accounts.models import Membership, User
from cse_portal.jobs.registry import telling_of_a_case, telling_of_a_row

TRIAGE = [role for role, opened in ROLES.items() if Permission.CONCERN_DECIDE in opened.permissions]
ON_A_CASE = ("view_case", "change_case", *Section.values)

by_role_alone(
    Permission.CONCERN_CREATE,
    Permission.CONCERN_LIST,
    Permission.CONCERN_AGENCY,
    Permission.CONCERN_TRIAGE,
    Permission.CASE_LIST,
    Permission.CONFLICT_DECLARE,
    Permission.EXCLUSION_DECIDE,
    Permission.ACCESS_EXPLAIN,
    Permission.BREAK_GLASS,
    Permission.BREAK_GLASS_REVIEW,
    Permission.PEOPLE_EXPORT,
    Permission.COPY_FIND,
    Permission.SUBJECT_ACCESS_LIST,
    Permission.DISCLOSURE_REGISTER,
)


@telling_of_a_case
def may_read_a_line_about(user: User) -> Q:
    """Who sees the case it is about; who sees none by their role, what they were told in the post they hold today,
    as long as they are not shut out of it.
    """
    who = standing(user)
    if who is None:
        return Q(pk__in=[])
    if Permission.CASE_VIEW in ROLES[who.role].permissions:
        return Q(Exists(Case.objects.visible_to(user).filter(pk=OuterRef("case_id"))))
    return given_in_agency(who, "created_at") & ~Q(case_id__in=shut_out_of(who))


@telling_of_a_row
def concerns_told_of(user: User, keys: Collection[uuid.UUID]) -> QuerySet[Any, Any]:
    """The concerns they may see: none once it is part of a case that is shut to them."""
    return Concern.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True)


@rule(Permission.CONCERN_VIEW)
def may_view_concern(standing: Standing, concern: Concern) -> bool:
    """Exactly the concerns that the lists show."""
    return Concern.objects.visible_to(standing.user).filter(pk=concern.pk).exists()


@rule(Permission.CONCERN_EDIT, seen_by=Permission.CONCERN_VIEW)
def may_edit_concern(standing: Standing, concern: Concern) -> bool:
    """Its author; whether it is still a draft is a question of state that the service answers."""
    return concern.author_id == standing.user.pk


@rule(Permission.CONCERN_ADD, seen_by=Permission.CONCERN_VIEW)
def may_add_to_concern(standing: Standing, concern: Concern) -> bool:
    """Anyone of the author's agency, and triage, once it is submitted."""
    mine = concern.author_agency_id == standing.agency.pk or _triages(standing)
    return concern.state != ConcernState.DRAFT and mine


@rule(Permission.CONCERN_DECIDE, seen_by=Permission.CONCERN_VIEW)
def may_decide_concern(standing: Standing, concern: Concern) -> bool:
    """The CSE team, and of it a colleague of whoever wrote it: a no about their own people alone would tell them.

    Who is alone in triage decides.
    """
    if not _triages(standing) or concern.author_id != standing.user.pk:
        return _triages(standing)
    team = Membership.objects.current().filter(role__in=TRIAGE, agency__kind=AgencyKind.CSE_TEAM)
    return not team.filter(user__is_active=True).exclude(user=standing.user).exists()


@rule(Permission.CASE_VIEW)
def may_view_case(standing: Standing, case: Case) -> bool:
    """The row rule, asked of one row: a list and a page cannot disagree, and a property test holds them to it."""
    return "view_case" in _given(standing, case)


@rule_for_many(Permission.CASE_VIEW)
def those_who_may_view_case(people: list[Standing], case: Case) -> set[uuid.UUID]:
    """The same rule from the side of the case."""
    return people_who_see(case, people, codename="view_case")


@rule(Permission.CASE_ACCESS_VIEW, seen_by=Permission.CASE_VIEW)
def may_view_access(standing: Standing, case: Case) -> bool:
    """Whoever works on the case, so that everyone knows who else sees the child."""
    return works_on(standing, case)


@rule(Permission.CASE_CHANGE, seen_by=Permission.CASE_VIEW)
def may_change_case(standing: Standing, case: Case) -> bool:
    """Those granted more than sight of it."""
    return works_on(standing, case)


@rule(Permission.ASSESSMENT_RECORD, seen_by=Permission.CASE_VIEW)
def may_record_assessment(standing: Standing, case: Case) -> bool:
    """Those who work on the case."""
    return works_on(standing, case)


@rule(Permission.CHRONOLOGY_ADD, seen_by=Permission.CASE_VIEW)
def may_add_to_chronology(standing: Standing, case: Case) -> bool:
    """Those who work on the case."""
    return works_on(standing, case)


@rule(Permission.DOCUMENT_ADD, seen_by=Permission.CASE_VIEW)
def may_add_document(standing: Standing, case: Case) -> bool:
    """Those who work on the case."""
    return works_on(standing, case)


@rule(Permission.DOCUMENT_VIEW)
def may_view_document(standing: Standing, document: Document) -> bool:
    """Whoever may see the child's case, as the list of its documents shows."""
    return gate.allows(standing, Permission.CASE_VIEW, document.case)


@rule(Permission.DOCUMENT_REMOVE, seen_by=Permission.DOCUMENT_VIEW)
def may_remove_document(standing: Standing, document: Document) -> bool:
    """The agency that brought it, the lead agency, and the CSE Team Manager."""
    answers = standing.agency.pk in (document.agency_id, document.case.lead_agency_id)
    return (answers or standing.role == Role.TEAM_MANAGER) and works_on(standing, document.case)


@rule(Permission.CATEGORY_CONFIRM, seen_by=Permission.CASE_VIEW)
def may_confirm_category(standing: Standing, case: Case) -> bool:
    """The CSE team, or a meeting through its chair."""
    return _triages(standing) and works_on(standing, case)


@rule(Permission.CASE_SHARE, seen_by=Permission.CASE_VIEW)
def may_share_case(standing: Standing, case: Case) -> bool:
    """The lead agency, and the CSE Team Manager."""
    leads = case.lead_agency_id == standing.agency.pk or standing.role == Role.TEAM_MANAGER
    return leads and works_on(standing, case)


@rule(Permission.CASE_RESTRICT, seen_by=Permission.CASE_VIEW)
def may_restrict_case(standing: Standing, case: Case) -> bool:
    """The CSE team."""
    return works_on(standing, case)


@rule(Permission.CASE_CLOSE, seen_by=Permission.CASE_VIEW)
def may_close_case(standing: Standing, case: Case) -> bool:
    """The CSE Team Manager, who answers for the closure checklist."""
    return works_on(standing, case)


@rule(Permission.CASE_REOPEN, seen_by=Permission.CASE_VIEW)
def may_reopen_case(standing: Standing, case: Case) -> bool:
    """The CSE Team Manager."""
    return works_on(standing, case)


@rule(Permission.ADDRESS_VIEW, seen_by=Permission.CASE_VIEW)
def may_view_address(standing: Standing, case: Case) -> bool:
    """Those to whom this part of the case was given, beside the case."""
    return _shows(standing, case, Section.ADDRESS)


@rule(Permission.ADDRESS_RECORD, seen_by=Permission.CASE_VIEW)
def may_record_address(standing: Standing, case: Case) -> bool:
    """Of those who may see one, those who work on the case."""
    return _shows(standing, case, Section.ADDRESS) and works_on(standing, case)


@rule(Permission.HEALTH_VIEW, seen_by=Permission.CASE_VIEW)
def may_view_health(standing: Standing, case: Case) -> bool:
    """Those to whom this part of the case was given, beside the case."""
    return _shows(standing, case, Section.HEALTH)


@rule(Permission.HEALTH_RECORD, seen_by=Permission.CASE_VIEW)
def may_record_health(standing: Standing, case: Case) -> bool:
    """Health agencies, whose record it is, where this part was given to them; they need not work on the rest."""
    return standing.agency.kind in HEALTH_KINDS and _shows(standing, case, Section.HEALTH)


@rule(Permission.MINUTES_RESTRICTED_VIEW, seen_by=Permission.CASE_VIEW)
def may_view_restricted_minutes(standing: Standing, case: Case) -> bool:
    """Those to whom this part of the case was given, beside the case."""
    return _shows(standing, case, Section.MINUTES)


@rule(Permission.CASE_INTELLIGENCE_VIEW, seen_by=Permission.CASE_VIEW)
def may_view_intelligence(standing: Standing, case: Case) -> bool:
    """Those to whom this part of the case was given, beside the case."""
    return _shows(standing, case, Section.INTELLIGENCE)


@rule(Permission.SUBJECT_ACCESS_PREPARE, seen_by=Permission.CASE_VIEW)
def may_prepare_disclosure(standing: Standing, case: Case) -> bool:
    """The CSE team, where they work on the case. One of them prepares, another reads."""
    return works_on(standing, case)


@rule(Permission.SUBJECT_ACCESS_RELEASE, seen_by=Permission.CASE_VIEW)
def may_release_for_disclosure(standing: Standing, case: Case) -> bool:
    """The police intelligence unit, where they work on the case."""
    return works_on(standing, case)


def _triages(standing: Standing) -> bool:
    return standing.agency.kind == AgencyKind.CSE_TEAM


def works_on(standing: Standing, case: Case) -> bool:
    """Whether they may contribute: the change of the case was granted to them. Emergency access never has it."""
    return "change_case" in _given(standing, case)


def _shows(standing: Standing, case: Case, section: Section) -> bool:
    return section.value in _given(standing, case)


def _given(standing: Standing, case: Case) -> set[str]:
    """What the case lets them do: asked by every button and tab of a page, and in one question."""

    def ask() -> set[str]:
        return granted_parts(case, standing, codenames=ON_A_CASE)

    return standing.answer(("given", case.pk), ask)
