"""The strategy's action plan, for who may read it: each part with how it stands, by evidence, and how it stood."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import get_visible
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.reference.models import Code
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.selectors import codes
from cse_portal.ui.presenters import counted, local_date
from mase.meetings.choices import MeetingKind
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.strategy.models import Rag, StrategicObjective, StrategicUpdate

OBJECTIVES = "strategic-objective"
WORSE = list(Rag)  # from best to worst
UNREPORTED = "No report this quarter"


@dataclass(frozen=True)
class ObjectiveRecord:
    """A part of the plan as it was on a day: what was said of it, newest first, and the actions beneath it."""

    objective: StrategicObjective
    updates: list[StrategicUpdate]
    actions: list["ObjectiveRecord"]
    day: dt.date

    @property
    def before(self) -> "ObjectiveRecord":
        """The same at the end of the quarter before."""
        day = Quarter.containing(self.day).starts_on - dt.timedelta(days=1)
        updates = [each for each in self.updates if (local_date(each.at) or day) <= day]
        return ObjectiveRecord(self.objective, updates, [each.before for each in self.actions], day)

    @property
    def reported(self) -> StrategicUpdate | None:
        """The last report."""
        return next((each for each in self.updates if each.rag), None)

    @property
    def value(self) -> int | None:
        """The number last reported."""
        return next((each.value for each in self.updates if each.value is not None), None)

    @property
    def is_done(self) -> bool:
        """Reported as done, and so is every action beneath."""
        said = self.reported
        return said is not None and said.rag == Rag.DONE and all(each.is_done for each in self.actions)

    @property
    def is_overdue(self) -> bool:
        """Past its day and not done."""
        due: dt.date | None = self.objective.due_on
        return due is not None and due < self.day and not self.is_done

    @property
    def evidence(self) -> list[str]:
        """What keeps it from being on track; nothing once it is done."""
        late, now, before = sum(each.is_overdue for each in self.actions), self.value, self.before.value
        moved = 0 if now is None or before is None else now - before
        said = {
            "Overdue": self.is_overdue,
            f"{counted(late, 'action')} overdue": late > 0,
            UNREPORTED: self.reported is None or self.reported == self.before.reported,
            "Further from its target than last quarter": moved > 0
            if self.objective.lower_is_better
            else moved < 0,
        }
        return [words for words, is_so in said.items() if is_so and not self.is_done]

    @property
    def rag(self) -> Rag:
        """As reported, and never better than the evidence: one thing against it is amber, several are red.

        A report may say worse. It says done only once every action beneath is done.
        """
        if self.is_done:
            return Rag.DONE
        evidence = (Rag.GREEN, Rag.AMBER, Rag.RED)[min(len(self.evidence), 2)]
        return max(evidence, Rag(self.reported.rag) if self.reported else evidence, key=WORSE.index)

    @property
    def direction(self) -> str:
        """Against the end of the last quarter."""
        change = WORSE.index(self.rag) - WORSE.index(self.before.rag)
        return "Worse" if change > 0 else "Better" if change < 0 else "Same"

    @property
    def may_say(self) -> list[Rag]:
        """What a report may say today: nothing better than the evidence, but for a report that is missing."""
        not_yet = {Rag.DONE} if any(not each.is_done for each in self.actions) else set()
        not_yet |= {Rag.GREEN} if set(self.evidence) - {UNREPORTED} else set()
        return [each for each in Rag if each not in not_yet]


def plan(user: User) -> list[ObjectiveRecord]:
    """The whole plan for who may read it; nothing for anyone else."""
    return records_of(StrategicObjective.objects.visible_to(user))


def records_of(rows: QuerySet[StrategicObjective]) -> list[ObjectiveRecord]:
    """Every objective with its actions, in the order of the plan."""
    updates = Prefetch("updates", StrategicUpdate.objects.select_related("by", "agency"))
    rows = rows.select_related("agency", "owner", "set_by", "under").prefetch_related(updates)
    today = timezone.localdate()
    records = {
        each.pk: ObjectiveRecord(each, list(each.updates.all()), [], today) for each in rows.order_by("order")
    }
    for each in records.values():
        if each.objective.under_id is not None:
            records[each.objective.under_id].actions.append(each)
    return [each for each in records.values() if each.objective.under_id is None]


def parts_of(records: list[ObjectiveRecord]) -> list[ObjectiveRecord]:
    """The objectives and their actions in one list."""
    return [part for each in records for part in (each, *each.actions)]


def objective_for(user: User, pk: uuid.UUID) -> ObjectiveRecord:
    """One part of the plan; NotVisible if there is none for this person."""
    found = get_visible(StrategicObjective.objects.visible_to(user).filter(pk=pk))
    return next(each for each in parts_of(plan(user)) if each.objective.pk == found.pk)


def own_objectives(user: User) -> list[ObjectiveRecord]:
    """What this person owns and has not finished."""
    who = user_context(user)
    if who is None or not StrategicObjective.objects.owned_by(who).exists():
        return []
    mine = (each for each in parts_of(plan(user)) if each.objective.owner_id == user.pk)
    return [each for each in mine if each.objective.agency_id == who.agency.pk and each.rag != Rag.DONE]


def last_decisions(user: User) -> list[AgendaItem]:
    """What the last strategic CMOG decided, as far as this person sees it: it names no child."""
    held = Meeting.objects.of_kind(MeetingKind.STRATEGIC).visible_to(user).ended().order_by("-period")[:1]
    rows = AgendaItem.objects.visible_to(user).filter(meeting__in=list(held)).exclude(decision="")
    return list(rows.select_related("meeting"))


def to_set_out() -> list[Code]:
    """Objectives of the strategy that the plan does not have yet."""
    there = set(StrategicObjective.objects.values_list("code", flat=True))
    return [each for each in codes(OBJECTIVES) if each.code not in there]


def agencies_to_own() -> QuerySet[Agency]:
    """Any partner of the board."""
    return Agency.objects.filter(is_active=True).order_by("name")


def people_to_own() -> QuerySet[Membership]:
    """Any person of a partner, by agency and name."""
    able = [role for role, each in ROLES.items() if Permission.OBJECTIVE_REPORT in each.permissions]
    people = Membership.objects.current().filter(role__in=able, user__is_active=True, user__is_system=False)
    rows = people.filter(agency__is_active=True).select_related("user", "agency")
    return rows.order_by("agency__name", "user__full_name")
