"""CMOGs: the list, one of them, and of its items those that the person who asks may see. Nothing counts the others."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.errors import NotVisible
from cse_portal.reference.selectors import clock_rule
from cse_portal.reference.working_days import add_months, last_working_day, next_working_day
from intelligence.desk.models import IntelligenceReport, Link
from intelligence.disruption.models import Disruption
from mase.cmog.choices import CmogWhy
from mase.cmog.selectors.agenda import CAP, SUBJECTS, months_between
from mase.cmog.selectors.month import Month, month_of
from mase.meetings.choices import ItemKind, MeetingKind
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.meetings import guests_of, members_of, people_to_invite
from mase.plans.models.plan import PlanAction
from mase.strategy.selectors import ObjectiveRecord, plan

PANEL = 3
# What makes two items the same that are about no child and no action.
ABOUT = ("subject_id", "code")


def meetings_of(user: User, kind: MeetingKind) -> QuerySet[Meeting]:
    """Every meeting of this kind that this person sees, newest first."""
    return Meeting.objects.of_kind(kind).visible_to(user).select_related("chair")


def cmog_for(user: User | AnonymousUser, pk: uuid.UUID) -> Meeting:
    """The meeting about no one child with this key; NotVisible if it does not exist for this person."""
    rows = Meeting.objects.filter(case=None).visible_to(user)
    rows = rows.select_related("chair", "ended_by", "cancelled_by")
    found = get_visible(rows.filter(pk=pk))
    gate.note_shown(user, Permission.MEETING_VIEW, found)
    return found


def my_cmogs(user: User) -> list[Meeting]:
    """Those ahead or lately held to which this person was asked by name."""
    today = timezone.localdate()
    since = today - (clock_rule("CMOG_OPEN_TO_INVITED").due(today) - today)
    rows = Meeting.objects.filter(case=None, invitations__person=user).visible_to(user)
    return list(rows.filter(scheduled_for__date__gte=since).order_by("scheduled_for").distinct()[:PANEL])


def items_for(user: User, meeting: Meeting) -> list[AgendaItem]:
    """The agenda as this person may see it, with the reasons that they may know."""
    items = list(AgendaItem.objects.visible_to(user).filter(meeting=meeting).with_subject())
    mark_confirmed(user, meeting, items)
    for each in items:
        each.meeting = meeting
    return items


def chosen_item(user: User, items: list[AgendaItem], key: str) -> AgendaItem | None:
    """The one with this key; without a key the first that is not discussed. NotVisible where there is no such item."""
    waiting = (each for each in items[:CAP] if not each.is_written)
    item = next((each for each in items if str(each.pk) == key) if key else waiting, None)
    if item is None and key:
        raise NotVisible
    item = item or next(iter(items), None)
    if item is not None:
        gate.note_shown(user, Permission.CMOG_ITEM_VIEW, item)
    return item


def decisions(user: User, words: str) -> QuerySet[AgendaItem]:
    """What CMOGs decided, as far as this person may see it, newest first; of subjects whose name has these words."""
    rows = AgendaItem.objects.visible_to(user).exclude(decision="").filter(meeting__kind=MeetingKind.CMOG)
    names = (
        "case__child__given_name", "case__child__family_name", "subject__name", "subject__other_names", "title",
    )  # fmt: skip
    for word in words.split():
        rows = rows.filter(reduce(or_, (Q((f"{name}__icontains", word)) for name in names)))
    return rows.with_subject().select_related("meeting").order_by("-meeting__scheduled_for", "order")


def item_for(user: User, pk: uuid.UUID) -> AgendaItem:
    """One item; NotVisible if it does not exist for this person."""
    rows = AgendaItem.objects.visible_to(user).with_subject().select_related("meeting__chair")
    found = get_visible(rows.filter(pk=pk))
    gate.note_shown(user, Permission.CMOG_ITEM_VIEW, found)
    return found


@dataclass(frozen=True)
class ItemRecord:
    """An item, with what this reader may see beside it.

    `left` is what earlier CMOGs agreed about the same and nobody has finished. `home` is the item beside an action
    about no child, under which what comes next is agreed.
    """

    item: AgendaItem
    objective: ObjectiveRecord | None
    earlier: list[AgendaItem]
    left: list[PlanAction]
    home: AgendaItem | None
    disruption: list[Disruption]
    reports: list[IntelligenceReport]
    month: Month | None


def item_record(user: User, item: AgendaItem) -> ItemRecord:
    """What earlier CMOGs said of the same and left to do, which reports name it, and its last month."""
    same = {name: getattr(item, name) for name in SUBJECTS}
    earlier = AgendaItem.objects.visible_to(user).filter(before(item), **same)
    disruption, reports = disruption_against(user, item), reports_naming(user, item)
    objectives = plan(user) if item.kind == ItemKind.OBJECTIVE else []
    return ItemRecord(
        item=item,
        objective=next((each for each in objectives if each.objective.code == item.code), None),
        earlier=list(earlier.select_related("meeting").order_by("-meeting__period")),
        left=unfinished_actions(user, item),
        home=None if item.takes_actions else matching_item(user, item, item.meeting_id),
        disruption=disruption,
        reports=reports,
        month=month_of(user, item, reports, disruption),
    )


def before(item: AgendaItem) -> Q:
    """Of an item: at an earlier meeting of the same kind."""
    return Q(meeting__kind=item.meeting.kind, meeting__period__lt=item.meeting.period)


def unfinished_actions(user: User, item: AgendaItem) -> list[PlanAction]:
    """What earlier CMOGs agreed under an item about the same, and nobody has finished."""
    if item.action_id is not None:
        return []
    same = {name: getattr(item, name) for name in (*ABOUT, "case_id")}
    items = AgendaItem.objects.filter(before(item), action=None, **same)
    earlier = list(items.values_list("pk", flat=True))
    rows = PlanAction.objects.visible_to(user).issued().unfinished().filter(item__in=earlier)
    return list(rows.select_related("agency", "owner").order_by("due_on", "id"))


def matching_item(user: User, item: AgendaItem, meeting: uuid.UUID) -> AgendaItem | None:
    """The item of that CMOG about the same subject, theme or topic, if this person sees it."""
    same = {name: getattr(item, name) for name in ABOUT}
    return AgendaItem.objects.about_no_child(user).filter(meeting=meeting, **same).with_subject().first()


def disruption_against(user: User, item: AgendaItem) -> list[Disruption]:
    """Every tactic against the subject, whenever it was agreed."""
    if not item.is_target:
        return []
    rows = Disruption.objects.visible_to(user).filter(subject=item.subject_id)
    return list(rows.select_related("subject", "agency").order_by("ended_on", "expires_on", "agreed_at"))


def reports_naming(user: User, item: AgendaItem) -> list[IntelligenceReport]:
    """The reports about a subject that this person may read."""
    if item.subject_id is None:
        return []
    found = IntelligenceReport.objects.visible_to(user).filter(
        links__subject=item.subject_id, withdrawn_at=None
    )
    return list(found.distinct().order_by("-issued_at"))


def agreed_under(user: User, items: list[AgendaItem]) -> dict[uuid.UUID, list[PlanAction | Disruption]]:
    """What was agreed under each of these items, as far as this person may see it."""
    keys = [each.pk for each in items]
    actions = PlanAction.objects.visible_to(user).filter(item__in=keys)
    tactics = Disruption.objects.visible_to(user).filter(source_id__in=keys)
    found: dict[uuid.UUID, list[PlanAction | Disruption]] = {}
    for action in actions.select_related("agency", "owner").order_by("set_at"):
        if action.item_id is not None:
            found.setdefault(action.item_id, []).append(action)
    for tactic in tactics.select_related("agency").order_by("agreed_at"):
        if tactic.source_id is not None:
            found.setdefault(tactic.source_id, []).append(tactic)
    return found


def action_of(user: User, item: AgendaItem, pk: uuid.UUID) -> PlanAction:
    """One of the actions agreed under an item; NotVisible if it does not exist for this person."""
    return get_visible(PlanAction.objects.visible_to(user).filter(item=item, pk=pk).select_related("case"))


def invited(meeting: Meeting) -> list[Invitation]:
    """Who was asked and, since it began, who sits on every one, by agency; anyone who asks was shown the meeting."""
    return list(Invitation.objects.filter(meeting=meeting).select_related("agency", "person"))


def standing_agencies(kind: str) -> list[Agency]:
    """The agencies that sit on every meeting of a kind: where somebody works today whose role sees every one."""
    sitting = Membership.objects.current().filter(role__in=members_of(kind), user__is_active=True)
    return list(Agency.objects.filter(pk__in=sitting.values("agency")).order_by("name"))


def days_to_offer(kind: MeetingKind, first: dt.datetime) -> list[dt.date]:
    """That day and the same weekday of each month of a year that has one, on working days; those booked left out."""
    day = timezone.localdate(first)
    months = [add_months(day.replace(day=1), number) for number in range(0, 12, months_between(kind))]
    taken = Meeting.objects.of_kind(kind).not_cancelled().filter(period__in=months)
    left_out = set(taken.values_list("period", flat=True))
    return [_same_weekday(day, month) for month in months if month not in left_out]


def _same_weekday(first: dt.date, month: dt.date) -> dt.date:
    """Such as the second Tuesday; the last one where the month has no fifth."""
    weeks = (first.day - 1) // 7
    day = month + dt.timedelta(days=(first.weekday() - month.weekday()) % 7 + 7 * weeks)
    if day.month != month.month:
        day -= dt.timedelta(days=7)
    moved = next_working_day(day)
    return moved if moved.month == month.month else last_working_day(day)


def people_for_cmog(meeting: Meeting) -> QuerySet[Membership]:
    """People of working agencies who may take part; those asked already left out."""
    people = people_to_invite().filter(role__in=guests_of(meeting.kind))
    asked = Invitation.objects.filter(meeting=meeting, person__isnull=False)
    return people.exclude(user__in=asked.values("person"))


def agencies_for_actions() -> list[Agency]:
    """Working agencies that may be given an action."""
    return list(Agency.objects.filter(pk__in=people_to_invite().values("agency")).order_by("name"))


def mark_confirmed(user: User, meeting: Meeting, items: Iterable[AgendaItem]) -> None:
    """Each item then knows whether reports that this person may read bear out that intelligence names it.

    By the rule by which the agenda found it, in one question for all of them. What was linked after the agenda was
    compiled bears nothing out.
    """
    asked = {each.subject_id: each for each in items if _said_by_reports(each)}
    if not asked or meeting.compiled_at is None:
        return
    links = Link.objects.filter(
        subject__in=asked, linked_at__lte=meeting.compiled_at, report__withdrawn_at=None
    )
    mine = links.filter(report__in=IntelligenceReport.objects.visible_to(user).values("pk")).order_by()
    for subject, at in mine.values_list("subject", "linked_at"):
        item = asked.get(subject)
        if item is not None and at > dt.datetime.fromisoformat(_said_by_reports(item)):
            item.confirmed = True


def _said_by_reports(item: AgendaItem) -> str:
    """Since when reports have named it, where that is a reason."""
    return next((str(why["since"]) for why in item.why if why["code"] == CmogWhy.INTELLIGENCE), "")
