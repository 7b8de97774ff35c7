"""Whom one may ask, what an agency was handed, and what nobody has accepted."""

import uuid

from django.db.models import Case as Choose
from django.db.models import F, IntegerField, QuerySet, When
from django.utils import timezone

from cases.handoffs.choices import NOT_ACCEPTED, OPEN, TAKEN_AWAY, HandOffState
from cases.handoffs.models import HandOff
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import get_visible
from cse_portal.access.user_context import user_context
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, Membership, User

ANSWERS = [role for role, opened in ROLES.items() if Permission.HANDOFF_ANSWER in opened.permissions]
MOST_SHOWN = 200
MOST_DECLINED = 10


def people_who_answer() -> QuerySet[Membership]:
    """The memberships of everyone who may accept what their agency is asked."""
    at_work = Membership.objects.current().filter(role__in=ANSWERS, user__is_active=True)
    return at_work.select_related("user").order_by("user__full_name")


def agencies_to_ask() -> QuerySet[Agency]:
    """Partners of the board with somebody who would read it; never the CSE team, which asks."""
    rows = Agency.objects.filter(is_active=True, pk__in=people_who_answer().order_by().values("agency"))
    return rows.exclude(kind=AgencyKind.CSE_TEAM)


def hand_off_for(user: User, pk: uuid.UUID) -> HandOff:
    """The hand-off with all that its page shows; NotVisible if it does not exist for this person."""
    rows = _with_child(HandOff.objects.visible_to(user)).select_related("asked_by")
    return get_visible(rows.prefetch_related("changes__by", "changes__agency").filter(pk=pk))


def handed_to_us(user: User) -> list[HandOff]:
    """What this person's agency was asked and has: to accept first, late first, then the open ones by review date."""
    rows = _of_agency(user).filter(state__in=OPEN)
    return list(
        rows.order_by(_first(HandOffState.ASKED), F("review_on").asc(nulls_first=True), "accept_by")[
            :MOST_SHOWN
        ]
    )


def declined_by_us(user: User) -> list[HandOff]:
    """What this person's agency declined lately; the page shows their own answer and nothing of the child."""
    rows = _of_agency(user).filter(state=HandOffState.DECLINED).prefetch_related("changes")
    return list(rows.order_by("-asked_at")[:MOST_DECLINED])


def not_accepted(user: User) -> list[HandOff]:
    """What was handed over and nobody accepted: past its time first, then what was declined, then by the clock."""
    late = When(state=HandOffState.ASKED, accept_by__lt=timezone.localdate(), then=0)
    rank = Choose(late, When(state=HandOffState.DECLINED, then=1), default=2, output_field=IntegerField())
    return list(
        _with_child(waiting_for_acceptance(user)).order_by(rank, "accept_by", "asked_at")[:MOST_SHOWN]
    )


def waiting_for_acceptance(user: User) -> QuerySet[HandOff]:
    """What was handed over and nobody accepted."""
    return HandOff.objects.visible_to(user).filter(state__in=NOT_ACCEPTED)


def hand_offs_of(case: Case) -> list[HandOff]:
    """All of one case, the newest first; the person who asks was shown the case."""
    return list(case.hand_offs.select_related("agency", "concern").order_by("-asked_at"))


def shows_child(user: User, hand_off: HandOff) -> bool:
    """Whether this person, who may see the hand-off, may still read of the child: not who declined it."""
    if hand_off.state not in TAKEN_AWAY:
        return True
    concern, case = hand_off.concern, hand_off.case
    return (
        concern is not None
        and gate.can(user, Permission.CONCERN_VIEW, concern)
        or case is not None
        and gate.can(user, Permission.CASE_VIEW, case)
    )


def child_key(hand_off: HandOff) -> uuid.UUID | None:
    """By what a look at it counts as one at a child: the case, or the concern while it has none."""
    return hand_off.case_id or hand_off.concern_id


def _of_agency(user: User) -> QuerySet[HandOff]:
    who = user_context(user)
    return _with_child(HandOff.objects.visible_to(user).filter(agency=who.agency if who else None))


def _with_child(rows: QuerySet[HandOff]) -> QuerySet[HandOff]:
    return rows.select_related("concern", "case", "agency")


def _first(state: HandOffState) -> Choose:
    return Choose(When(state=state, then=0), default=1, output_field=IntegerField())
