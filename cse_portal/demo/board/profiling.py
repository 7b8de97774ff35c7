"""The story of each year's problem profile: built in June, read with the ROCU, published, and taken up in the plan."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cse_portal.accounts.models import Agency
from cse_portal.demo.board.clockwork import Story, working_moment
from cse_portal.demo.board.scene import Scene
from cse_portal.demo.board.words import read
from cse_portal.keys import new_key
from cse_portal.reference.quarters import Quarter
from mase.plans.choices import PlanP
from reporting.profile import services
from reporting.profile.models import PartKind, ProblemProfile

PARTS = read("profiling").parts
DOERS = ("housing", "education", "police")
PS = (PlanP.PREVENT, PlanP.PROTECT, PlanP.PURSUE)


def stories(scene: Scene) -> list[Story]:
    """One for each financial year that ended on the board's watch."""
    first, last = Quarter.containing(scene.begins_on).year, Quarter.containing(scene.today).year
    return [year_end(scene, year) for year in range(first, last)]


def year_end(scene: Scene, year: int) -> Story:
    """The analyst builds it, the manager publishes it and makes its recommendations objectives."""
    analyst, manager = scene.cast("analyst"), scene.cast("manager")
    begins = dt.date(year + 1, 6, 3)
    yield working_moment(begins, hour=11)
    profile = services.start(year=year, by=analyst)
    doers = iter(DOERS)
    for part in PARTS:
        values: dict[str, Any] = {name: part[name] for name in ("section", "text", "sanitised")}
        if part["kind"] == PartKind.RECOMMENDATION:
            values |= {
                "agency": Agency.objects.get(code=next(doers)),
                "due_on": begins + dt.timedelta(days=200),
            }
        services.add(profile=profile, kind=PartKind(part["kind"]), values=values, key=new_key(), by=analyst)
    yield working_moment(begins + dt.timedelta(days=10), hour=15)
    said = {
        "summary": "More children are known earlier than a year ago, and more is known of where they are harmed.",
        "sources": "The signed returns of the year. They miss what nobody told us, and say little of private homes.",
        "rocu": "Rhona Vale, regional analyst",
        "rocu_on": timezone.localdate(),
    }
    profile = ProblemProfile.objects.get(pk=profile.pk)
    services.say(profile=profile, values=said, version=profile.version, by=analyst)
    yield working_moment(begins + dt.timedelta(days=16), hour=10)
    services.publish(profile=profile, by=manager)
    for p, part in zip(PS, profile.parts.filter(kind=PartKind.RECOMMENDATION), strict=True):
        given: dict[str, Any] = {
            "p": p, "text": part.sanitised, "measure": "Reported to the board each quarter.", "target": None,
            "unit": "", "lower_is_better": False, "agency": part.agency, "owner": None, "due_on": part.due_on,
        }  # fmt: skip
        services.take_up(part=part, values=given, key=new_key(), by=manager)
