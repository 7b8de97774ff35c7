"""The next MASE session: children who wait for a meeting, in slots of one morning, and the agencies' answers."""

import datetime as dt
from collections.abc import Iterator

from cases.record.models.case import Case
from cse_portal.demo.board.clockwork import Story, at, working_moment
from cse_portal.demo.board.scene import Scene
from cse_portal.reference.working_days import add_working_days
from mase.meetings.choices import AnswerKind
from mase.meetings.models.meeting import MeetingSession
from mase.meetings.selectors.meetings import to_book
from mase.meetings.selectors.sessions import waiting_for_slot
from mase.meetings.services import sessions
from mase.meetings.services.answers import Answer

CHILDREN = 5


def stories(scene: Scene) -> Iterator[Story]:
    """One on the next working day."""
    yield ahead(scene)


def ahead(scene: Scene) -> Story:
    """Booked yesterday: the children who can be met in time, and health comes to all of them."""
    yield working_moment(scene.today - dt.timedelta(days=1), hour=15)
    manager = scene.cast("manager")
    planned = MeetingSession(
        starts_at=at(add_working_days(scene.today, 1), 9, 30), chair=manager, place="Civic building, room 1.4",
        minute_taker=scene.board.staff["cse-team"][0],
    )  # fmt: skip
    session = sessions.plan(session=planned, by=manager)
    for case in in_time(scene, session):
        sessions.book(session=session, case=case, by=manager)
    sessions.answer_all(session=session, given=Answer(AnswerKind.ACCEPT), by=scene.cast("health"))


def in_time(scene: Scene, session: MeetingSession) -> list[Case]:
    """The first children who wait, but for those whose day is over: nobody has booked these."""
    manager = scene.cast("manager")
    rows = waiting_for_slot(manager, list(to_book(manager)), [session])
    return [each.case for each in rows if each.place][:CHILDREN]
