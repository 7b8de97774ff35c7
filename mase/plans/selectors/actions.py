"""Plan actions: one, and the lists of them, for the person who asks."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import excluded_records, get_visible, granted_rows
from cse_portal.access.user_context import UserContext, user_context
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.errors import NotVisible
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.chairing import chair_of, chairs
from mase.meetings.selectors.meetings import people_to_invite
from mase.plans.choices import OVER, Escalation
from mase.plans.models.plan import ActionUpdate, PlanAction
from mase.plans.models.querysets import ActionQuerySet

MINE, AGENCY, ALL = "mine", "agency", "all"
OPEN, OVERDUE, FINISHED = "open", "overdue", "finished"
ESCALATED, WITHOUT_OWNER, WAITING = "escalated", "without-owner", "waiting"


def action_for(user: User | AnonymousUser, pk: uuid.UUID) -> PlanAction:
    """The action with this key; NotVisible if it does not exist for this person."""
    rows = PlanAction.objects.visible_to(user).issued().with_context().marking_owners()
    rows = rows.select_related(
        "case__lead_agency",
        "case__lead_professional",
        "set_by",
        "completed_by",
        "verified_by",
        "carried_from",
        "carried_to",
        "meeting__chair",
        "danger",
    )
    item = AgendaItem.objects.visible_to(user).with_subject()  # who does it need not see that
    action = get_visible(rows.prefetch_related(Prefetch("item", item)).filter(pk=pk))
    gate.note_shown(user, Permission.ACTION_VIEW, action)
    if action.case is not None:
        gate.note_shown(user, Permission.CASE_VIEW, action.case)
    return action


def waiting_among(user: User, keys: list[str]) -> list[PlanAction]:
    """Those of these keys that wait for the chair's word and that this person sees, to act on together."""
    rows = PlanAction.objects.visible_to(user).issued().waiting_for_chair()
    rows = rows.select_related("case__child", "agency", "owner", "meeting__chair", "meeting__case")
    return [each for each in rows if str(each.pk) in keys]


def subject_of(action: PlanAction) -> uuid.UUID | None:
    """The key of the person or place its CMOG agreed it about; none of a child's.

    Asked as the system: who does it need not see the item it was agreed under, and what they do is kept from whoever
    is shut out of its subject all the same.
    """
    return next(iter(subjects_of([action])), None)


def subjects_of(actions: Iterable[PlanAction]) -> set[uuid.UUID]:
    """The same of several, asked at once."""
    items = {each.item_id for each in actions if each.case_id is None and each.item_id}
    if not items:
        return set()
    with acting.for_the_system():
        found = list(AgendaItem.objects.filter(pk__in=items).only("subject"))
    return {each.subject_id for each in found if each.subject_id}


def is_of_agency(user: User, action: PlanAction) -> bool:
    """Whether this person works for the agency that is to do it."""
    who = user_context(user)
    return who is not None and who.agency == action.agency


def action_list(user: User, *, whose: str = MINE, show: str = OPEN, p: str = "") -> QuerySet[PlanAction]:
    """Issued actions: mine, my agency's or all I may see; the longest overdue first, finished ones newest first.

    What a case leaves to do when it closes stays until it is done or withdrawn with a reason. Of what waits for the
    chair the longest waiting comes first.
    """
    rows = PlanAction.objects.visible_to(user).issued().with_context().with_items_for(user)
    who = user_context(user)
    if who is None:
        return rows.none()
    rows = rows.marking_owners()
    if whose == MINE:
        rows = rows.filter(owner=user)
    elif whose == AGENCY:
        rows = rows.of_agency(who.agency)
    if p:
        rows = rows.filter(p=p)
    if show == FINISHED:
        return rows.filter(completed_at__isnull=False).order_by("-completed_at", "id")
    if show == WAITING:
        return rows.waiting_for_chair().order_by("completed_at", "id")
    left = {OVERDUE: rows.overdue(), ESCALATED: rows.escalated()}.get(show, rows.unfinished())
    return (left.filter(owner_gone=True) if show == WITHOUT_OWNER else left).order_by("due_on", "id")


def agreed_and_outstanding(
    meeting: Meeting, *, restricted: bool, own: uuid.UUID | None = None, mark_owners: bool = False
) -> dict[str, Any]:
    """What a meeting agreed, in the order it was agreed, and what earlier meetings left to do, longest overdue first.

    `waiting` is what was reported as final and waits for the chair's word; `finished` is what ended otherwise since the
    last meeting. All are read together, with those for professionals only or without. A page that is worked on marks
    those whose owner is gone. Minutes do not say it, and need not ask.
    """
    agreed = PlanAction.objects.filter(meeting=meeting)
    outstanding = PlanAction.objects.filter(case=meeting.case_id).issued().unfinished()
    shown = (agreed | outstanding | reported_on(meeting)).leaving_out(restricted=restricted, own=own)
    shown = shown.marking_owners() if mark_owners else shown
    rows = list(
        shown.select_related("agency", "owner", "danger", "carried_to", "carried_from").order_by(
            "due_on", "id"
        )
    )
    earlier = [each for each in rows if each.meeting_id != meeting.pk]
    here = sorted((each for each in rows if each.meeting_id == meeting.pk), key=lambda each: each.set_at)
    return {
        "actions": here,
        "outstanding": [each for each in earlier if each.is_open],
        "waiting": [each for each in earlier if each.waits_for_chair],
        "finished": [each for each in earlier if not each.is_open and not each.waits_for_chair],
    }


def owed_actions() -> ActionQuerySet:
    """Issued and still to be done; one that waits for the chair is still owed, for it may be sent back."""
    issued = PlanAction.objects.issued()
    return issued.unfinished() | issued.waiting_for_chair()


def owed_of(case: uuid.UUID | None) -> list[PlanAction]:
    """Those of a case, for professionals only as well, anyone who has just finished one of the others."""
    with acting.for_the_system():
        return list(owed_actions().filter(case=case))


def reported_on(meeting: Meeting) -> ActionQuerySet:
    """Actions of earlier plans that ended since the last meeting, by this one's end; and what waits for the chair.

    What a later plan goes on with is listed there.
    """
    last = Meeting.objects.ended().filter(case=meeting.case_id).exclude(pk=meeting.pk)
    last = last.filter(ended_at__lt=meeting.started_at) if meeting.started_at else last
    before = last.order_by("-ended_at").values("ended_at")[:1]
    rows = PlanAction.objects.filter(case=meeting.case_id, state__in=OVER).issued()
    rows = rows.filter(Q(completed_at__gt=Subquery(before)) | Q(verified_at__isnull=True))
    if meeting.started_at:
        rows = rows.filter(issued_at__lt=meeting.started_at)
    return rows.filter(completed_at__lte=meeting.ended_at) if meeting.ended_at else rows


def updates_of(action: PlanAction) -> list[ActionUpdate]:
    """Everything reported on an action, oldest first; anyone who asks was shown the action."""
    return list(ActionUpdate.objects.filter(action=action).select_related("by", "agency"))


def escalated_to(action: PlanAction) -> list[User]:
    """By name, whom a late action was taken to: its agency's leads, then the chair as well."""
    if not action.is_escalated:
        return []
    leads = leads_by_agency([action.agency_id]).get(action.agency_id, [])
    return leads if action.escalation == Escalation.AGENCY else [*leads, chair_of(action)]


def people_to_own(user: User, action: PlanAction) -> QuerySet[Membership]:
    """Who may take an action on: colleagues in the same agency; for the chair, people of every working agency."""
    people = people_to_invite()
    if chairs(user, action):
        return people
    return people.filter(agency=action.agency_id)


def to_hand_over(who: UserContext) -> ActionQuerySet:
    """The open actions this person may hand to others; asked on the system's behalf for a lead, who sees no case."""
    rows = PlanAction.objects.issued().unfinished()
    if who.role == Role.AGENCY_LEAD:
        rows, shut = rows.of_agency(who.agency), excluded_records(who)
        # Of a restricted case no number either: anyone who sees it hands its actions over.
        return rows.exclude(case__in=shut).exclude(case__is_restricted=True)
    chaired = granted_rows(Case.objects.visible_to(who.user), who, codename="change_case")
    of_no_child = rows.filter(case__isnull=True).visible_to(who.user)
    return rows.filter(
        Q(case__in=chaired.values("pk")) | Q(case__isnull=True, pk__in=of_no_child.values("pk"))
    )


def on_behalf_of(who: UserContext) -> acting.Actor:
    """Who asks PostgreSQL for those rows."""
    return acting.SYSTEM if who.role == Role.AGENCY_LEAD else who.actor


def holders(user: User) -> list[dict[str, Any]]:
    """Everybody with open actions that this person may hand over, and how many, those who cannot do them any more
    first; an agency's that nobody is named for are a line of their own.
    """
    who = gate.require_standing(user, Permission.ACTION_HAND_OVER)
    late, raised = Q(due_on__lt=timezone.localdate()), Q(escalation__gt=Escalation.NONE)
    unanswered = Q(answer_by__lt=timezone.localdate())
    with acting.acting(on_behalf_of(who)):
        rows = to_hand_over(who).marking_owners().order_by()
        found = rows.values("owner", "owner__full_name", "agency__short_name", "owner_gone").annotate(
            open=Count("pk"), overdue=Count("pk", filter=late), escalated=Count("pk", filter=raised),
            unanswered=Count("pk", filter=unanswered),
        )  # fmt: skip
        return sorted(
            found, key=lambda row: (not row["owner_gone"], -row["escalated"], row["owner__full_name"] or "")
        )


def held_by(user: User, pk: uuid.UUID) -> tuple[User, list[PlanAction], bool]:
    """One person and their open actions that may be handed over; somebody without any is not there.

    Whether the actions are shown: an agency's lead reads of each its part of the plan and its day alone.
    """
    who = gate.require_standing(user, Permission.ACTION_HAND_OVER)
    sees = who.role != Role.AGENCY_LEAD
    with acting.acting(on_behalf_of(who)):
        rows = to_hand_over(who).filter(owner=pk).order_by("due_on", "id")
        found = list(rows.with_context().with_items_for(user) if sees else rows)
    person = User.objects.filter(pk=pk).first()
    if not found or person is None:
        raise NotVisible
    return person, found, sees


def count_held_by(user: User, person: User) -> int:
    """How many open actions somebody has that this person may hand over; none where they may not."""
    if not gate.can(user, Permission.ACTION_HAND_OVER):
        return 0
    return sum(row["open"] for row in holders(user) if row["owner"] == person.pk)


def colleagues_of(person: User, agencies: Iterable[uuid.UUID]) -> QuerySet[Membership]:
    """Who could take them on: people who work with children for these agencies, but for the person themselves."""
    people = people_to_invite().filter(agency__in=set(agencies)).exclude(user=person)
    return people.exclude(role__in=(Role.AGENCY_LEAD, Role.REFERRER))


def leads_by_agency(agencies: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[User]]:
    """Who answers for the people of each of these agencies."""
    rows = Membership.objects.current().filter(
        agency__in=agencies, role=Role.AGENCY_LEAD, user__is_active=True, suspended_at__isnull=True
    )
    found: dict[uuid.UUID, list[User]] = defaultdict(list)
    for row in rows.select_related("user"):
        found[row.agency_id].append(row.user)
    return found
