"""Minutes: who may read which of them, where they stand, and everything that is in them."""

import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.jobs.models import Job
from mase.cmog.selectors.cmog import items_for
from mase.meetings.choices import AgendaCode, Audience, MinutesState
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.meetings import meeting_of_any_kind
from mase.meetings.selectors.record import MeetingRecord, for_family, one_of, record_of
from mase.meetings.selectors.thresholds import family_of
from mase.minutes.models import (
    Minutes,
    MinutesAction,
    MinutesAddendum,
    MinutesObjection,
    MinutesVersion,
    MinutesWording,
)
from mase.minutes.selectors.content import kept
from mase.minutes.selectors.items import MinutesFacts, answers_item, facts_of, wordings_to_change
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.actions import owed_of


@dataclass(frozen=True)
class MinutesRecord:
    """What one version of the minutes is composed from, for one audience; without a version it is the draft."""

    minutes: Minutes
    record: MeetingRecord
    actions: list[MinutesAction]
    audience: Audience
    version: MinutesVersion | None = None
    wordings: dict[uuid.UUID, MinutesWording] = field(default_factory=dict)
    objections: list[MinutesObjection] = field(default_factory=list)


def meeting_with_minutes(user: User | AnonymousUser, pk: uuid.UUID) -> Meeting:
    """The meeting, for a person who may read its minutes."""
    return gate.require(user, Permission.MINUTES_VIEW, meeting_of_any_kind(user, pk))


def minutes_of(meeting: Meeting) -> Minutes | None:
    """The minutes, draft or agreed; none before the meeting has ended."""
    return Minutes.objects.filter(meeting=meeting).select_related("agreed_by", "meeting__case").first()


def latest_version(minutes: Minutes) -> MinutesVersion | None:
    """As they were last sent out, or agreed."""
    return minutes.versions.select_related("job", "made_by").order_by("-number").first()


def sees_restricted(user: User, meeting: Meeting) -> bool:
    """Whether this reader was given the restricted part of a child's meeting."""
    return meeting.case_id is not None and gate.can(user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)


def copy_for(user: User, meeting: Meeting) -> Audience:
    """Which copy is this reader's: the full one for those alone to whom the restricted part was given."""
    return Audience.FULL if sees_restricted(user, meeting) else Audience.PROFESSIONALS


def wordings_of(minutes: Minutes, *, restricted: bool) -> list[MinutesWording]:
    """The wording under each item of the agenda, in its order; that of restricted items only where they may be read."""
    rows = minutes.wordings.select_related("item", "saved_by").order_by("item__order")
    return list(rows if restricted else rows.exclude(item__restricted=True))


def wordings_for(user: User, minutes: Minutes) -> list[MinutesWording]:
    """Those that this person may change until the minutes are agreed; none for anyone else."""
    meeting = minutes.meeting
    if meeting.case_id is None:
        return wordings_to_change(user, minutes, AgendaItem.objects.visible_to(user).filter(meeting=meeting))
    if minutes.agreed_at is not None or not gate.can(user, Permission.MEETING_CHAIR, meeting):
        return []
    return wordings_of(minutes, restricted=sees_restricted(user, meeting))


def wording_for(user: User, minutes: Minutes, pk: uuid.UUID) -> MinutesWording:
    """One of them; NotPermitted for who reads minutes and may not word them."""
    if minutes.meeting.case_id is not None:
        gate.require(user, Permission.MEETING_CHAIR, minutes.meeting)
    return one_of(wordings_for(user, minutes), pk)


def objections_of(
    minutes: Minutes, *, restricted: bool, reader: User | None = None
) -> list[MinutesObjection]:
    """Every objection in its order; those about the restricted part for whom it was given, and one's own."""
    rows = minutes.objections.select_related(*_SAID)
    return list(rows if restricted else rows.filter(Q(restricted=False) | Q(by=reader)))


_SAID = (
    "item__case__child", "item__person", "item__place", "item__action", "by", "agency", "answered_by", "version",
    "seat__attendance",
)  # fmt: skip


def objections_for(user: User, minutes: Minutes) -> list[MinutesObjection]:
    """Those that this person may read: about what they see, and about the whole."""
    if minutes.meeting.case_id is not None:
        return objections_of(minutes, restricted=sees_restricted(user, minutes.meeting), reader=user)
    return list(minutes.objections.select_related(*_SAID).filter(_of_items_seen(user, minutes.meeting)))


def _of_items_seen(user: User, meeting: Meeting) -> Q:
    return Q(item=None) | Q(item__in=AgendaItem.objects.visible_to(user).filter(meeting=meeting))


def objection_for(user: User, minutes: Minutes, pk: uuid.UUID) -> MinutesObjection:
    """One of them, if this person may read it."""
    found = one_of(objections_for(user, minutes), pk)
    found.minutes = minutes
    return found


def may_answer(user: User, meeting: Meeting, objection: MinutesObjection) -> bool:
    """Who chairs; about the restricted part the person who was given it and chairs or works on the case, but who
    objected.

    The chair may not be one of those who read it, and minutes with an objection that nobody answers are never agreed.
    """
    if meeting.case_id is None:
        return answers_item(user, meeting, objection.item)
    chairs = gate.can(user, Permission.MEETING_CHAIR, meeting)
    if not objection.restricted:
        return chairs
    manages = chairs or gate.can(user, Permission.MEETING_SCHEDULE, meeting.case)
    return manages and sees_restricted(user, meeting) and (chairs or objection.by_id != user.pk)


def parts_for(user: User, meeting: Meeting) -> list[AgendaItem]:
    """The parts that this reader may speak of, in the order of the agenda."""
    if meeting.case_id is None:
        return items_for(user, meeting)
    rows = meeting.agenda.order_by("order")
    return list(rows if sees_restricted(user, meeting) else rows.filter(restricted=False))


def family_for(user: User, meeting: Meeting) -> list[Invitation]:
    """The seats of the child and a parent, for whom this person may take a copy or object: who works on the case."""
    works = meeting.case_id is not None and gate.can(user, Permission.CASE_CHANGE, meeting.case)
    return family_of(meeting) if works else []


def family_seat(user: User, meeting: Meeting, key: str) -> Invitation:
    """One of them by its key; NotVisible where there is none."""
    found = [each for each in family_for(user, meeting) if str(each.pk) == key]
    if not found:
        raise NotVisible
    return found[0]


def minutes_copy(user: User, meeting: Meeting) -> MinutesFacts:
    """What a person's own copy of a CMOG's minutes is drawn from: of a draft there is none, but for who chairs."""
    minutes = minutes_of(meeting)
    version = latest_version(minutes) if minutes else None
    if minutes is None or (version is None and not gate.can(user, Permission.MEETING_CHAIR, meeting)):
        raise NotVisible
    minutes.meeting = meeting
    return facts_of(
        user, minutes, version, objections=objections_for(user, minutes), to_print=True,
        addenda=addenda_for(user, minutes) if minutes.agreed_at else [],
    )  # fmt: skip


def addenda_for(user: User, minutes: Minutes) -> list[MinutesAddendum]:
    """What was added after the minutes were agreed, as far as this person may read it."""
    if minutes.meeting.case_id is not None:
        return addenda_of(minutes, restricted=sees_restricted(user, minutes.meeting))
    rows = minutes.addenda.select_related("by", *_SAID[:4])
    return list(rows.filter(_of_items_seen(user, minutes.meeting)))


def addenda_of(minutes: Minutes, *, restricted: bool) -> list[MinutesAddendum]:
    """What was added after the minutes were agreed."""
    rows = minutes.addenda.select_related("by")
    return list(rows if restricted else rows.filter(restricted=False))


def version_records(version_id: uuid.UUID) -> list[MinutesRecord]:
    """What a version's copies are composed from, one for each audience; none is cut out of a fuller one. The gate is
    asked by who reads them.
    """
    version = MinutesVersion.objects.select_related("minutes", "made_by").get(pk=version_id)
    without = _record(version.minutes, Audience.PROFESSIONALS, version)
    return [_for_family(without), without, _record(version.minutes, Audience.FULL, version)]


def draft_record(meeting: Meeting, audience: Audience) -> MinutesRecord:
    """What the chair looks at before the minutes are sent out."""
    found = _record(Minutes.objects.get(meeting=meeting), audience, None)
    return _for_family(found) if audience is Audience.OPEN else found


def _for_family(found: MinutesRecord) -> MinutesRecord:
    """What the child and a parent may read: nothing that an agency wrote for professionals, nor its objections."""
    wordings = {key: each for key, each in found.wordings.items() if each.item.code != AgendaCode.AGENCIES}
    return replace(
        found,
        audience=Audience.OPEN,
        record=for_family(found.record),
        actions=[each for each in found.actions if each.action.family_may_read],
        wordings=wordings,
        objections=[each for each in found.objections if each.seat_id],
    )


def _record(minutes: Minutes, audience: Audience, version: MinutesVersion | None) -> MinutesRecord:
    rows = Meeting.objects.select_related(
        "case__child",
        "case__lead_agency",
        "case__lead_professional",
        "chair",
        "decision",
        "voice",
        "ended_by",
    )
    rows = rows.prefetch_related("adjournments", "chair_handovers__before", "chair_handovers__to")
    meeting, restricted = rows.get(pk=minutes.meeting_id), audience is Audience.FULL
    return MinutesRecord(
        minutes=minutes,
        record=record_of(meeting, restricted=restricted),
        actions=kept(minutes, restricted=restricted),
        audience=audience,
        version=version,
        wordings={each.item_id: each for each in wordings_of(minutes, restricted=restricted)},
        objections=objections_of(minutes, restricted=restricted),
    )


def may_watch(user: User, job: Job) -> bool:
    """Anyone who may read the minutes may watch them being made."""
    rows = Meeting.objects.visible_to(user).filter(pk=job.payload.get("meeting"))
    meeting = rows.first()
    return meeting is not None and gate.can(user, Permission.MINUTES_VIEW, meeting)


@dataclass(frozen=True)
class Progress:
    """What has come of a version since it was sent out, no matter who may read it."""

    waiting: int
    answered: int
    changed: bool


def progress_since(minutes: Minutes, version: MinutesVersion) -> Progress:
    """Objections without an answer, and with one; and whether the minutes say something else now: a wording, an
    objection accepted.

    Asked as the system: the chair may not be one of those who read all of it.
    """
    waiting = Count("pk", filter=Q(accepted__isnull=True))
    answered = Count("pk", filter=Q(accepted__isnull=False))
    accepted = Count("pk", filter=Q(accepted=True, version=version))
    with acting.for_the_system():
        said = minutes.objections.aggregate(waiting=waiting, answered=answered, accepted=accepted)
        reworded = minutes.wordings.filter(saved_at__gt=version.made_at).exists()
    return Progress(said["waiting"], said["answered"], reworded or said["accepted"] > 0)


def readers_of(version: MinutesVersion) -> list[Any]:
    """Everybody who was told of it or has opened it, by agency and name; but for who sent it out."""
    rows = version.readers.exclude(person=version.made_by_id).select_related("person", "agency")
    return list(rows.order_by("agency__name", "person__full_name"))


def with_objections_over() -> QuerySet[Meeting]:
    """The meetings of which minutes are out, not agreed, and past the last day for objections."""
    rows = Meeting.objects.filter(minutes__circulated_at__isnull=False, minutes__agreed_at__isnull=True)
    return rows.exclude(minutes__versions__objections_until__gte=timezone.localdate()).order_by("ended_at")


def may_be_objected_to(minutes: Minutes, version: MinutesVersion | None) -> bool:
    """Sent out, not agreed, and not after the last day for objections."""
    if version is None or minutes.state != MinutesState.CIRCULATED:
        return False
    return version.objections_until is not None and timezone.localdate() <= version.objections_until


def own_receipt(user: User, version: MinutesVersion) -> Any:
    """What this person has done with it."""
    return version.readers.filter(person=user).first()


def access_by_invitation(meeting: Meeting) -> list[tuple[Invitation, bool]]:
    """Who sees the case through this meeting alone, and whether they still owe an action of the case.

    A person named is an owner as well where the action is their agency's and nobody is named on it.
    """
    given = meeting.invitations.filter(Q(gave_access=True) | Q(deputy__isnull=False))
    rows = given.select_related("agency", "person", "deputy")
    owed = owed_of(meeting.case_id)
    return [(each, any(_owns(each, action) for action in owed)) for each in rows if each.agency]


def _owns(invitation: Invitation, action: PlanAction) -> bool:
    if invitation.person_id is None:
        return bool(
            action.agency_id == invitation.agency_id or action.owner_id == invitation.deputy_id is not None
        )
    unnamed = action.owner_id is None and action.agency_id == invitation.agency_id
    return unnamed or action.owner_id in (invitation.person_id, invitation.deputy_id)
