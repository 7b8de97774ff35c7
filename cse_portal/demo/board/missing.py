"""Stories of children who were missing: every fifth, one again and again, and two on the day the board is shown."""

import datetime as dt

from django.utils import timezone

from cases.missing import services as missing
from cases.missing.models import InterviewStep, MissingEpisode
from cases.record.models.case import Case
from cse_portal.demo.board.clockwork import Story, at
from cse_portal.demo.board.scene import Course, Scene

# Of one episode after the other: hours away, hours to the interview, why it was declined.
EPISODES = ((7, 30, ""), (9, 40, "CHILD"), (26, 80, ""), (15, 52, ""), (11, 47, ""))
AGAIN_AND_AGAIN = 6  # the child, counted from the newest
NOW = {1: 1, 3: 2}  # which children are missing, and for how many nights
NOTES = (
    "Did not come back after school; the telephone is switched off.",
    "Left after the evening meal and was seen getting into a car the staff did not know.",
    "Stayed away after an appointment; friends say they do not know where.",
)
FOUND = ("At the bus station", "At the home of an older friend", "Came back by themselves")
SAID = "They said that people bought them food, and that nobody had asked them before where they were."


def of_child(course: Course, number: int) -> Story:
    """What there is to tell of one child; missing today is only somebody whose case goes on."""
    scene, case = course.scene, course.case
    if number in NOW and not course.gets_better:
        yield at(scene.today - dt.timedelta(days=NOW[number]), 21, 10)
        gone(scene, case, NOTES[1])
    elif number % 5 == 1:
        for turn in range(3 if number == AGAIN_AND_AGAIN else 1):
            yield at(timezone.localdate() + dt.timedelta(days=9 + number % 7), 21, 10)
            yield from episode(scene, case, number + turn)


def episode(scene: Scene, case: Case, number: int) -> Story:
    """From the evening they were missing to an interview that was held in time, late or declined."""
    away, after, declined = EPISODES[number % len(EPISODES)]
    row, by = gone(scene, case, NOTES[number % 3]), scene.cast("manager")
    yield timezone.now() + dt.timedelta(hours=away)
    back = missing.Back(timezone.now(), FOUND[number % 3], "Tired, and did not want to say more.")
    missing.returned(episode=row, back=back, by=by)
    yield timezone.now() + dt.timedelta(hours=after)
    missing.interview(episode=row, step=interview(scene, declined), by=by)


def interview(scene: Scene, declined: str) -> missing.Step:
    """By the voluntary project, or why the child did not want one."""
    if declined:
        return missing.Step(
            InterviewStep.DECLINED, timezone.now(), scene.agency("csc"), declined_reason=declined
        )
    return missing.Step(
        InterviewStep.HELD, timezone.now(), scene.agency("csc"), interviewer="Lantern, return home interviews",
        is_independent=True, text=SAID,
    )  # fmt: skip


def gone(scene: Scene, case: Case, notes: str) -> MissingEpisode:
    """Missing from this moment."""
    since = missing.Gone(
        "M", timezone.now(), "RESIDENTIAL", scene.agency("police"), missing.Known(notes=notes)
    )
    return missing.report(case=case, gone=since, by=scene.cast("manager"))
