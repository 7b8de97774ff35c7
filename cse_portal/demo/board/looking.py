"""Stories of looking: who opened which case in the last days, and what the audit's rules made of it at night."""

import datetime as dt
from random import Random

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.record.services import record_view
from cse_portal.audit.models import Finding, Verdict
from cse_portal.demo.board.clockwork import Story, at, later
from cse_portal.demo.board.scene import Scene
from reporting.oversight import services as oversight

DAYS, ON_DUTY, MANY = 10, 8, 3
PAGES = ("overview", "chronology", "assessments")


def stories(scene: Scene) -> list[Story]:
    """The last ten days, each looked over in the night that follows."""
    return [a_day(scene, ago) for ago in range(DAYS, 0, -1)]


def a_day(scene: Scene, ago: int) -> Story:
    """Lead professionals open their cases; once somebody looks late, once somebody looks at very many."""
    day, chance = scene.today - dt.timedelta(days=ago), Random(ago)
    worker = scene.board.staff["cse-team"][1]
    yield at(day, 11)
    cases = Case.objects.filter(status="open", is_restricted=False).select_related("lead_professional")
    for case in cases.order_by("reference"):
        if case.lead_professional is not None and chance.random() < 0.15:
            record_view(case=case, by=case.lead_professional, page=chance.choice(PAGES))
    if ago == ON_DUTY:
        yield at(day, 23, 10)
        shared = cases.filter(
            category__gte=RiskCategory.MEDIUM, group_grants__group=scene.agency("police").group
        )
        for case in shared[:1]:  # a small board may have none
            record_view(case=case, by=scene.cast("police"), page="overview")
    if ago == MANY:
        yield at(day, 21, 30)
        for case in cases.order_by("-opened_at")[:34]:
            record_view(case=case, by=worker, page="overview")
    yield at(day + dt.timedelta(days=1), 4, 5)
    oversight.look_over(day=day)
    if ago == ON_DUTY and (finding := Finding.objects.filter(rule="at-night", about_on=day).first()):
        yield later(0, hour=9)
        oversight.decide(
            finding=finding,
            verdict=Verdict.IN_ORDER,
            note="On duty that night; the duty sergeant confirms the call.",
            by=scene.cast("privacy"),
        )
