"""Two years of training: the courses, lists that agencies sent, and one list that waits to be looked at."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cse_portal.demo.board.clockwork import Story, working_moment
from cse_portal.demo.board.people import STAFF
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key
from reporting.workforce import services

# Name, level, and for how many months it is valid.
COURSES = (
    ("Noticing exploitation", 1, 36),
    ("Responding to exploitation", 2, 36),
    ("Assessing and investigating exploitation", 3, 24),
    ("Supervising work on exploitation", 4, 24),
)
# Days ago, which course, which agency and how many of its people; a list comes from the board's analyst.
LISTS = (
    (690, 2, "csc", 6), (640, 2, "police", 5), (600, 1, "health", 3), (560, 1, "education", 4),
    (470, 1, "early-help", 2),
    (420, 2, "cse-team", 3), (400, 0, "housing", 2),
    (330, 1, "hospital", 2), (260, 2, "voluntary", 3), (190, 1, "yos", 2),
    (120, 2, "csc", 3), (60, 1, "education", 5),
)  # fmt: skip
# Teachers and others without an account, and how many days ago they attended.
SCHOOLS = (
    ("Amy Carter", "amy.carter@example.org", 300), ("Amy Carter", "a.carter@example.org", 45), ("Lee Booth", "", 45),
    ("Hana Yusuf", "hana.yusuf@example.org", 45), ("Patrick Dunn", "", 1130),
)  # fmt: skip


def stories(scene: Scene) -> list[Story]:
    """Lists that were kept, and one that asks who is meant."""
    return [courses(scene)]


def courses(scene: Scene) -> Story:
    """The plan's courses, then one list after another."""
    analyst = scene.cast("analyst")
    yield working_moment(scene.begins_on, hour=9)
    for name, level, months in COURSES:
        services.save_course(
            values={"name": name, "level": level, "valid_months": months}, key=new_key(), by=analyst
        )
    for ago, course, agency, number in LISTS:
        yield working_moment(scene.today - dt.timedelta(days=ago), hour=15)
        rows = [_row(name, agency, course) for name, _ in STAFF[agency][:number]]
        _kept(scene, rows, f"{agency}.csv")
    yield working_moment(scene.today - dt.timedelta(days=40), hour=10)
    teachers = [_row(name, "education", 0, ago, email) for name, email, ago in SCHOOLS]
    _kept(scene, teachers, "schools.csv")
    yield working_moment(scene.today - dt.timedelta(days=2), hour=10)
    unclear = [_row("Amy Carter", "education", 1, 3), _row("Joe Hale", "education", 1, -30)]
    services.receive(rows=_numbered(unclear), file_name="schools, autumn.csv", key=new_key(), by=analyst)


def _row(name: str, agency: str, course: int, ago: int = 0, email: str = "") -> dict[str, Any]:
    on = timezone.localdate() - dt.timedelta(days=ago)
    plain = {"role": "", "person": "", "name": name, "email": email, "agency": agency}
    return {**plain, "course": COURSES[course][0], "on": on.isoformat()}


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "number": number} for number, row in enumerate(rows, start=2)]


def _kept(scene: Scene, rows: list[dict[str, Any]], file_name: str) -> None:
    analyst = scene.cast("analyst")
    listed = services.receive(rows=_numbered(rows), file_name=file_name, key=new_key(), by=analyst)
    services.keep(listed=listed, corrected={}, by=analyst)
