"""Stories of children who were missing: one again and again, one is missing as the demo starts."""

import datetime as dt

from django.utils import timezone

from cases.choices import InterviewStep, RiskCategory
from cases.models import Case, MissingEpisode
from cases.services import missing
from cse_portal.accounts.models import User
from cse_portal.demo.board.clockwork import Story
from cse_portal.demo.board.scene import Scene

# Which child, days before today, hours away, hours to the interview (None: nobody held one), why it was declined.
EPISODES: tuple[tuple[int, int, int, int | None, str], ...] = (
    (0, 58, 7, 30, ""),
    (1, 44, 9, 40, "CHILD"),
    (0, 37, 26, 80, ""),
    (2, 31, 15, 52, ""),
    (0, 16, 11, None, ""),
)
NOTES = (
    "Did not come back after school; the telephone is switched off.",
    "Left after the evening meal and was seen getting into a car the staff did not know.",
    "Stayed away after an appointment; friends say they do not know where.",
)
FOUND = ("At the bus station", "At the home of an older friend", "Came back by themselves")
SAID = "They said that people bought them food, and that nobody had asked them before where they were."


def stories(scene: Scene) -> list[Story]:
    """Each episode is a story; the last one is not over."""
    ended = [an_episode(scene, number) for number in range(len(EPISODES))]
    return [*ended, missing_now(scene)]


def an_episode(scene: Scene, number: int) -> Story:
    """From the evening they were missing to an interview that was held in time, late, declined or not at all."""
    which, ago, away, after, declined = EPISODES[number]
    yield _evening(scene, ago)
    case = _child(which)
    if case is None:
        return
    by = scene.cast("manager")
    episode = _gone(scene, case, NOTES[number % 3], by)
    yield timezone.now() + dt.timedelta(hours=away)
    back = missing.Back(timezone.now(), FOUND[number % 3], "Tired, and did not want to say more.")
    missing.returned(episode=episode, back=back, by=by)
    if after is None:
        return
    yield timezone.now() + dt.timedelta(hours=after)
    case.refresh_from_db(fields=["status"])
    if case.is_open:
        missing.interview(episode=episode, step=_interview(scene, declined), by=by)


def missing_now(scene: Scene) -> Story:
    """Since last night."""
    yield _evening(scene, 1)
    case = _child(3)
    if case is not None:
        _gone(scene, case, NOTES[1], scene.cast("manager"))


def _interview(scene: Scene, declined: str) -> missing.Step:
    if declined:
        return missing.Step(
            InterviewStep.DECLINED, timezone.now(), scene.agency("csc"), declined_reason=declined
        )
    return missing.Step(
        InterviewStep.HELD, timezone.now(), scene.agency("csc"), interviewer="Lantern, return home interviews",
        is_independent=True, text=SAID,
    )  # fmt: skip


def _evening(scene: Scene, ago: int) -> dt.datetime:
    day = scene.now - dt.timedelta(days=ago)
    return timezone.localtime(day).replace(hour=21, minute=10, second=0, microsecond=0)


def _child(which: int) -> Case | None:
    """Of the open cases that the board worries about most."""
    rows = Case.objects.open().filter(
        category__gte=RiskCategory.MEDIUM, is_restricted=False, missing_since=None
    )
    return rows.order_by("reference")[which : which + 1].first()


def _gone(scene: Scene, case: Case, notes: str, by: User) -> MissingEpisode:
    gone = missing.Gone("M", timezone.now(), "RESIDENTIAL", scene.agency("police"), notes)
    return missing.report(case=case, gone=gone, by=by)
