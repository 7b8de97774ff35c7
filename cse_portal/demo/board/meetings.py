"""Stories of meetings: booked, held from one page, ended with a plan, and what came of each action."""

import datetime as dt

from django.utils import timezone

from cases.choices import HarmStatus, RiskCategory
from cases.models import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Membership, User
from cse_portal.demo.board import apart, before, settling, words
from cse_portal.demo.board.children import Child, pick
from cse_portal.demo.board.clockwork import Story, together, working_moment
from cse_portal.demo.board.held import Held
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key
from cse_portal.reference.working_days import add_working_days
from mase.choices import POLICE_WORK, ActionPriority, AttendanceCode, MapKind, PlanP
from mase.models import AgencyInformation, Invitation, MaseMeeting, PlanAction
from mase.selectors.category import evidence, lowest
from mase.selectors.checks import latest_review
from mase.selectors.meetings import due_date, kind_of_next
from mase.selectors.record import record_of
from mase.selectors.step_down import checklist
from mase.services import (
    actions,
    attendance,
    decision,
    ending,
    plan,
    safety_map,
    scheduling,
    sections,
    verification,
)
from mase.services.sections import Edit

CAME = {
    AttendanceCode.ATTENDED: 78,
    AttendanceCode.DEPUTY: 8,
    AttendanceCode.APOLOGIES: 9,
    AttendanceCode.ABSENT: 5,
}
UNMET = "The meeting looked at it together: it goes on with its action, and the review comes back to it."
CONFIRMED = 0.9  # final reports that the chair has judged
# The child moves away after a meeting, or nobody books the review, which is what the manager's tiles are for.
LEFT_OFF = 0.38
PLACES = ("CSE team, meeting room 2", "Civic building, room 1.4", "Health centre, first floor")


def series(scene: Scene, case: Case, child: Child) -> Story:
    """Meetings about a child of category 2 or 3, each by the day the one before set, until the category has fallen."""
    case.refresh_from_db()
    while case.category >= RiskCategory.MEDIUM:
        yield from once(scene, case, child)
        case.refresh_from_db()
        if scene.random.random() < LEFT_OFF:
            return
        if case.next_review_on and case.category >= RiskCategory.MEDIUM:
            lead_time = scene.random.randrange(8, 15)
            yield max(
                working_moment(case.next_review_on - dt.timedelta(days=lead_time), hour=9),
                timezone.now() + dt.timedelta(hours=1),
            )


def once(scene: Scene, case: Case, child: Child) -> Story:
    """One meeting: booked, held, and what came of it."""
    meeting = book(scene, case)
    before.look_forward(scene, meeting, is_boy=child.is_boy)
    yield meeting.scheduled_for
    held = Held(scene, case, child, meeting)
    begin(held)
    yield timezone.now() + dt.timedelta(minutes=scene.random.randrange(60, 100))
    conclude(held)
    yield from together(follow(held), settling.minutes_of(held))


def today(scene: Scene, case: Case, child: Child) -> Story:
    """One meeting runs now: the nurse is asked to it, and the plan is half made."""
    meeting = book(scene, case, at=scene.now - dt.timedelta(minutes=25), nurse=scene.cast("health"))
    yield meeting.scheduled_for
    begin(Held(scene, case, child, meeting))
    apart.health_detail(case, scene.cast("health"))


def book(
    scene: Scene, case: Case, *, at: dt.datetime | None = None, nurse: User | None = None
) -> MaseMeeting:
    """Within its clock, or late with a reason; people are asked by name, the police as an agency."""
    due_on, _ = due_date(case, kind_of_next(case))
    late = scene.random.random() < 0.12 or due_on <= add_working_days(timezone.localdate(), 2)
    soonest = add_working_days(timezone.localdate(), 3)
    day = add_working_days(max(due_on, soonest), 3) if late else max(soonest, due_on - dt.timedelta(days=1))
    moment = at or working_moment(day, hour=scene.random.choice((10, 11, 14)), minute=30)
    asked = [
        nurse or scene.colleague("health"),
        scene.colleague(scene.random.choice(("education", "yos", "voluntary"))),
    ]
    child_invited = scene.random.random() < 0.7
    return scheduling.schedule(
        key=new_key(),
        case=case,
        chair=scene.cast("manager"),
        agencies=[] if case.is_restricted else [scene.agency("police")],
        people=memberships([*asked, *([scene.colleague("police")] if case.is_restricted else [])]),
        details=scheduling.Details(
            scheduled_for=moment,
            purpose="To agree what is known, what the child or young person wants, and a plan that keeps them safe.",
            place=scene.random.choice(PLACES),
            late_reason="AGENCY_UNAVAILABLE" if timezone.localdate(moment) > due_on else "",
            child_invited=child_invited,
            child_not_invited="" if child_invited else "CHOSE_NOT_TO",
        ),
        by=scene.cast("manager"),
    )


def begin(held: Held) -> None:
    """Who is there, what each agency knows, the map and the plan, item by item, as the chair runs it."""
    meeting, chair = held.meeting, held.chair
    ending.start(meeting=meeting, by=chair)
    came = {
        one.pk: attendance.Came(code_for(held, one)) for one in meeting.invitations.select_related("person")
    }
    attendance.record_attendance(meeting=meeting, answers=came, by=chair)
    # The family is heard first and has left before the agencies speak.
    attendance.set_family_in_room(meeting=meeting, present=False, by=chair)
    rows = AgencyInformation.objects.filter(meeting=meeting).select_related("agency", "meeting__case")
    for row in rows:
        text = held.says(words.known_to(row.agency.code))
        sections.save_information(information=row, text=text, edit=Edit(row.version), by=chair)
    apart.for_professionals(meeting, chair)
    map_safety(held)
    for action in agreed(held):
        plan.add_action(meeting=meeting, key=new_key(), agreed=action, by=chair)


def conclude(held: Held) -> None:
    """The child's voice, the decision and the next review; then the meeting ends."""
    meeting, chair = held.meeting, held.chair
    parent = "Nobody has reached them yet; the social worker rings them this week."
    said = sections.Voice(False, not_obtained="CHOSE_NOT_TO", parent_not_sought=parent)
    if held.scene.random.random() < 0.85:
        heard = held.says(words.VOICES)
        said = sections.Voice(
            True,
            heard,
            "Youth worker",
            timezone.localdate(),
            tool="CONVERSATION",
            seen_alone=True,
            what_changed=held.says(words.CHANGES),
            parent_not_sought=parent,
        )
    sections.save_voice(voice=meeting.voice, said=said, edit=Edit(meeting.voice.version), by=chair)
    decide(held)
    ending.end(meeting=meeting, by=chair, no_quorum_reason="The agency sent its information in writing.")


def map_safety(held: Held) -> None:
    """Worries, strengths and where everyone places the child's safety."""
    meeting, chair, random = held.meeting, held.chair, held.scene.random
    pairs = ((MapKind.HARM, words.HARMS), (MapKind.STRENGTH, words.STRENGTHS))
    for kind, sentences in pairs:
        safety_map.add_entry(meeting=meeting, key=new_key(), kind=kind, text=held.says(sentences), by=chair)
    danger = meeting.dangers.first()
    if danger is None:
        said = safety_map.Danger(held.says(words.DANGERS), held.says(words.GOALS))
        danger = safety_map.add_danger(meeting=meeting, key=new_key(), danger=said, by=chair)
    low = 2 + meeting.case.meetings.count()
    scores = {
        one.pk: safety_map.Score(
            min(10, low + random.randrange(4)),
            "From what we see of her week.",
            "Two weeks without a late night.",
        )
        for one in meeting.invitations.filter(attendance__code__in=("Y", "D"))
    }
    safety_map.score(danger=danger, scores=scores, by=chair)


def decide(held: Held) -> None:
    """The category falls a step where things are better, and the review is set within its clock."""
    current = RiskCategory(held.case.category)
    step = pick(held.scene.random, {-1: 66, 0: 29, 1: 5})
    limit = lowest(held.case, evidence(held.case))
    kept = current if held.case.harm_status == HarmStatus.H3 else 0  # nobody falls who is being exploited now
    category = RiskCategory(min(3, max(1, limit.category, kept, current + step)))
    decided = decision.Decided(category, HarmStatus(held.case.harm_status), held.says(words.NARRATIVES))
    decision.save_decision(meeting=held.meeting, decided=decided, edit=Edit(0), by=held.chair)
    everyone = held.meeting.invitations.exclude(agency=None).values_list("agency", flat=True)
    decision.record_assents(meeting=held.meeting, agencies=dict.fromkeys(everyone, True), by=held.chair)
    if category < current:
        meeting = MaseMeeting.objects.get(pk=held.meeting.pk)
        points: dict[str, decision.Point | None] = {
            each.code: decision.Point(each.holds is not False, UNMET if each.holds is False else "")
            for each in checklist(record_of(meeting, restricted=True))
        }
        points["GOALS"] = decision.Point(False, "One goal is nearly met, and its action goes on.")
        decision.check_step_down(meeting=held.meeting, answers=points, by=held.chair)
    decision.set_review(meeting=held.meeting, review_on=latest_review(category), by=held.chair)


def agreed(held: Held) -> list[plan.Agreed]:
    """Three to five actions under the four Ps, for agencies that are at the table."""
    random, scene = held.scene.random, held.scene
    reads = gate.can(held.chair, Permission.MINUTES_RESTRICTED_VIEW, held.case)
    owners = {"PREVENT": "csc", "PROTECT": "csc", "PURSUE": "police", "PROSECUTE": "police"}
    made = []
    for p in random.sample(list(words.ACTIONS), random.randrange(2, 5)):
        code = "cse-team" if held.case.is_restricted and owners[p] == "police" else owners[p]
        lead = held.case.lead_professional
        made.append(
            plan.Agreed(
                p=PlanP(p),
                text=held.says(words.ACTIONS[p]),
                measure_of_success="Whoever does it tells the next meeting what has changed for the child.",
                agency=scene.agency(code),
                due_on=timezone.localdate() + dt.timedelta(days=random.choice((7, 14, 21, 28))),
                priority=ActionPriority.HIGH if p == "PROTECT" else ActionPriority.MEDIUM,
                restricted=p in POLICE_WORK and reads,  # what the police mean to do is no family's to read
                owner=lead if code == "csc" and lead and lead != scene.cast("leaver") else None,
            )
        )
    return made


def follow(held: Held) -> Story:
    """Most actions are done in time, some late, a few not yet; those come along to the next meeting by themselves."""
    rows = PlanAction.objects.filter(meeting=held.meeting).select_related("case", "meeting__chair", "agency")
    for action in rows.order_by("due_on", "id"):
        fate = pick(held.scene.random, {"in time": 62, "late": 16, "open": 22})
        if fate != "open":
            days = -1 if fate == "in time" else held.scene.random.randrange(2, 12)
            yield max(
                working_moment(action.due_on + dt.timedelta(days=days), hour=12),
                timezone.now() + dt.timedelta(hours=1),
            )
            outcome = held.scene.random.choice(words.OUTCOMES)
            done = actions.complete(
                action=action, outcome=outcome, effect=held.says(words.EFFECTS), by=held.chair
            )
            if held.scene.random.random() < CONFIRMED:
                verification.confirm(action=done, by=held.chair)


def code_for(held: Held, invitation: Invitation) -> AttendanceCode:
    """The chair is always there, most others are, and nobody comes in a child's or parent's place."""
    code: AttendanceCode = pick(held.scene.random, CAME)
    if invitation.person == held.chair or invitation.is_family and code == AttendanceCode.DEPUTY:
        return AttendanceCode.ATTENDED
    return code


def memberships(people: list[User]) -> list[Membership]:
    """The memberships these people are asked through."""
    return list(Membership.objects.current().filter(user__in=people).select_related("user", "agency"))
