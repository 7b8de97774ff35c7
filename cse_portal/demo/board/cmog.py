"""Stories of the monthly CMOG."""

import datetime as dt

from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import Membership, User
from cse_portal.demo.board.clockwork import Story, together, working_moment
from cse_portal.demo.board.meetings import carried_out, memberships
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key
from cse_portal.reference.working_days import add_months
from intelligence.disruption import services as disruption
from intelligence.disruption.choices import Stage
from intelligence.disruption.models import Disruption
from mase.cmog.services import agenda as cmog_agenda
from mase.cmog.services import cmog
from mase.cmog.services import items as cmog_items
from mase.meetings.choices import AttendanceCode, ItemKind
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.meetings import guests_of
from mase.meetings.services import ending
from mase.meetings.services.invitations import Asked, invite
from mase.meetings.services.sections import Came, record_attendance
from mase.minutes import services as minutes_services
from mase.minutes.models import MinutesObjection
from mase.minutes.presenters.minutes import composed
from mase.plans.choices import PlanP
from mase.plans.models.plan import PlanAction
from mase.plans.services.plan import Agreed

DAY = 12  # of the month, or the working day after it
ASKED = ("health", "education", "housing", "csc", "yos")
SAID = (
    (
        "The police and social care describe the same group of older people.",
        "Both write down what they know by Friday, and meet before the next MASE.",
    ),
    (
        "Missing less often since the placement changed; still met by a car.",
        "The home tells the police the registration each time.",
    ),
    (
        "School has seen new belongings. The return interview was not held.",
        "Lantern offers the interview this week.",
    ),
)
OF_PLACES = (
    "Officers visited twice; staff could not say who rents the rooms.",
    "Licensing visits with the police, and reports to the next CMOG.",
)
THEME = (
    "Two agencies report young people being collected near the bus station after school.",
    "Housing asks for better lighting; the police look at it on Fridays.",
)
THEME_WORDED = (
    "Two agencies report that older people collect young people near the bus station after school; it is not yet known "
    "whether they are the same people."
)
TOPIC = (
    "Who is out and about at half-term",
    "Two agencies asked to plan this together before the schools close.",
)
EFFECT = "One plan for the week, and nobody is asked the same thing twice."
OBJECTION = "Our agency spoke of one older person, not of several."
ANSWER = "Two agencies reported it; the other one spoke of three people. Both stand in what was said."
UPWARD = "Three agencies have nobody to hold return interviews in half-term."


def stories(scene: Scene) -> list[Story]:
    """Two CMOGs that were held, the older with its minutes agreed, and the next one."""
    this_month = scene.today.replace(day=DAY)
    ahead = 0 if working_moment(this_month) > scene.now else 1
    older, newer, following = (add_months(this_month, ahead - ago) for ago in (2, 1, 0))
    past = [held(scene, older, agrees=True), held(scene, newer, agrees=False)]
    return [*past, booked(scene, following)]


def booked(scene: Scene, day: dt.date) -> Story:
    """Its day is set, people are asked, its agenda is there; the chair has added a topic."""
    yield min(working_moment(day - dt.timedelta(days=20), hour=9), scene.now - dt.timedelta(hours=2))
    meeting = book(scene, day)
    named, because = TOPIC
    cmog_agenda.add_item(
        meeting=meeting,
        key=new_key(),
        kind=ItemKind.TOPIC,
        named=named,
        because=because,
        by=scene.cast("manager"),
    )


def held(scene: Scene, day: dt.date, *, agrees: bool) -> Story:
    """A CMOG from its booking to its minutes: agreed, or out with an objection that waits."""
    yield working_moment(day - dt.timedelta(days=20), hour=9)
    meeting = book(scene, day)
    yield meeting.scheduled_for
    chair = scene.cast("manager")
    meeting = ending.start(meeting=meeting, by=chair)
    come(scene, meeting)
    children(scene, meeting)
    others(scene, meeting)
    yield timezone.now() + dt.timedelta(minutes=110)
    ending.end(meeting=meeting, by=chair)
    yield working_moment(day + dt.timedelta(days=3), hour=11)
    minutes(meeting, chair)
    yield working_moment(day + dt.timedelta(days=6), hour=16)
    put_in_force(scene, meeting)
    objection = objects(meeting)
    agreed = PlanAction.objects.filter(item__meeting=meeting).select_related("case", "agency")
    settled = [settles(meeting, objection, chair)] if objection is not None and agrees else []
    yield from together(*(carried_out(scene, each, EFFECT) for each in agreed), *settled)


def minutes(meeting: Meeting, chair: User) -> None:
    """The chair words one theme more plainly, and sends the minutes out."""
    theme = AgendaItem.objects.select_related("meeting").get(meeting=meeting, code="themes")
    minutes_services.save_wording(item=theme, text=THEME_WORDED, version=theme.version, by=chair)
    minutes_services.circulate(compose=composed, meeting=meeting, by=chair)


def objects(meeting: Meeting) -> MinutesObjection | None:
    """One of those who were asked reads them, and finds a theme put wrongly."""
    asked = (
        meeting.invitations.filter(person__isnull=False)
        .select_related("person")
        .order_by("agency__name")
        .first()
    )
    if asked is None or asked.person is None or not gate.can(asked.person, Permission.MEETING_VIEW, meeting):
        return None
    theme = AgendaItem.objects.select_related("meeting").get(meeting=meeting, code="themes")
    return minutes_services.object_to(meeting=meeting, item=theme, text=OBJECTION, by=asked.person)


def settles(meeting: Meeting, objection: MinutesObjection, chair: User) -> Story:
    """The chair answers, and they are agreed once nobody can object any more."""
    yield timezone.now() + dt.timedelta(days=1)
    minutes_services.answer(objection=objection, accepted=False, reason=ANSWER, by=chair)
    yield working_moment(objection.version.agrees_on, hour=11)
    minutes_services.agree(meeting=meeting)


def book(scene: Scene, day: dt.date) -> Meeting:
    """In the manager's words."""
    manager = scene.cast("manager")
    days, place = [working_moment(day, hour=10)], "CSE team, meeting room 2"
    meeting = cmog.book(key=new_key(), days=days, place=place, chair=manager, by=manager)[0]
    asked = memberships([scene.colleague(code) for code in ASKED])
    guests = [Asked.of(each) for each in asked if each.role in guests_of(meeting.kind)]
    return invite(meeting=meeting, asked=guests, by=manager)


def come(scene: Scene, meeting: Meeting) -> None:
    """Most are there."""
    codes = (
        AttendanceCode.ATTENDED,
        AttendanceCode.ATTENDED,
        AttendanceCode.ATTENDED,
        AttendanceCode.APOLOGIES,
    )
    asked, standing = (
        meeting.invitations.filter(person__isnull=False),
        meeting.invitations.filter(person=None),
    )
    answers = {each.pk: Came(scene.random.choice(codes)) for each in asked}
    answers |= {each.pk: Came(AttendanceCode.ATTENDED) for each in standing}
    record_attendance(meeting=meeting, answers=answers, by=scene.cast("manager"))


def children(scene: Scene, meeting: Meeting) -> None:
    """Talked over one after the other; for some an action is agreed, and one waits for a month."""
    chair = scene.cast("manager")
    rows = AgendaItem.objects.visible_to(chair).filter(meeting=meeting, kind=ItemKind.CHILD).with_subject()
    for number, item in enumerate(rows):
        item.meeting = meeting
        if number == 1:
            reason = "Her social worker is away; nobody else knows enough."
            cmog_items.put_off(item=item, reason=reason, by=chair)
            continue
        say(item, scene.random.choice(SAID), chair)
        if number % 3 == 0:
            agree(scene, item)


def agree(scene: Scene, item: AgendaItem) -> None:
    """For the lead professional, who works on the case; one that was closed since the last CMOG has no action."""
    lead = item.case.lead_professional if item.case and item.case.is_open else None
    works = Membership.objects.current().filter(user=lead).select_related("agency").first()
    if lead is None or works is None or not gate.can(lead, Permission.CASE_VIEW, item.case):
        return
    agreed = Agreed(
        PlanP.PROTECT, "Bring the two agencies’ chronologies together before the next MASE.", works.agency,
        timezone.localdate() + dt.timedelta(days=21), lead,
    )  # fmt: skip
    cmog_items.add_action(item=item, key=new_key(), agreed=agreed, by=scene.cast("manager"))


def others(scene: Scene, meeting: Meeting) -> None:
    """The police write about places; the chair about themes."""
    officer = scene.cast("police")
    places = AgendaItem.objects.visible_to(officer).filter(meeting=meeting, kind=ItemKind.PLACE)
    for item in places.with_subject()[:2]:
        item.meeting = meeting
        say(item, OF_PLACES, officer)
        tactic = disruption.Tactic(
            "D12", "Notice to the owner: no rooms by the hour.", scene.agency("police")
        )
        cmog_items.ask_for_order(item=item, tactic=tactic, by=officer, key=new_key())
    theme = AgendaItem.objects.get(meeting=meeting, code="themes")
    say(theme, THEME, scene.cast("manager"), UPWARD)


def put_in_force(scene: Scene, meeting: Meeting) -> None:
    """The police report what they have done about what was agreed."""
    officer, today = scene.cast("police"), timezone.localdate()
    items = AgendaItem.objects.filter(meeting=meeting, kind=ItemKind.PLACE)
    for number, found in enumerate(Disruption.objects.filter(source_id__in=items.values("pk"))):
        ends_on = today + dt.timedelta(days=35 + 60 * number)
        step = disruption.Step(
            Stage.SERVED, "Served on the owner.", today, served_by="Sergeant Moss", ends_on=ends_on
        )
        disruption.take_step(disruption=found, step=step, by=officer, key=new_key())


def say(item: AgendaItem, words: tuple[str, str], by: User, upward: str = "") -> None:
    """Notes and a decision, and perhaps a sentence for strategic CMOG."""
    notes, decision = words
    cmog_items.save_said(
        item=item, notes=notes, decision=decision, for_strategic=upward, version=item.version, by=by
    )
