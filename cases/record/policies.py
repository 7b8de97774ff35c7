"""Who may do what with a case."""

import uuid
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from cases.record.choices import Section
from cases.record.models.case import Case
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import excluded_records, granted_in_agency, granted_parts, people_who_see
from cse_portal.access.rules import Test, by_role, rule, rule_for_many
from cse_portal.access.user_context import UserContext, user_context
from cse_portal.accounts.choices import HEALTH_KINDS, AgencyKind, Role
from cse_portal.accounts.models import User
from cse_portal.jobs.registry import case_notification, naming_children

TRIAGE = [role for role, opened in ROLES.items() if Permission.CONCERN_DECIDE in opened.permissions]
ON_A_CASE = ("view_case", "change_case", *Section.values)
PARTS = {
    Permission.ADDRESS_VIEW: Section.ADDRESS, Permission.HEALTH_VIEW: Section.HEALTH,
    Permission.MINUTES_RESTRICTED_VIEW: Section.MINUTES, Permission.CASE_INTELLIGENCE_VIEW: Section.INTELLIGENCE,
    Permission.COURT_VIEW: Section.COURT,
}  # fmt: skip

by_role(
    Permission.CONCERN_CREATE,
    Permission.CONCERN_LIST,
    Permission.CONCERN_AGENCY,
    Permission.CONCERN_TRIAGE,
    Permission.SERVICE_LIST,
    Permission.SERVICE_CHANGE,
    Permission.MISSING_FEED,
    Permission.CASE_LIST,
    Permission.LETTER_WORDING_CHANGE,
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


@naming_children
def children_of(user: User, cases: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Who a line about a case is about, for people who see the case."""
    rows = Case.objects.visible_to(user).filter(pk__in=cases).select_related("child")
    return {case.pk: case.child.name for case in rows}


@case_notification
def may_read_notification_about(user: User) -> Q:
    """Who sees the case it is about; who sees none by their role, what they were told in the post they hold today,
    as long as they are not shut out of it.
    """
    who = user_context(user)
    if who is None:
        return Q(pk__in=[])
    if Permission.CASE_VIEW in ROLES[who.role].permissions:
        return Q(Exists(Case.objects.visible_to(user).filter(pk=OuterRef("case_id"))))
    return granted_in_agency(who, "created_at") & ~Q(case_id__in=excluded_records(who))


@rule(Permission.CASE_VIEW)
def may_view_case(user_context: UserContext, case: Case) -> bool:
    """The row rule, asked of one row: a list and a page cannot disagree, and a property test holds them to it."""
    return "view_case" in _given(user_context, case)


@rule_for_many(Permission.CASE_VIEW)
def those_who_may_view_case(people: list[UserContext], case: Case) -> set[uuid.UUID]:
    """The same rule from the side of the case."""
    return people_who_see(case, people, codename="view_case")


@rule(
    Permission.CASE_CHANGE, Permission.ASSESSMENT_RECORD, Permission.CHRONOLOGY_ADD, Permission.CASE_CLOSE,
    Permission.CASE_REOPEN, Permission.CASE_RESTRICT, Permission.CASE_ACCESS_VIEW, Permission.SUBJECT_ACCESS_PREPARE,
    Permission.SUBJECT_ACCESS_RELEASE, seen_by=Permission.CASE_VIEW,
)  # fmt: skip
def works_on(user_context: UserContext, case: Case) -> bool:
    """Whether they may contribute: the change of the case was granted to them. Emergency access never has it."""
    return "change_case" in _given(user_context, case)


@rule(Permission.CATEGORY_CONFIRM, seen_by=Permission.CASE_VIEW)
def may_confirm_category(user_context: UserContext, case: Case) -> bool:
    """The CSE team, or a meeting through its chair."""
    return _triages(user_context) and works_on(user_context, case)


def given_part(section: Section) -> Test:
    """The test of those to whom this part of the case was given, beside the case."""
    return lambda user_context, case: section.value in _given(user_context, case)


for permission, section in PARTS.items():
    rule(permission, seen_by=Permission.CASE_VIEW)(given_part(section))


@rule(Permission.ADDRESS_RECORD, seen_by=Permission.CASE_VIEW)
def may_record_address(user_context: UserContext, case: Case) -> bool:
    """Of those who may see one, those who work on the case."""
    return given_part(Section.ADDRESS)(user_context, case) and works_on(user_context, case)


@rule(Permission.HEALTH_RECORD, seen_by=Permission.CASE_VIEW)
def may_record_health(user_context: UserContext, case: Case) -> bool:
    """Health agencies, whose record it is, where this part was given to them; they need not work on the rest."""
    return user_context.agency.kind in HEALTH_KINDS and given_part(Section.HEALTH)(user_context, case)


@rule(Permission.COURT_RECORD, seen_by=Permission.CASE_VIEW)
def may_record_court(user_context: UserContext, case: Case) -> bool:
    """Of those who may see it, those who work on the case."""
    return given_part(Section.COURT)(user_context, case) and works_on(user_context, case)


def _triages(user_context: UserContext) -> bool:
    return user_context.agency.kind == AgencyKind.CSE_TEAM


def _given(user_context: UserContext, case: Case) -> set[str]:
    """What the case lets them do: asked by every button and tab of a page, and in one question."""

    def ask() -> set[str]:
        return granted_parts(case, user_context, codenames=ON_A_CASE)

    return user_context.answer(("given", case.pk), ask)


@rule(Permission.CASE_SHARE, seen_by=Permission.CASE_VIEW)
def may_share_case(user_context: UserContext, case: Case) -> bool:
    """The lead agency, and the CSE Team Manager."""
    leads = case.lead_agency_id == user_context.agency.pk or user_context.role == Role.TEAM_MANAGER
    return leads and works_on(user_context, case)


@rule(Permission.CASE_REVIEW, seen_by=Permission.CASE_VIEW)
def may_review_case(user_context: UserContext, case: Case) -> bool:
    """The lead professional and the CSE team."""
    is_theirs = (
        user_context.user.pk == case.lead_professional_id or user_context.agency.kind == AgencyKind.CSE_TEAM
    )
    return is_theirs and works_on(user_context, case)
