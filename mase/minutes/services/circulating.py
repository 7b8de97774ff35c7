"""Sending minutes out: a version with its copies or words, word to who gets them, and each reader's own copy."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cases.exports.services import free_copy
from cases.letters.choices import LetterKind
from cases.letters.services import write_letter
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import UserContext
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.marking import Mark
from intelligence.disruption.models import Disruption
from mase.meetings.choices import Audience, ItemKind
from mase.meetings.errors import ChangedMeanwhile, MeetingRefused
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.thresholds import family_name
from mase.meetings.services import sight
from mase.meetings.services.locking import hold_minutes, hold_unagreed
from mase.minutes.errors import NOT_SENT_OUT, OBJECTIONS_WAIT
from mase.minutes.models import (
    Minutes,
    MinutesAddendum,
    MinutesCopy,
    MinutesObjection,
    MinutesRecipient,
    MinutesVersion,
    SentWords,
)
from mase.minutes.selectors import minutes as selectors
from mase.minutes.selectors.circulation import candidates
from mase.minutes.selectors.content import as_said, fingerprint, fingerprint_of
from mase.minutes.selectors.letters import LetterTo, facts_of
from mase.minutes.services import objecting
from mase.plans.models.plan import PlanAction

Compose = Callable[[selectors.MinutesRecord], str]


@transaction.atomic
def circulate(
    *, meeting: Meeting, by: User, compose: Compose, recipients: Collection[uuid.UUID] | None = None,
    letters: Sequence[LetterTo] = (),
) -> MinutesVersion:  # fmt: skip
    """The chair sends the minutes out, or out again after a change. The recipients are told and may object.

    Guests of the meeting see the case as long as that, however late the minutes come. `compose` makes the page of a
    copy. `recipients`: the list from now on, by the key of the person or agency; without it the list stays. `letters`:
    drafts that are written with it, or anew.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    facts = facts_of(meeting) if letters else None
    for each in letters:
        write_letter(
            case=meeting.case, kind=LetterKind.OUTCOME, recipient=each.recipient, language=each.words.language,
            key=each.key, facts=facts, by=by,
        )  # fmt: skip
    minutes = hold_unagreed(meeting)
    if recipients is not None:
        _set_list(minutes, recipients, by)
    before = selectors.latest_version(minutes)
    if before is None:
        minutes.circulated_at = timezone.now()
        minutes.save(update_fields=["circulated_at"])
    else:
        waiting, changed = selectors.progress_since(minutes, before)
        if waiting:
            raise MeetingRefused(OBJECTIONS_WAIT)
        if not changed:
            raise ChangedMeanwhile
    until = clock_rule("MINUTES_OBJECTION").due(timezone.now())
    number = before.number + 1 if before else 1
    version = MinutesVersion(minutes=minutes, number=number, objections_until=until, made_by=by)
    with acting.for_the_system():  # what is restricted too, which the chair may not be shown
        copies = _keep_words(version) if meeting.case_id is None else _keep_copies(version, compose)
    detail = {"meeting": str(meeting.pk), "version": number, "objections_until": str(until), "copies": copies}
    record(Action.MINUTES_CIRCULATED, by=by, obj=minutes, case=meeting.case, detail=detail)
    if meeting.case_id is not None:
        sight.lengthen(meeting=meeting, by=by)
    _tell(meeting, version, objecting.readers_now(meeting, by), objecting.OUT)
    return version


@transaction.atomic
def choose_recipients(*, meeting: Meeting, keys: Collection[uuid.UUID], by: User) -> list[MinutesRecipient]:
    """The chair changes who gets the minutes, by the key of the person or agency; returns who is new on the list.

    Once the minutes are out, those are told. Who is on the list no more does not open them any more.
    """
    gate.require(by, Permission.MEETING_CHAIR, meeting)
    minutes = hold_minutes(meeting)
    new = _set_list(minutes, keys, by)
    version = selectors.latest_version(minutes)
    if new and version is not None:
        _tell(
            meeting,
            version,
            objecting.readers_among(meeting, new, by),
            objecting.AGREED if minutes.agreed_at else objecting.OUT,
        )
    return new


def _set_list(minutes: Minutes, keys: Collection[uuid.UUID], by: User) -> list[MinutesRecipient]:
    """The caller holds the meeting and has asked the gate."""
    chosen, offered = set(keys), candidates(minutes)
    new = [
        MinutesRecipient(
            minutes=minutes, agency=each.agency, added_by=by,
            person=each.holder if isinstance(each.holder, User) else None,
        )
        for each in offered
        if each.holder.pk in chosen and not each.listed
    ]  # fmt: skip
    gone = [each.holder.pk for each in offered if each.listed and each.holder.pk not in chosen]
    if new or gone:
        MinutesRecipient.objects.bulk_create(new)
        rows = minutes.recipients.filter(Q(person__in=gone) | Q(person__isnull=True, agency__in=gone))
        rows.delete()
        added = [str(each.person_id or each.agency_id) for each in new]
        detail = {"meeting": str(minutes.meeting_id), "added": added, "removed": [str(key) for key in gone]}
        record(Action.MINUTES_RECIPIENTS, by=by, obj=minutes, case=minutes.meeting.case, detail=detail)
    return new


def _tell(meeting: Meeting, version: MinutesVersion, told: Iterable[UserContext], words: str) -> None:
    """Leave the sentence with those who may read them now, and note that they were told."""
    people = list(told)
    objecting.note_readers(version, people, "told_at")
    objecting.leave_word(meeting, [who.user for who in people], words)


def _keep_copies(version: MinutesVersion, compose: Compose) -> dict[str, str]:
    """A child's minutes as each audience reads them; returns their fingerprints."""
    pages = {found.audience: compose(found) for found in selectors.version_records(version)}
    rows = [
        MinutesCopy(version=version, audience=audience, page=page, sha256=fingerprint(page))
        for audience, page in pages.items()
    ]
    version.digests = sorted(row.sha256 for row in rows)
    version.save(force_insert=True)
    MinutesCopy.objects.bulk_create(rows)
    return {str(row.audience): row.sha256 for row in rows}


def _keep_words(version: MinutesVersion) -> dict[str, str]:
    """Of a CMOG the words, decision and agreed actions of every item; its readers' copies are drawn from them."""
    items = AgendaItem.objects.filter(meeting=version.minutes.meeting_id).select_related("case")
    rows = [_sent(version, item) for item in items]
    version.digests = sorted(row.sha256 for row in rows)
    version.save(force_insert=True)
    SentWords.objects.bulk_create(rows)
    return {}


def _sent(version: MinutesVersion, item: AgendaItem) -> SentWords:
    row = SentWords(
        version=version,
        item=item,
        words=item.words,
        worded_by_id=item.worded_by_id if item.is_reworded else None,
        decision=item.decision,
        deferred=item.deferred_reason,
        category=item.case.category if item.case and item.kind == ItemKind.CHILD else None,
        agreed=_agreed_under(item),
    )
    row.sha256 = fingerprint_of(row)
    return row


def _agreed_under(item: AgendaItem) -> list[dict[str, Any]]:
    """The actions and the disruption agreed under an item, as they are today."""
    actions = PlanAction.objects.filter(item=item).select_related("agency", "owner")
    tactics = Disruption.objects.filter(source_id=item.pk).select_related("agency")
    found = [(each.set_at, as_said(each)) for each in actions]
    found += [(each.asked_at, as_said(each)) for each in tactics]
    return [said for _, said in sorted(found, key=lambda line: (line[0], line[1]["id"]))]


DAMAGED = "The stored minutes are damaged. Tell the portal's support team."


@dataclass(frozen=True)
class Taken:
    """A copy as it was composed, what was said of it since, and whose it becomes. A draft has no version."""

    page: str
    mark: Mark
    minutes: Minutes
    version: MinutesVersion | None
    objections: list[MinutesObjection]
    addenda: list[MinutesAddendum]


@transaction.atomic
def hand_out(*, meeting: Meeting, by: User, to: Invitation | None = None) -> Taken:
    """This reader's copy of a child's minutes, unchanged since it was sent; it is on record.

    `to`: the child or a parent, who get the family's from somebody who works on the case. It is marked as theirs.
    """
    if to is not None:
        objecting.require_for_family(meeting, to, by)
    audience = Audience.OPEN if to else selectors.copy_for(by, meeting)
    minutes = selectors.minutes_of(meeting)
    version = selectors.latest_version(minutes) if minutes else None
    if minutes is None or version is None:
        raise MeetingRefused(NOT_SENT_OUT)
    kept = version.copies.get(audience=audience)
    if fingerprint(kept.page) != kept.sha256:
        raise NotAllowedNow(DAMAGED)
    detail = {"audience": audience, **({"for": to.role} if to else {})}
    own = hand_out_own(minutes=minutes, version=version, page=kept.page, by=by, detail=detail)
    if to is None:
        return own
    mark = replace(
        own.mark, reader=family_name(to), agency=f"handed out by {own.mark.reader}, {own.mark.agency}"
    )
    said = [each for each in own.objections if each.seat_id]
    return replace(own, mark=mark, objections=said, addenda=selectors.addenda_of(minutes, restricted=False))


@transaction.atomic
def hand_out_own(
    *,
    minutes: Minutes,
    version: MinutesVersion | None,
    page: str,
    by: User,
    shown: Sequence[AgendaItem] = (),
    detail: Mapping[str, Any] = MappingProxyType({}),
) -> Taken:
    """A copy for this person alone, with a number that leads back to this moment; a draft's for who chairs.

    What was in it is on record: of a CMOG the items `shown`.
    """
    meeting = minutes.meeting
    who = gate.require_standing(by, Permission.MINUTES_VIEW, meeting)
    if version is None:
        gate.require(by, Permission.MEETING_CHAIR, meeting)
    else:
        objecting.note(version, by, "downloaded_at")
    copy, number = free_copy(), version.number if version else "draft"
    said = {"meeting": str(meeting.pk), "copy": copy, "shown": [str(each.pk) for each in shown]}
    record(
        Action.MINUTES_DOWNLOADED, by=by, obj=meeting, case=meeting.case,
        detail={"version": number, **said, **detail},
        cases=[each.case_id for each in shown], about=[each.subject_id for each in shown],
    )  # fmt: skip
    mark = Mark(copy, by.full_name, who.agency.name, timezone.now())
    return Taken(
        page,
        mark,
        minutes,
        version,
        selectors.objections_for(by, minutes),
        selectors.addenda_for(by, minutes),
    )
