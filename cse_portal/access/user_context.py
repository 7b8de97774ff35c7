"""Where a person stands today: their agency and role, or nowhere; and who may do something by their role."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser

from cse_portal import acting
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.audit import context
from cse_portal.audit.recorder import ANSWERS, membership_of, memberships_of

# What PostgreSQL's policies ask of a role.
ROW_PERMISSIONS = (
    Permission.CASE_VIEW,
    Permission.CONCERN_VIEW,
    Permission.CONCERN_AGENCY,
    Permission.CONCERN_TRIAGE,
    Permission.HANDOFF_VIEW,
    Permission.SENTENCE_ANSWER,
    Permission.CASE_RESTRICT,
    Permission.CASE_SHARE,
    Permission.CATEGORY_CONFIRM,
    Permission.CASE_CLOSE,
    Permission.CASE_REOPEN,
    Permission.PEOPLE_MANAGE,
    Permission.EXCLUSION_DECIDE,
    Permission.BREAK_GLASS,
    Permission.BREAK_GLASS_REVIEW,
    Permission.AUDIT_VIEW,
    Permission.AUDIT_REVIEW,
    Permission.RETURN_VIEW,
    Permission.PEOPLE_EXPORT,
    Permission.COPY_FIND,
    Permission.RETENTION_MANAGE,
    Permission.RETENTION_APPROVE,
    Permission.SUBJECT_ACCESS_PREPARE,
    Permission.SUBJECT_ACCESS_RELEASE,
    Permission.DISCLOSURE_REGISTER,
    Permission.SUBMISSION_VIEW,
    Permission.INTELLIGENCE_GRADE,
    Permission.INTELLIGENCE_REPORT_VIEW,
    Permission.ADDRESS_VIEW,
    Permission.HEALTH_VIEW,
    Permission.MINUTES_RESTRICTED_VIEW,
    Permission.CASE_INTELLIGENCE_VIEW,
    Permission.COURT_VIEW,
    Permission.MEETING_CHAIR,
    Permission.ACTION_VIEW,
    Permission.ACTION_HAND_OVER,
    Permission.CMOG_LIST,
    Permission.MEETING_VIEW,
    Permission.CMOG_WRITE,
    Permission.CONNECTION_RECORD,
    Permission.SERVICE_LIST,
    Permission.SERVICE_CHANGE,
    Permission.PREVENTION_RECORD,
    Permission.PREVENTION_VIEW,
    Permission.STRATEGIC_VIEW,
    Permission.STRATEGIC_CHANGE,
    Permission.LETTER_WORDING_CHANGE,
    Permission.TRAINING_KEEP,
    Permission.RETURN_PREPARE,
    Permission.TRAINING_ALL,
    Permission.CASE_AUDIT,
    Permission.CASE_AUDIT_DRAW,
)


A = TypeVar("A")


@dataclass(frozen=True)
class UserContext:
    """An active person with a membership that holds today."""

    user: User
    membership: Membership

    @property
    def agency(self) -> Agency:
        """The agency the person acts for."""
        return self.membership.agency

    @property
    def role(self) -> Role:
        """What the membership lets them do."""
        return Role(self.membership.role)

    @cached_property
    def actor(self) -> acting.Actor:
        """As PostgreSQL is told: see cse_portal/acting.py."""
        return acting.Actor(
            key=str(self.user.pk),
            agency=str(self.agency.pk),
            group=str(self.agency.group_id),
            role=self.role.value,
            opens=_row_permissions(self.role),
        )

    @property
    def posts_here(self) -> list[Membership]:
        """The times the person has worked for this agency, this one among them."""
        return [each for each in memberships_of(self.user) if each.agency_id == self.membership.agency_id]

    def answer(self, question: Hashable, ask: Callable[[], A]) -> A:
        """What is said of this person, mostly yes or no; asked once a request until something is changed in it."""
        answers = context.remembered(ANSWERS, dict[Hashable, Any])
        key = (self.user.pk, question)
        if key not in answers:
            answers[key] = ask()
        said: A = answers[key]
        return said


@cache
def _row_permissions(role: Role) -> str:
    """What a role opens of what PostgreSQL's policies ask; asked for before every question."""
    opened = ROLES[role].permissions
    return " ".join(each.name for each in ROW_PERMISSIONS if each in opened)


def user_context(user: User | AnonymousUser) -> UserContext | None:
    """The person's standing, or None for anyone anonymous, inactive, or whose membership does not hold today."""
    if not isinstance(user, User) and not user.is_authenticated:
        return None
    if not user.is_active:
        return None
    membership = membership_of(user)
    if membership is None:
        return None
    return context.remembered(("standing", user.pk), lambda: UserContext(user, membership))


def people_who_may(permission: Permission) -> list[User]:
    """The active people whose membership holds today and whose role opens this function."""
    return people_in(*(role for role, definition in ROLES.items() if permission in definition.permissions))


def people_in(*roles: Role) -> list[User]:
    """The active people whose membership holds today, in one of these roles."""
    memberships = Membership.objects.current().filter(role__in=roles, user__is_active=True)
    return [membership.user for membership in memberships.select_related("user")]
