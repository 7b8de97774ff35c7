"""A year of the strategy's action plan, and the quarterly strategic CMOG that keeps it."""

import datetime as dt

from django.utils import timezone

from cse_portal.demo.board.clockwork import Story, working_moment
from cse_portal.demo.board.cmog import come, say
from cse_portal.demo.board.meetings import memberships
from cse_portal.demo.board.scene import Scene
from cse_portal.demo.board.words import read
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
SAID = read("strategy")
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
        if row.code in SAID.actions:
            values = {
                **given,
                "text": SAID.actions[row.code],
                "measure": "Done, and its report is at the meeting.",
            }
            strategic.add(key=new_key(), values=values, under=changed, by=manager)
    for turn in (0, 1):
        yield working_moment(began + dt.timedelta(days=110 + 200 * turn), hour=14)
        for row in StrategicObjective.objects.order_by("order").select_related("owner"):
            reports = SAID.stands.get(row.code, ())
            if turn < len(reports) and row.owner is not None:
                rag, *value, evidence = reports[turn]
                figure = value[0] if value else None
                strategic.report(
                    row=row, rag=Rag(rag), value=figure, evidence=evidence, by=row.owner, key=new_key()
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
    for code, words in SAID.overseen.items():
        say(AgendaItem.objects.select_related("meeting").get(meeting=meeting, code=code), words, chair)
    yield timezone.now() + dt.timedelta(minutes=100)
    ending.end(meeting=meeting, by=chair)
    yield working_moment(day + dt.timedelta(days=3), hour=11)
    minutes_services.circulate(compose=composed, meeting=meeting, by=chair)
