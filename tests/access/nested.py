"""Who may do what with a row that hangs on a case, written by hand: the gate is held to it for every row there is."""

from collections.abc import Callable
from typing import Any

from cases.concerns.models import Concern
from cases.documents.models import Document
from cases.handoffs.models import HandOff
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.user_context import UserContext, user_context
from cse_portal.accounts.choices import AgencyKind, Role
from cse_portal.accounts.models import User
from intelligence.desk.models import IntelligenceReport
from intelligence.disruption.models import Disruption
from intelligence.submissions.models import IntelligenceSubmission
from mase.disagreements.models import Disagreement
from mase.meetings.choices import MINUTE_TAKER
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.plans.models.plan import PlanAction

Row = Any
Held = frozenset[str]
Rule = Callable[[UserContext, Row, Held], bool]

# What makes a row of each kind visible at all: the gate, the list and PostgreSQL must mean the same rows.
SEEN_BY: dict[type[Any], Permission] = {
    Concern: Permission.CONCERN_VIEW,
    HandOff: Permission.HANDOFF_VIEW,
    Document: Permission.DOCUMENT_VIEW,
    Meeting: Permission.MEETING_VIEW,
    PlanAction: Permission.ACTION_VIEW,
    Disagreement: Permission.DISAGREEMENT_VIEW,
    IntelligenceSubmission: Permission.SUBMISSION_VIEW,
    IntelligenceReport: Permission.INTELLIGENCE_REPORT_VIEW,
    Disruption: Permission.DISRUPTION_VIEW,
    AgendaItem: Permission.CMOG_ITEM_VIEW,
}


def works(who: UserContext, row: Row, held: Held) -> bool:
    return "change_case" in held


def chairs(who: UserContext, row: Row, held: Held) -> bool:
    return who.role == Role.TEAM_MANAGER and "change_case" in held


def asked_to(who: UserContext, meeting: Row) -> list[Any]:
    """The invitations to a meeting that are this person's, or their agency's."""
    return [
        each
        for each in meeting.invitations.all()
        if who.user.pk in (each.person_id, each.deputy_id)
        or (each.person_id is None and each.agency_id == who.agency.pk)
    ]


def takes_part(who: UserContext, row: Row, held: Held) -> bool:
    return works(who, row, held) or bool(asked_to(who, row))


def notes(who: UserContext, row: Row, held: Held) -> bool:
    """The chair, and the minute taker by name: a deputy is in their place. Nobody here has answered."""
    takers = [each for each in row.invitations.all() if each.role == MINUTE_TAKER and each.person_id]
    at_the_pen = {each.deputy_id or each.person_id for each in takers if each.agency_id == who.agency.pk}
    return chairs(who, row, held) or who.user.pk in at_the_pen


def brought_it(who: UserContext, row: Row, held: Held) -> bool:
    answers = who.agency.pk in (row.agency_id, row.case.lead_agency_id)
    return works(who, row, held) and (answers or who.role == Role.TEAM_MANAGER)


def settles(who: UserContext, row: Row, held: Held) -> bool:
    return who.agency.pk != row.against_id and (who.agency.pk == row.agency_id or chairs(who, row, held))


def unit_works_on(who: UserContext, row: Row, held: Held) -> bool:
    return who.role == Role.POLICE_INTELLIGENCE and not row.is_draft


RULES: dict[Permission, tuple[type[Any], Rule]] = {
    Permission.CONCERN_EDIT: (Concern, lambda who, row, held: row.author_id == who.user.pk),
    Permission.CONCERN_ADD: (
        Concern,
        lambda who, row, held: row.state != "draft"
        and (row.author_agency_id == who.agency.pk or who.agency.kind == AgencyKind.CSE_TEAM),
    ),
    Permission.CONCERN_DECIDE: (
        Concern,
        lambda who, row, held: who.agency.kind == AgencyKind.CSE_TEAM and row.author_id != who.user.pk,
    ),
    Permission.CONCERN_CORRECT: (Concern, lambda who, row, held: row.author_id != who.user.pk),
    Permission.HANDOFF_ANSWER: (HandOff, lambda who, row, held: row.agency_id == who.agency.pk),
    Permission.HANDOFF_REASSIGN: (HandOff, lambda who, row, held: who.agency.kind == AgencyKind.CSE_TEAM),
    Permission.DOCUMENT_REMOVE: (Document, brought_it),
    Permission.MEETING_CHAIR: (Meeting, chairs),
    Permission.MEETING_NOTE: (Meeting, notes),
    Permission.MEETING_CONTRIBUTE: (Meeting, takes_part),
    Permission.MEETING_TAKE_PART: (Meeting, takes_part),
    Permission.ACTION_UPDATE: (
        PlanAction,
        lambda who, row, held: row.agency_id == who.agency.pk
        or (who.role == Role.TEAM_MANAGER if row.case_id is None else chairs(who, row, held)),
    ),
    Permission.DISAGREEMENT_ANSWER: (
        Disagreement,
        lambda who, row, held: who.agency.pk in (row.agency_id, row.against_id) or chairs(who, row, held),
    ),
    Permission.DISAGREEMENT_SETTLE: (Disagreement, settles),
    Permission.DISAGREEMENT_WITHDRAW: (
        Disagreement, lambda who, row, held: who.agency.pk == row.agency_id
    ),
    Permission.SUBMISSION_EDIT: (
        IntelligenceSubmission, lambda who, row, held: row.author_id == who.user.pk
    ),
    Permission.SUBMISSION_WORK: (IntelligenceSubmission, unit_works_on),
    Permission.DISRUPTION_RECORD: (
        Disruption,
        lambda who, row, held: row.agency_id == who.agency.pk
        or Permission.DISRUPTION_AGREE in ROLES[who.role].permissions,
    ),
    Permission.MEETING_CHAIR: (Meeting, lambda who, row, held: True),
    Permission.CMOG_WRITE: (AgendaItem, lambda who, row, held: True),
}  # fmt: skip


def seen_otherwise(user: User) -> list[str]:
    """Rows that the gate shows and the list does not, or the other way round."""
    wrong = []
    for model, permission in SEEN_BY.items():
        listed = set(model.objects.visible_to(user).values_list("pk", flat=True))
        shown = {row.pk for row in model.objects.all() if gate.can(user, permission, row)}
        if shown != listed:
            wrong.append(f"{user}: {model.__name__} lists {len(listed)}, the gate shows {len(shown)}")
    return wrong


def wrong_answers(user: User, held: dict[Any, Held]) -> tuple[list[str], int]:
    """Where the gate's answer about a row is not what role, list and the rule by hand make of it; how many asked.

    `held` is what PostgreSQL lets this person do, by case.
    """
    who, wrong, asked = user_context(user), [], 0
    listed = {model: set(model.objects.visible_to(user).values_list("pk", flat=True)) for model in SEEN_BY}
    for permission, (model, rule) in RULES.items():
        may = who is not None and permission in ROLES[who.role].permissions
        for row in model.objects.all():
            theirs = held.get(getattr(row, "case_id", None), frozenset())
            expected = bool(may and row.pk in listed[model] and who and rule(who, row, theirs))
            asked += 1
            if gate.can(user, permission, row) != expected:
                wrong.append(f"{user}: {permission.name} of {model.__name__} {row.pk}: not {expected}")
    return wrong, asked
