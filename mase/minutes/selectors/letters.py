"""What letters say of a meeting: from the family's copy of its minutes, and from nothing else."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from cases.family.models import NetworkMember, YesNoUnknown
from cases.family.selectors import family_of
from cases.letters.choices import LetterKind
from cases.letters.models import Letter
from cases.letters.selectors import MeetingFacts, Wording, draft
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.reference.selectors import clock_rule, find_code
from cse_portal.ui.presenters import display_date, display_datetime
from mase.meetings.choices import Audience, ContributionKind
from mase.meetings.models.meeting import Meeting
from mase.minutes.selectors.minutes import draft_record

TALKED: Mapping[str, str] = {
    ContributionKind.NEW: "What is new", ContributionKind.WORRY: "What worries us",
    ContributionKind.WORKS: "What goes well",
}  # fmt: skip


@dataclass(frozen=True)
class LetterTo:
    """The letter to one reader about one meeting, as it would be written now; `row` is how it was written."""

    key: uuid.UUID
    name: str
    recipient: NetworkMember | None
    draft: Wording
    row: Letter | None

    @property
    def is_stale(self) -> bool:
        """Not sent yet, and the minutes say something else by now than the draft."""
        if self.row is None or self.row.sent_on:
            return False
        return (self.row.heading, self.row.body) != (self.draft.heading, self.draft.body)

    @property
    def is_to_write(self) -> bool:
        """Not written yet, or out of date and changed by nobody."""
        return self.row is None or (self.is_stale and self.row.version == 1)

    @property
    def words(self) -> Wording:
        """What its reader gets: as it would be written, or as it stands where it was sent or changed."""
        if self.row is None or self.is_to_write:
            return self.draft
        return Wording(self.row.heading, self.row.body, self.row.language)


def letters_about(user: User, meeting: Meeting) -> list[LetterTo]:
    """To the child, and to each parent or carer whom it is safe to contact; none for who may not write any."""
    case = meeting.case
    if not case.is_open or not gate.can(user, Permission.CASE_CHANGE, case):
        return []
    family = [each for each in family_of(user, case) if _gets_one(each)]
    keys = {uuid.uuid5(meeting.pk, str(each.pk if each else case.pk)): each for each in (None, *family)}
    written, facts = Letter.objects.visible_to(user).in_bulk(list(keys)), facts_of(meeting)
    return [
        LetterTo(
            key, to.name if to else case.child.name, to,
            draft(case, LetterKind.OUTCOME, to, (to or case.child).first_language, facts), written.get(key),
        )
        for key, to in keys.items()
    ]  # fmt: skip


def facts_of(meeting: Meeting) -> MeetingFacts:
    """What was said, decided and agreed at this meeting that the family may read."""
    found = draft_record(meeting, Audience.OPEN)
    record, voice, decided = found.record, found.record.voice, found.record.decision
    plan = sorted((each.said for each in found.actions if not each.earlier), key=lambda said: said["due_on"])
    return MeetingFacts(
        next_meeting=_next(meeting.case, meeting),
        last_meeting=display_date(meeting.started_at),
        said=voice.words if voice.obtained else "",
        what_changed=voice.what_changed,
        # What agencies ticked for the family, with what it is.
        talked=[
            f"{words}: {' '.join(each.text.split())}"
            for kind, words in TALKED.items()
            for each in record.contributions
            if each.kind == kind
        ],
        category=decided.category if decided else None,
        before=meeting.category_at_entry,
        dissents=[
            f"{each.agency.name} did not agree{f': “{each.reason}”' if each.reason else ''}."
            for each in record.dissents
            if each.is_of_current_decision
        ],
        actions=[
            (
                said["owner"] or said["agency"],
                said["text"],
                display_date(dt.date.fromisoformat(said["due_on"])),
            )
            for said in plan
        ],
        until=display_date(clock_rule("MINUTES_OBJECTION").due(timezone.now())),
    )


def facts_for_letters(case: Case) -> MeetingFacts:
    """Those of the last meeting held; anyone who asks works on the case."""
    held = Meeting.objects.ended().filter(case=case, minutes__isnull=False).order_by("-ended_at").first()
    return facts_of(held) if held else MeetingFacts(next_meeting=_next(case, None))


def _gets_one(person: NetworkMember) -> bool:
    relation = find_code("family-relation", person.relation)
    is_parent = person.parental_responsibility == YesNoUnknown.YES or bool(
        relation and relation.extra.get("parent")
    )
    return is_parent and person.ended_on is None and person.contact_safe == YesNoUnknown.YES


def _next(case: Case, meeting: Meeting | None) -> str:
    """The meeting that is booked; without one the day until which the next is held."""
    ahead = (
        Meeting.objects.filter(case=case).select_related("chair").upcoming().order_by("scheduled_for").first()
    )
    if ahead:
        place = f" at {ahead.place}" if ahead.place else ""
        return f"{display_datetime(ahead.scheduled_for)}{place}, led by {ahead.chair.full_name}"
    return (
        f"{meeting.review_on:%A} {display_date(meeting.review_on)}" if meeting and meeting.review_on else ""
    )
