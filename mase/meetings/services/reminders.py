"""The clock of plan actions: reminders, and what stays late is taken to the agency's lead and to the chair.

Nobody is told of an action that they may not open. The one exception sees no child either: an agency's lead learns
how many of their agency's actions are late, and is led to a page that says no more (see `handing_over`).
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import excluded_from
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.reference.selectors import clock_rule
from cse_portal.ui.presenters import counted
from mase.meetings.selectors.chairing import chair_of, chairs_of
from mase.meetings.selectors.meetings import people_to_tell
from mase.plans.choices import ESCALATES, Escalation, NoticeStep
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.actions import AGENCY, ALL, ESCALATED, leads_by_agency
from mase.plans.services.rows import locked_rows, one_case

OWN, UNNAMED, LEADS, CHAIRS = "own", "unnamed", "leads", "chairs"
NO_ANSWER_LEADS, NO_ANSWER_CHAIRS = "no-answer-leads", "no-answer-chairs"
WORDS = {
    OWN: "{when}: {number} of yours.",
    UNNAMED: "{when}: {number} of your agency that nobody there does yet.",
    LEADS: "{when} and escalated to you: {number} of your agency.",
    CHAIRS: "{when} and escalated to you: {number} of a plan you chair.",
    NO_ANSWER_LEADS: "Neither accepted nor declined in time: {number} of your agency.",
    NO_ANSWER_CHAIRS: "Neither accepted nor declined in time: {number} of a plan you chair.",
}
ASKS = {
    CHAIRS: f"?whose={ALL}&show={ESCALATED}",
    NO_ANSWER_CHAIRS: f"?whose={ALL}",
    UNNAMED: f"?whose={AGENCY}",
}
SOON, TODAY, LATE = "Due soon", "Due today", "Overdue"


@dataclass
class Morning:
    """What one run has found out and is about to say."""

    today: dt.date
    leads: dict[uuid.UUID, list[User]]
    shut: set[tuple[uuid.UUID, uuid.UUID]]
    colleagues: dict[Agency, list[User]]
    told: dict[tuple[User, str, str], list[PlanAction]] = field(default_factory=lambda: defaultdict(list))

    def say(self, people: Iterable[User], kind: str, action: PlanAction) -> set[User]:
        """These people are to be told, each in one line for everything alike."""
        late, found = action.due_on < self.today, set(people)
        when = LATE if late else TODAY if action.due_on == self.today else SOON
        for person in found:
            said = self.told[person, kind, "" if kind in (NO_ANSWER_LEADS, NO_ANSWER_CHAIRS) else when]
            if action not in said:
                said.append(action)
        return found

    def leads_for(self, action: PlanAction) -> list[User]:
        """Who answers for its agency's people, of those who are not shut out of what it is about.

        Of a restricted case nobody hears who is not named there: it goes to the chair.
        """
        if action.case is not None and action.case.is_restricted:
            return []
        about = action.case_id or action.item_id
        return [
            each
            for each in self.leads.get(action.agency_id, [])
            if not self.shut & {(about, each.pk), (about, action.agency_id)}
        ]


@transaction.atomic
def remind() -> int:
    """Every morning: take each step of each open action's clock that has come and was not taken; returns how many.

    A second run finds nothing left to do. After days on which the clock did not run, everybody is told once, of how
    it stands now. What a case leaves to do when it closes is reminded of like the rest: nothing agreed is forgotten.
    """
    today = timezone.localdate()
    due = _steps_due(today)
    if not due:
        return 0
    held = list(locked_rows().filter(pk__in=due).unfinished().order_by("id"))
    for each in held:
        if each.meeting is not None and each.case is not None:
            each.meeting.case = each.case  # the same row: it need not be read again
    due = _steps_due(today, among=held)  # of what is still open, by the day it has now
    leads = leads_by_agency({each.agency_id for each in held})
    shut = excluded_from({each.case_id for each in held if each.case_id})
    colleagues = {agency: people_to_tell(agency) for agency in {each.agency for each in held}}
    morning = Morning(today, leads, shut, colleagues)
    _ask_together(held, morning)
    taken = [action for action in held if action.pk in due]
    if not taken:
        return 0
    for action in taken:
        _take(action, due[action.pk], morning)
    PlanAction.objects.bulk_update(taken, ["escalation", "told"])
    notify_all(_line(*key, actions) for key, actions in morning.told.items())
    steps = sum(map(len, due.values()))
    record(Action.ACTIONS_REMINDED, by=None, detail={"actions": len(held), "steps": steps})
    return steps


def _steps_due(today: dt.date, among: list[PlanAction] | None = None) -> dict[uuid.UUID, list[NoticeStep]]:
    """By action, the steps whose day has come and that nobody took yet, in their order."""
    open_now = PlanAction.objects.issued().unfinished()
    rows = open_now if among is None else open_now.filter(pk__in=[each.pk for each in among])
    of_its_day: list[NoticeStep] = [step for step in NoticeStep if step is not NoticeStep.UNANSWERED]
    rules = {step: clock_rule(step.value, on=today) for step in of_its_day}
    found: dict[uuid.UUID, list[NoticeStep]] = {}
    for pk, day, answer_by, told in rows.values_list("pk", "due_on", "answer_by", "told"):
        come = [(step, day) for step, rule in rules.items() if rule.due(day) <= today]
        if answer_by is not None and answer_by < today:
            come.append((NoticeStep.UNANSWERED, answer_by))
        if steps := [step for step, counted_on in come if step.taken_for(counted_on) not in told]:
            found[pk] = steps
    return found


def _take(action: PlanAction, steps: list[NoticeStep], morning: Morning) -> None:
    """The steps of one action; of several reminders only the last is said, once."""
    if any(step not in ESCALATES and step is not NoticeStep.UNANSWERED for step in steps):
        _remind(action, morning)
    for step in steps:
        day = action.due_on
        if step in ESCALATES:
            _escalate(action, step, morning)
        elif step is NoticeStep.UNANSWERED:
            day = action.answer_by or day
            if not morning.say(morning.leads_for(action), NO_ANSWER_LEADS, action):
                morning.say(chairs_of(action), NO_ANSWER_CHAIRS, action)
        action.told.append(step.taken_for(day))


def _remind(action: PlanAction, morning: Morning) -> None:
    """Whose it is, while they work for its agency and may open it; else those of the agency who may."""
    if action.owner and gate.can(action.owner, Permission.ACTION_UPDATE, action):
        morning.say([action.owner], OWN, action)
        return
    there = morning.colleagues[action.agency]
    morning.say((each for each in there if gate.can(each, Permission.ACTION_UPDATE, action)), UNNAMED, action)


def _escalate(action: PlanAction, step: NoticeStep, morning: Morning) -> None:
    """To the agency's lead; later to the lead again and the chair; at once to the chair where it has no lead."""
    leads = morning.say(morning.leads_for(action), LEADS, action)
    action.escalation = max(action.escalation, ESCALATES[step])
    if not leads or step is not NoticeStep.AGENCY:
        action.escalation = Escalation.CHAIR
        morning.say(chairs_of(action), CHAIRS, action)


def _ask_together(actions: list[PlanAction], morning: Morning) -> None:
    """Who of all these people sees which case, in a few questions a case."""
    people: dict[object, set[User]] = defaultdict(set)
    for action in (each for each in actions if each.case is not None):
        owner = {action.owner} if action.owner else set()
        people[action.case] |= {*owner, chair_of(action), *morning.colleagues[action.agency]}
    for case, asked in people.items():
        gate.ask_together(asked, Permission.CASE_VIEW, case)  # type: ignore[arg-type]


def _line(person: User, kind: str, when: str, actions: list[PlanAction]) -> Notification:
    """One line for a person, and the page it leads to."""
    sees_none = kind in (LEADS, NO_ANSWER_LEADS)
    address = reverse("mase:action-people") if sees_none else reverse("mase:actions") + ASKS.get(kind, "")
    if not sees_none and len(actions) == 1:
        address = actions[0].get_absolute_url()
    return Notification(
        user=person, text=WORDS[kind].format(when=when, number=counted(len(actions), "action")), url=address,
        case_id=None if sees_none else one_case(actions),
    )  # fmt: skip
