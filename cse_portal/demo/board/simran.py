"""One girl's story over two years to a meeting that runs now: every page of her record has something.

All of it is invented.
"""

from cases.record.choices import HarmStatus
from cse_portal.demo.board import living, meetings, reviews, told
from cse_portal.demo.board.clockwork import Story, later
from cse_portal.demo.board.lives import LOW, Opened, ToldCourse, read
from cse_portal.demo.board.scene import Scene

TOLD = read("simran")


def story(scene: Scene) -> Story:
    """From a school's first worry to the meeting that runs as the demo starts, led by the cast's social worker."""
    how = Opened(LOW, HarmStatus.H1, ("M2", "M6"), "Unknown adults and a second phone.")
    course = yield from told.opened(scene, TOLD.life, TOLD.first, how)
    yield later(2, hour=13)
    yield from living.lived(course, work(course))


def work(course: ToldCourse) -> Story:
    """Reviewed by her lead in category 1, then by meetings in category 2, until the one that runs today."""
    yield from told.assessed(course, TOLD.at_first)
    yield from reviews.until(course, course.scene.ago(TOLD.second.days))
    yield from told.again(course, TOLD.second)
    yield from told.assessed(course, TOLD.at_night)
    yield from told.meet(course, last=today)


def today(course: ToldCourse) -> Story:
    """A new worry, an assessment that points to category 3, and the meeting that runs now."""
    yield from told.again(course, TOLD.third)
    told.assess(course, TOLD.now)
    yield from meetings.today(course)
