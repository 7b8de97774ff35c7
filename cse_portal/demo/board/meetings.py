"""Stories of meetings: booked, held from one page, ended with a plan, and what came of each action."""

import datetime as dt

from django.utils import timezone

from cases.assessments import services as assessments
from cases.assessments.selectors import evidence, floors, lowest
from cases.record.choices import HarmStatus, RiskCategory
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.demo.board import apart, settling, words
from cse_portal.demo.board.children import pick
from cse_portal.demo.board.clockwork import Story, at, later, together, working_moment
from cse_portal.demo.board.scene import Course, Held, Scene, working_day_until
from cse_portal.keys import new_key
from cse_portal.reference.working_days import add_working_days, last_working_day
from mase.meetings.choices import AgencyWord, AnswerKind, AttendanceCode, ContributionKind, MeetingKind
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.models.sections import ChildVoice
from mase.meetings.selectors.checks import checklist, review_limit
from mase.meetings.selectors.meetings import due_date, kind_of_next, people_to_tell
from mase.meetings.selectors.record import record_of
from mase.meetings.services import answers, decision, ending, reports, scheduling, sections
from mase.plans.choices import POLICE_WORK, ActionPriority, MapKind, PlanP
from mase.plans.models.plan import PlanAction
from mase.plans.services import actions, plan, safety_map, verification

CAME = {
    AttendanceCode.ATTENDED: 78,
    AttendanceCode.DEPUTY: 8,
    AttendanceCode.APOLOGIES: 9,
    AttendanceCode.ABSENT: 5,
}
UNMET = "The meeting looked at it together: it goes on with its action, and the review comes back to it."
PLACES = ("CSE team, meeting room 2", "Civic building, room 1.4", "Health centre, first floor")
GIVEN = (
    answers.Answer(AnswerKind.ACCEPT),
    answers.Answer(AnswerKind.DECLINE, "In another meeting all day"),
)
WORRIES = ("There is a new phone, and nobody at home knows who gave it.",)
WORKING_WELL = ("An aunt is rung when it is frightening at home, and comes at once.",)
SUGGESTED = ("Meet them after school on Fridays\nAsk the school who may collect them",)


def series(course: Course) -> Story:
    """Meetings about a child of category 2 or 3, each by the day the one before set: as many as the course has.

    Actions and minutes of one are seen to while the next is prepared.
    """
    case = course.case
    case.refresh_from_db()
    if not course.meetings or case.category < RiskCategory.MEDIUM:
        return
    course.meetings -= 1
    if case.next_review_on and kind_of_next(case) is MeetingKind.REVIEW:
        lead_time = course.scene.random.randrange(8, 15)
        yield working_moment(case.next_review_on - dt.timedelta(days=lead_time), hour=9)
    if not case.meetings.upcoming().exists():  # a session may have had a slot for it
        yield from once(course, series(course))


def once(course: Course, *then: Story) -> Story:
    """One meeting: booked, held, and what came of it, beside what else follows."""
    meeting = book(course)
    held = Held(course, meeting)
    look_forward(held)
    yield meeting.scheduled_for
    begin(held)
    yield timezone.now() + dt.timedelta(minutes=course.scene.random.randrange(60, 100))
    conclude(held)
    yield from together(follow(held), settling.minutes_of(held), *then)


def today(course: Course) -> Story:
    """One meeting runs now: the nurse is asked to it, and the plan is half made."""
    scene = course.scene
    nurse = scene.cast("health")
    meeting = book(course, now=scene.now - dt.timedelta(minutes=25), nurse=nurse)
    yield meeting.scheduled_for
    begin(Held(course, meeting))
    apart.health_detail(course.case, nurse)


def book(course: Course, *, now: dt.datetime | None = None, nurse: User | None = None) -> Meeting:
    """Within its clock, now and then late with a reason; people are asked by name, the police as an agency."""
    scene, case = course.scene, course.case
    due_on, _ = due_date(case, kind_of_next(case))
    soonest = add_working_days(timezone.localdate(), 3)
    day = add_working_days(due_on, 3) if scene.random.random() < 0.08 else working_day_until(due_on)
    moment = now or at(max(day, soonest), scene.random.choice((10, 11, 14)), 30)
    asked = [nurse or scene.colleague("health")]
    if not scene.is_long_ago:
        asked.append(scene.colleague(scene.random.choice(("education", "yos", "voluntary"))))
    child_invited = scene.random.random() < 0.7
    return scheduling.schedule(
        key=new_key(),
        case=case,
        chair=scene.cast("manager"),
        agencies=[] if case.is_restricted else [scene.agency("police")],
        people=memberships([*asked, *([scene.colleague("police")] if case.is_restricted else [])]),
        details={
            "scheduled_for": moment,
            "purpose": "To agree what is known, what the child or young person wants, and a plan that keeps them safe.",
            "place": scene.random.choice(PLACES),
            "late_reason": "AGENCY_UNAVAILABLE" if timezone.localdate(moment) > due_on else "",
            "child_invited": child_invited,
            "child_not_invited": "" if child_invited else "CHOSE_NOT_TO",
        },
        by=scene.cast("manager"),
    )


def look_forward(held: Held) -> None:
    """Of a meeting ahead: the first who was asked by name comes and has sent a report, the second cannot."""
    meeting = held.meeting
    if meeting.scheduled_for <= held.scene.now:
        return
    asked = meeting.invitations.filter(person__isnull=False).exclude(role="CHAIR")
    named = asked.exclude(person=held.case.lead_professional_id).select_related("person", "agency")
    for each, given in zip(named, GIVEN, strict=False):
        if each.person is None or each.agency is None:
            continue
        answers.answer(invitation=each, given=given, by=each.person)
        if given.kind == AnswerKind.ACCEPT:
            send_report(held, each.agency, by=each.person)


def send_report(held: Held, agency: Agency, *, by: User) -> None:
    """What their agency knows, worries about and suggests; the family may read what works."""
    said = {
        ContributionKind.NEW: words.known_to(agency.code),
        ContributionKind.WORRY: WORRIES,
        ContributionKind.WORKS: WORKING_WELL,
        ContributionKind.PROTECT: SUGGESTED,
    }
    boxes = {
        kind: reports.Box(held.says(text), kind == ContributionKind.WORKS) for kind, text in said.items()
    }
    reports.contribute(meeting=held.meeting, agency=agency, boxes=boxes, by=by)


def begin(held: Held) -> None:
    """Who is there, what each agency knows, the map and the plan, item by item, as the chair runs it.

    Of a meeting that is long over: who was there, what one agency said, and one action.
    """
    meeting, chair = held.meeting, held.chair
    ending.start(meeting=meeting, by=chair)
    came = {
        one.pk: sections.Came(code_for(held, one)) for one in meeting.invitations.select_related("person")
    }
    sections.record_attendance(meeting=meeting, answers=came, by=chair)
    # The family is heard first and has left before the agencies speak.
    sections.set_family_in_room(meeting=meeting, present=False, by=chair)
    silent = sorted(
        {
            each.agency
            for each in meeting.invitations.exclude(role="CHAIR").select_related("agency")
            if each.agency
        }
        - {each.agency for each in meeting.contributions.select_related("agency")},
        key=lambda each: each.name,
    )
    for agency in silent[:1] if held.scene.is_long_ago else silent:
        known = {ContributionKind.NEW: reports.Box(held.says(words.known_to(agency.code)))}
        reports.contribute(meeting=meeting, agency=agency, boxes=known, by=chair)
    if not held.scene.is_long_ago:
        apart.for_professionals(meeting, chair)
        map_safety(held)
    for action in agreed(held):
        plan.add_action(meeting=meeting, key=new_key(), agreed=action, by=chair)


def conclude(held: Held) -> None:
    """The child's voice, the decision and the next review; then the meeting ends."""
    meeting, chair = held.meeting, held.chair
    parent = "Nobody has reached them yet; the social worker rings them this week."
    said = ChildVoice(obtained=False, not_obtained="CHOSE_NOT_TO", parent_not_sought=parent)
    if held.scene.random.random() < 0.85:
        said = ChildVoice(
            obtained=True,
            words=held.says(words.says.voices),
            heard_by="Youth worker",
            heard_on=timezone.localdate(),
            tool="CONVERSATION",
            seen_alone=True,
            what_changed=held.says(words.says.changes),
            parent_not_sought=parent,
        )
    sections.save_voice(voice=meeting.voice, said=said, version=meeting.voice.version, by=chair)
    decide(held)
    ending.end(meeting=meeting, by=chair, no_quorum_reason="The agency sent its information in writing.")


def map_safety(held: Held) -> None:
    """Worries, strengths and where everyone places the child's safety."""
    meeting, chair, random = held.meeting, held.chair, held.scene.random
    pairs = ((MapKind.HARM, words.says.harms), (MapKind.STRENGTH, words.says.strengths))
    for kind, sentences in pairs:
        safety_map.add_entry(meeting=meeting, key=new_key(), kind=kind, text=held.says(sentences), by=chair)
    danger = meeting.dangers.first()
    if danger is None:
        said = safety_map.Danger(held.says(words.says.dangers), held.says(words.says.goals))
        danger = safety_map.add_danger(meeting=meeting, key=new_key(), danger=said, by=chair)
    low = min(2 + meeting.case.meetings.count(), 7)
    for seat in (None, *meeting.invitations.filter(agency__isnull=False, came_as__in=("Y", "D"))):
        value = min(10, low + random.randrange(4))
        safety_map.score(danger=danger, seat=seat, value=value, by=chair)


def decide(held: Held) -> None:
    """The category falls a step where the course of things is better and the rules allow it; a review is set."""
    case, course = held.case, held.course
    current, harm = RiskCategory(case.category), HarmStatus(case.harm_status)
    wanted = max(current - course.gets_better, RiskCategory.LOW)
    if wanted < current:
        assess_anew(held)
    category = RiskCategory(max(lowest(case, evidence(case)).category, wanted))
    harm = min(harm, HarmStatus.H1) if course.gets_better else harm
    decided = decision.Decided(category, harm, held.says(words.says.narratives))
    decision.save_decision(meeting=held.meeting, decided=decided, version=0, by=held.chair)
    everyone = {each.agency for each in held.meeting.invitations.select_related("agency") if each.agency}
    decision.record_word(meeting=held.meeting, agencies=everyone, word=AgencyWord.AGREES, by=held.chair)
    if category < current:
        meeting = Meeting.objects.get(pk=held.meeting.pk)
        checks = checklist(record_of(meeting, restricted=True))
        unmet = {each.code for each in checks if each.is_denied or each.owner}
        points: dict[str, decision.Point | None] = {
            each.code: decision.Point(each.code not in unmet, UNMET if each.code in unmet else "")
            for each in checks
        }
        points["GOALS"] = decision.Point(False, "One goal is nearly met, and its action goes on.")
        decision.check_step_down(meeting=held.meeting, answers=points, by=held.chair)
        police = held.scene.cast("police")
        if gate.can(police, Permission.MEETING_CONTRIBUTE, held.meeting):
            confirmed = {each.code: decision.Point(True) for each in checks if each.owner}
            decision.check_step_down(meeting=held.meeting, answers=confirmed, by=police)
    review_on = min(last_working_day(review_limit(category)), course.forgotten_on or dt.date.max)
    decision.set_review(meeting=held.meeting, review_on=review_on, by=held.chair)


def assess_anew(held: Held) -> None:
    """No category falls on an old assessment: one is repeated for the review, where nothing held the category up."""
    case, found = held.case, evidence(held.case)
    if not found.is_old or floors(found.assessment):
        return
    judgement = assessments.Judgement(
        RiskCategory(case.category), HarmStatus(case.harm_status), held.says(words.says.narratives),
        "The meeting decides on what was seen since.",
    )  # fmt: skip
    assessments.record_assessment(
        case=case, answers=assessments.Answers(), judgement=judgement, by=held.chair, key=new_key()
    )


def agreed(held: Held) -> list[plan.Agreed]:
    """One to three actions under the four Ps, for agencies that are at the table."""
    random, scene = held.scene.random, held.scene
    reads = gate.can(held.chair, Permission.MINUTES_RESTRICTED_VIEW, held.case)
    owners = {"PREVENT": "csc", "PROTECT": "csc", "PURSUE": "police", "PROSECUTE": "police"}
    made = []
    for p in random.sample(list(words.says.actions), 1 if scene.is_long_ago else random.randrange(2, 4)):
        code = "cse-team" if held.case.is_restricted and owners[p] == "police" else owners[p]
        lead = held.case.lead_professional
        due_on = timezone.localdate() + dt.timedelta(days=random.choice((7, 14, 21)))
        made.append(
            plan.Agreed(
                p=PlanP(p),
                text=held.says(words.says.actions[p]),
                measure_of_success="The person who does it tells the next meeting what has changed for the child.",
                agency=scene.agency(code),
                due_on=held.course.forgotten_on or due_on,
                priority=ActionPriority.HIGH if p == "PROTECT" else ActionPriority.MEDIUM,
                restricted=p in POLICE_WORK and reads,  # what the police mean to do is no family's to read
                owner=lead if code == "csc" and lead and lead != scene.cast("leaver") else None,
            )
        )
    return made


def follow(held: Held) -> Story:
    """What came of each action, but for those that are forgotten."""
    rows = PlanAction.objects.filter(meeting=held.meeting).order_by("due_on", "id")
    actions_of = [
        each
        for each in rows.select_related("case", "meeting__chair", "agency")
        if each.due_on != held.course.forgotten_on
    ]
    yield from together(
        *(carried_out(held.scene, each, held.says(words.says.effects)) for each in actions_of)
    )


def answered(scene: Scene, action: PlanAction) -> None:
    """Its agency accepts it; social care declines the first that is due after today."""
    action.refresh_from_db(fields=["state"])
    people = filter(None, (action.owner, *people_to_tell(action.agency)) if action.is_open else ())
    by = next((each for each in people if gate.can(each, Permission.ACTION_UPDATE, action)), None)
    if by is not None:
        still = action.agency.code == "csc" and action.due_on > scene.today
        declines = still and not PlanAction.objects.filter(declined=True).exists()
        actions.answer(
            action=action, accepted=not declines, words=words.says.declined if declines else "", by=by
        )


def carried_out(scene: Scene, action: PlanAction, effect: str) -> Story:
    """Most are done in time, some late, a few that are due these days not yet. The next meeting may take one along."""
    random, chair = scene.random, scene.cast("manager")
    is_new = action.due_on > scene.today - dt.timedelta(days=8)
    if is_new:
        yield later(1, hour=15)
        answered(scene, action)
    fate = pick(random, {"in time": 70, "late": 15, "open": 15 if is_new else 0})
    if fate == "open":
        return
    days = -1 if fate == "in time" else random.randrange(2, 6)
    yield working_moment(action.due_on + dt.timedelta(days=days), hour=12)
    action.refresh_from_db(fields=["state"])
    if action.is_open:
        able = (action.owner, scene.cast("police"), chair)
        by = next(each for each in able if each and gate.can(each, Permission.ACTION_UPDATE, action))
        done = actions.complete(
            action=action, outcome=random.choice(words.says.outcomes), effect=effect, by=by
        )
        yield later(1, hour=11)
        verification.confirm(action=done, by=chair)


def code_for(held: Held, invitation: Invitation) -> AttendanceCode:
    """The chair is always there, most others are, and nobody comes in a child's or parent's place."""
    code: AttendanceCode = pick(held.scene.random, CAME)
    if invitation.person == held.chair or invitation.is_family and code == AttendanceCode.DEPUTY:
        return AttendanceCode.ATTENDED
    return code


def memberships(people: list[User]) -> list[Membership]:
    """The memberships these people are asked through."""
    return list(Membership.objects.current().filter(user__in=people).select_related("user", "agency"))
