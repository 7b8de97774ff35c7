"""Everything a meeting has written down, read once, for the meeting view, the checks and the minutes."""

import itertools
import uuid
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Model, Prefetch, Q, QuerySet, prefetch_related_objects

from cases.assessments.selectors import Evidence, as_evidence, evidence_rows
from cases.chronology.selectors import LATEST
from cases.family.models import HealthSummary
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import user_context
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency, User
from cse_portal.errors import NotVisible
from cse_portal.paging import read_together
from cse_portal.reference.selectors import codes
from mase.meetings.choices import (
    CHILD,
    KINDS,
    SUGGESTED,
    AgencyWord,
    AgendaCode,
    AttendanceCode,
    ContributionKind,
)
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.models.querysets import restricted_keys
from mase.meetings.models.sections import ChildVoice, Contribution
from mase.meetings.selectors.thresholds import is_present, own_seat
from mase.plans.models.plan import AgencyView, Decision, PlanAction, StepDownPoint
from mase.plans.models.safety_map import DangerStatement, MapEntry, ScaleScore
from mase.plans.selectors.actions import agreed_and_outstanding

R = TypeVar("R", bound=Model)
QUORUM = {"police": "police", "social_care": "children's social care", "health": "health"}
_KINDS = {
    AgencyKind.POLICE: "police",
    AgencyKind.SOCIAL_CARE: "social_care",
    AgencyKind.HEALTH: "health",
    AgencyKind.HOSPITAL: "health",
}


@dataclass(frozen=True)
class MeetingRecord:
    """A meeting with the rows its reader may read. What is restricted is there for those alone it was given to.

    While a child or parent is in the room it is there for nobody, and neither is what health lets the table know; that
    is in no minutes either.
    """

    meeting: Meeting
    invitations: list[Invitation]
    agenda: list[AgendaItem]
    contributions: list[Contribution]
    health: list[HealthSummary]
    dangers: list[DangerStatement]
    entries: list[MapEntry]
    views: list[AgencyView]
    step_down_points: list[StepDownPoint]
    evidence: Evidence
    actions: list[PlanAction]
    outstanding: list[PlanAction]
    waiting: list[PlanAction]
    finished: list[PlanAction]
    sees_restricted: bool = False  # what is restricted is here now
    may_restrict: bool = False  # its reader has the restricted part, whether or not it is here now
    own_kind: str = ""  # of its reader's agency
    shared: bool = False  # the room or the family sees this screen: the open part alone is here
    own: uuid.UUID | None = None  # the agency of its reader, which reads all that it brought
    reader: User | None = None  # where it is read for one person
    # Agencies with a box that the room and the family are not shown.
    held_back: frozenset[uuid.UUID] = frozenset()

    @cached_property
    def voice(self) -> ChildVoice:
        """The child's voice, made with the meeting."""
        return self.meeting.voice

    @cached_property
    def decision(self) -> Decision | None:
        """The decision, once there is one."""
        return getattr(self.meeting, "decision", None)

    @cached_property
    def missing_quorum(self) -> list[str]:
        """The agencies a quorum still needs, in words."""
        there = {part for each in self.present for part in counts_as(each)}
        return [words for part, words in QUORUM.items() if part not in there]

    @cached_property
    def present(self) -> list[Invitation]:
        """Who was there, in person or by a deputy."""
        return [each for each in self.invitations if is_present(each)]

    @cached_property
    def at_table(self) -> list[Invitation]:
        """Who may give a number on the scale: everyone invited who did not stay away."""
        away = (AttendanceCode.APOLOGIES, AttendanceCode.ABSENT)
        return [each for each in self.invitations if each.came_as not in away]

    @cached_property
    def seats(self) -> list[Invitation]:
        """The seats that place the child's safety: those at the table but the child, whose number is its own."""
        return [each for each in self.at_table if each.role != CHILD]

    @cached_property
    def seat(self) -> Invitation | None:
        """Where its reader sits."""
        return own_seat(self.reader, self.seats) if self.reader else None

    @cached_property
    def agencies(self) -> list[Agency]:
        """The agencies round the table, by name."""
        return _agencies(self.invitations)

    @cached_property
    def reporting(self) -> list[Agency]:
        """The agencies that are asked to bring something: all but the one that chairs, by name."""
        return _agencies(each for each in self.invitations if each.role != "CHAIR")

    @cached_property
    def brought(self) -> list[tuple[Agency, list[Contribution]]]:
        """Each agency that is asked, or brought something, with what it brought."""
        seats = (each for each in self.invitations if each.role != "CHAIR")
        return [
            (agency, [each for each in self.contributions if each.agency_id == agency.pk])
            for agency in _agencies([*seats, *self.contributions])
        ]

    @cached_property
    def dissents(self) -> list[AgencyView]:
        """Of the agencies that do not agree, or did not with what was decided before."""
        return [each for each in self.views if each.word == AgencyWord.DISAGREES]

    @cached_property
    def against(self) -> list[Agency]:
        """The agencies that do not agree with what is decided now, each once."""
        return _agencies(each for each in self.dissents if each.is_of_current_decision)

    @property
    def agreeing(self) -> list[Agency]:
        """The agencies that agree with the decision."""
        return self._saying(AgencyWord.AGREES)

    @property
    def left_before(self) -> list[Agency]:
        """Those that came and had left before it was made."""
        return self._saying(AgencyWord.LEFT)

    def _saying(self, word: AgencyWord) -> list[Agency]:
        return [each.agency for each in self.views if each.word == word]

    @cached_property
    def silent(self) -> list[Agency]:
        """The agencies that came and of whom no word on the decision as it stands is recorded, by name."""
        said = {row.agency_id for row in self.views if row.is_of_current_decision}
        return [each for each in _agencies(self.present) if each.pk not in said]

    @cached_property
    def unmarked(self) -> list[Invitation]:
        """The seats of which nobody has said whether anybody came."""
        return [each for each in self.invitations if not each.came_as]

    @cached_property
    def unmeasured(self) -> list[PlanAction]:
        """Actions that do not say how anybody will know that they are done."""
        return [each for each in self.actions if not each.measure_of_success]

    def hides_notes_of(self, item: AgendaItem) -> bool:
        """What is noted under the agencies' item is what they said, and not for the family."""
        return self.shared and item.code == AgendaCode.AGENCIES

    def is_filled(self, item: AgendaItem) -> bool:
        """Whether something is written under this item, or what belongs under it is written down elsewhere."""
        return bool(item.notes) or {
            AgendaCode.INTRODUCTIONS: any(each.came_as for each in self.invitations),
            AgendaCode.VOICE: self.voice.obtained is not None,
            AgendaCode.AGENCIES: bool(self.contributions),
            AgendaCode.SAFETY_MAP: bool(self.dangers or self.entries),
            AgendaCode.SCALE_CHANGE: any(each.scores.all() for each in self.dangers),
            AgendaCode.CATEGORY: self.decision is not None,
            "step-down": bool(self.step_down_points),
            AgendaCode.PLAN: bool(self.actions),
            AgendaCode.DISAGREEMENTS: bool(self.dissents),
            AgendaCode.REVIEW_DATE: self.meeting.review_on is not None,
        }.get(item.code, False)


def sees_professionals_part(user: User, meeting: Meeting, *, room: bool = False) -> bool:
    """Whether this screen shows the restricted part: given to its reader, and seen by no family or room."""
    others = room or meeting.family_is_here
    return not others and gate.can(user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)


def record_for(user: User, meeting: Meeting, *, room: bool = False, alone: bool = False) -> MeetingRecord:
    """The rows of a meeting, which this person was shown, that they may read just now.

    On the screen for the room (`room`) and while the family is here, that is what the family may read; but where
    nobody else sees their screen (`alone`), which no page shows to somebody who does.
    """
    gate.require(user, Permission.MEETING_VIEW, meeting)
    who, given = user_context(user), gate.can(user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    shared = room or meeting.family_is_here and not alone
    own = who.agency.pk if who and not shared else None
    found = record_of(meeting, restricted=given and not shared, own=own, mark_owners=not shared)
    found = replace(found, may_restrict=given, own_kind=who.agency.kind if who else "", reader=user)
    return for_family(found) if shared else found


def open_record(user: User, meeting: Meeting) -> MeetingRecord:
    """The rows that everybody at the table reads, for the person who ends it; without what the family here may not."""
    may_restrict = gate.can(user, Permission.MINUTES_RESTRICTED_VIEW, meeting.case)
    found = replace(record_of(meeting, restricted=False), may_restrict=may_restrict)
    return for_family(found) if meeting.family_is_here else found


def for_family(record: MeetingRecord) -> MeetingRecord:
    """What the child and a parent may read of it: of what agencies wrote, what its writer ticked.

    What the chair and the minute taker wrote in the open part stands there as it is, but for what agencies said.
    """
    agenda = [copy(each) for each in record.agenda]
    for item in agenda:
        if item.code == AgendaCode.AGENCIES:
            item.notes = item.wording = ""
    views = [copy(each) for each in record.views]
    for view in views:
        if not view.family_may_read:
            view.reason = ""
    names = ("actions", "outstanding", "waiting", "finished")
    actions: Any = {name: [each for each in getattr(record, name) if each.family_may_read] for name in names}
    told = [each for each in record.contributions if each.family_may_read]
    held_back = frozenset(each.agency_id for each in record.contributions if not each.family_may_read)
    return replace(
        record, agenda=agenda, contributions=told, held_back=held_back, views=views, **actions, shared=True,
    )  # fmt: skip


def record_of(
    meeting: Meeting, *, restricted: bool, own: uuid.UUID | None = None, mark_owners: bool = False
) -> MeetingRecord:
    """The rows of a meeting, with the restricted part or without; `own` is the agency that may read what it wrote."""
    invitations = list(meeting.invitations.select_related("agency", "person", "deputy"))
    boxes, own_or_open = (
        meeting.contributions.exclude(text=""),
        ~Q(kind=ContributionKind.APART) | Q(agency=own),
    )
    agenda, contributions, entries, views, points, health, *deciding = read_together(
        meeting,
        _shown(meeting.agenda.all(), restricted),
        boxes if restricted else boxes.filter(own_or_open),
        _shown(meeting.map_entries.all(), restricted),
        meeting.views.all(),
        _shown(meeting.step_down_points.all(), restricted),
        meeting.case.health_summaries.all(),
        *evidence_rows(meeting.case),
    )
    agencies = {each.agency_id: each.agency for each in invitations}
    for row in itertools.chain(contributions, views, health):
        if row.agency_id in agencies:
            row.agency = agencies[row.agency_id]
    prefetch_related_objects(views, "recorded_by")
    if not restricted:
        _leave_out_restricted(meeting, contributions, own=own)
    actions = agreed_and_outstanding(meeting, restricted=restricted, own=own, mark_owners=mark_owners)
    newest, answers, decisions = deciding
    return MeetingRecord(
        meeting=meeting,
        invitations=invitations,
        agenda=agenda,
        contributions=sorted(
            (each for each in contributions if each.text), key=lambda each: KINDS.index(each.kind)
        ),
        health=health[:LATEST] if meeting.is_open and not meeting.family_is_here else [],
        dangers=_dangers(meeting),
        entries=entries,
        views=views,
        step_down_points=points,
        evidence=as_evidence(newest, answers, decisions),
        **actions,
        sees_restricted=restricted,
        own=own,
    )


def _leave_out_restricted(meeting: Meeting, boxes: Iterable[Contribution], *, own: uuid.UUID | None) -> None:
    """What was suggested and then agreed for professionals only is gone from the rows, but from the agency's own.

    The table heard of it before it was agreed; anyone who comes in later, and an open copy, reads it nowhere.
    """
    rows = [each for each in boxes if each.kind in SUGGESTED and each.agency_id != own]
    apart = restricted_keys(PlanAction.objects.filter(meeting=meeting)) if rows else set()
    for row in rows if apart else []:
        row.text = "\n".join(line for key, line in row.suggestions if key not in apart)


def _shown(rows: QuerySet[Any], restricted: bool) -> QuerySet[Any]:
    return rows if restricted else rows.filter(restricted=False)


def _dangers(meeting: Meeting) -> list[DangerStatement]:
    """With their scores and those of the same statements at every meeting before, all of it in two questions."""
    of_case = DangerStatement.objects.filter(meeting__case=meeting.case_id)
    known = {row.pk: row for row in of_case.select_related("meeting")}
    for row in known.values():
        # What its reader may not see of an earlier meeting is not there, and is not asked for again.
        DangerStatement.earlier.field.set_cached_value(
            row, known.get(row.earlier_id) if row.earlier_id else None
        )
    dangers = [row for row in known.values() if row.meeting_id == meeting.pk]
    scaled = [*dangers, *itertools.chain.from_iterable(each.at_earlier_meetings for each in dangers)]
    scores = ScaleScore.objects.select_related("invitation__agency", "invitation__person", "recorded_by")
    prefetch_related_objects(scaled, Prefetch("scores", scores))
    return dangers


def _agencies(rows: Iterable[Any]) -> list[Agency]:
    """Of seats, boxes or words, by name, each once."""
    found = {each.agency.pk: each.agency for each in rows if each.agency}
    return sorted(found.values(), key=lambda agency: agency.name)


def one_of(rows: Sequence[R], pk: uuid.UUID | str) -> R:
    """The row of this meeting with this key; another meeting's row does not exist here."""
    for row in rows:
        if str(row.pk) == str(pk):
            return row
    raise NotVisible


def counts_as(invitation: Invitation) -> set[str]:
    """For which agencies of a quorum somebody counts who comes to this invitation."""
    role = next((entry for entry in codes("meeting-role") if entry.code == invitation.role), None)
    by_role = role.extra.get("quorum", "") if role else ""
    by_agency = _KINDS.get(AgencyKind(invitation.agency.kind), "") if invitation.agency else ""
    return {by_role, by_agency} - {""}
