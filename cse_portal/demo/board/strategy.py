"""A year of the strategy's action plan, and the quarterly strategic CMOG that keeps it."""

import datetime as dt

from django.utils import timezone

from cse_portal.demo.board.clockwork import Story, working_moment
from cse_portal.demo.board.cmog import come, say
from cse_portal.demo.board.meetings import memberships
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key
from cse_portal.reference.working_days import add_months
from mase.cmog.services import cmog
from mase.meetings.choices import MeetingKind
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.services import ending
from mase.minutes import services as minutes_services
from mase.minutes.presenters.minutes import composed
from mase.plans.choices import PlanP
from mase.strategy import services as strategic
from mase.strategy.models import Rag, StrategicObjective

DAY = 20  # of the month, or the working day after it
STANDS: dict[str, tuple[tuple[Rag, int | None, str], ...]] = {
    "problem-profile": (
        (Rag.AMBER, None, "The profile is fourteen months old; the regional unit has the new one in hand."),
        (Rag.GREEN, None, "The new profile was accepted, and its nine recommendations have owners."),
    ),
    "schools": (
        (Rag.AMBER, 48, "Fewer than half of the schools have taken the programme."),
        (Rag.AMBER, 61, "60 of 98 schools have taken it; colleges begin after Easter."),
    ),
    "trade": ((Rag.GREEN, None, "Training is part of every new taxi licence since April."),),
    "workforce": (
        (Rag.RED, 64, "Three agencies could not say how many of their staff were trained."),
        (Rag.GREEN, 78, "Every agency now reports; two are below their own target."),
    ),
    "mase": (
        (Rag.GREEN, 91, "Nine in ten initial meetings were held in time."),
        (Rag.GREEN, 88, "Fewer were held in time: two chairs were away."),
    ),
    "missing": (
        (
            Rag.RED,
            41,
            "Return home interviews are held late in most cases: the provider has two posts empty.",
        ),
        (Rag.RED, 52, "One post is filled; interviews are still late in half of the cases."),
    ),
    "intelligence": (
        (Rag.GREEN, 72, "Every agency sent intelligence, and most of it was answered."),
        (Rag.GREEN, 90, "Nine in ten were answered in ten working days."),
    ),
    "disruption": (
        (Rag.AMBER, None, "Licensing and housing powers are used; warning notices are not yet counted."),
    ),
    "witnesses": (
        (Rag.DONE, None, "The adviser’s post is filled, and each child who gives evidence was offered her."),
    ),
}
ACTIONS = {
    "schools": "Write to the schools that have not answered, with a date each.",
    "missing": "Agree with the provider by when the second post is filled.",
}
OVERSEEN = {
    "missing": (
        "The provider has one post empty.",
        "Social care pays for a bank of interviewers until it is filled.",
    ),
    "boards": (
        "Two hotels are named again.",
        "The Police and Crime Board is asked to look at licensing conditions.",
    ),
}
OWNERS = {PlanP.PREVENT: "education", PlanP.PROTECT: "csc", PlanP.PURSUE: "police", PlanP.PROSECUTE: "police"}


def stories(scene: Scene) -> list[Story]:
    """A year of the plan; a strategic CMOG that was held, and the next one."""
    return [plan(scene), oversees(scene, add_months(scene.today, 1).replace(day=DAY))]


def plan(scene: Scene) -> Story:
    """Set out from the strategy a year ago; most of its owners have reported since."""
    manager, began = scene.cast("manager"), scene.today - dt.timedelta(days=330)
    yield working_moment(began, hour=14)
    strategic.set_out(by=manager)
    for number, row in enumerate(StrategicObjective.objects.order_by("order")):
        owner = memberships([scene.board.staff[OWNERS[PlanP(row.p)]][number % 3]])[0]
        given = {
            "agency": owner.agency, "owner": owner.user, "due_on": began + dt.timedelta(days=345 + 45 * (number % 5)),
        }  # fmt: skip
        changed = strategic.change(
            row=row, values=given, reason="Agreed at Strategic CMOG.", version=row.version, by=manager
        )
        if row.code in ACTIONS:
            values = {
                **given,
                "text": ACTIONS[row.code],
                "measure": "Done, and its report is at the meeting.",
            }
            strategic.add(key=new_key(), values=values, under=changed, by=manager)
    for turn in (0, 1):
        yield working_moment(began + dt.timedelta(days=110 + 200 * turn), hour=14)
        for row in StrategicObjective.objects.order_by("order").select_related("owner"):
            reports = STANDS.get(row.code, ())
            if turn < len(reports) and row.owner is not None:
                rag, value, evidence = reports[turn]
                strategic.report(
                    row=row, rag=rag, value=value, evidence=evidence, by=row.owner, key=new_key()
                )


def oversees(scene: Scene, ahead: dt.date) -> Story:
    """A strategic CMOG that was held three months before the next one: a decision on an objective, minutes sent out."""
    chair, day = scene.cast("manager"), add_months(ahead, -3)
    yield working_moment(day - dt.timedelta(days=30), hour=9)
    days = [working_moment(each, hour=14) for each in (day, ahead)]
    meeting = cmog.book(
        key=new_key(),
        days=days,
        place="Council House, room 4",
        chair=chair,
        kind=MeetingKind.STRATEGIC,
        by=chair,
    )[0]
    yield meeting.scheduled_for
    meeting = ending.start(meeting=meeting, by=chair)
    come(scene, meeting)
    for code, words in OVERSEEN.items():
        say(AgendaItem.objects.select_related("meeting").get(meeting=meeting, code=code), words, chair)
    yield timezone.now() + dt.timedelta(minutes=100)
    ending.end(meeting=meeting, by=chair)
    yield working_moment(day + dt.timedelta(days=3), hour=11)
    minutes_services.circulate(compose=composed, meeting=meeting, by=chair)
