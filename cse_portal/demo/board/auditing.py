"""Two samples of case files: one audited last spring with its actions, one that auditors are at now."""

import datetime as dt

from cse_portal.demo.board.clockwork import Story, working_moment
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key
from cse_portal.reference.selectors import codes
from reporting.quality import services
from reporting.quality.models import QUESTIONS, AuditAction, CaseAudit

AUDITORS = (("health", 0), ("education", 1), ("police", 0), ("early-help", 0))
GRADES = ("good", "improve", "good", "inadequate", "outstanding", "good")
FOUND = {
    "voice": "Her own words are there from each visit, and twice what changed because of them.",
    "plan": "Two actions have no day.",
    "oversight": "The manager signed the assessment; there is no note of challenge.",
}
STANDS_OUT = "The story of the child can be followed. Actions need days, and the last review came late."


def stories(scene: Scene) -> list[Story]:
    """Each sample on its way."""
    return [audited(scene), begun(scene)]


def audited(scene: Scene) -> Story:
    """Six files, each graded; what they ask for is done by half of their owners."""
    sample = yield from _draw(scene, 160, "Voice of the child and plans", 6)
    for number, audit in enumerate(CaseAudit.objects.filter(sample=sample).order_by("id")):
        yield working_moment(scene.today - dt.timedelta(days=150 - 2 * number), hour=11)
        _complete(audit, GRADES[number % len(GRADES)], scene.today - dt.timedelta(days=90))
    yield working_moment(scene.today - dt.timedelta(days=95), hour=9)
    for action in AuditAction.objects.filter(audit__sample=sample)[::2]:
        services.finish_action(action=action, outcome="Each action has an owner and a day.", by=action.owner)


def begun(scene: Scene) -> Story:
    """Four files of category 3; one is audited so far."""
    sample = yield from _draw(scene, 12, "Children in category 3, this quarter", 4, category=3)
    yield working_moment(scene.today - dt.timedelta(days=5), hour=15)
    first = CaseAudit.objects.filter(sample=sample).order_by("id").first()
    if first is not None:
        _complete(first, "improve", scene.today + dt.timedelta(days=20))


def _draw(scene: Scene, ago: int, title: str, size: int, category: int | None = None) -> "Story":
    yield working_moment(scene.today - dt.timedelta(days=ago), hour=9)
    auditors = [scene.board.staff[agency][number] for agency, number in AUDITORS]
    return services.draw(
        key=new_key(), title=title, size=size, auditors=auditors, category=category, by=scene.cast("manager"),
        due_on=scene.today - dt.timedelta(days=ago - 28), seed=title,
    )  # fmt: skip


def _complete(audit: CaseAudit, grade: str, due_on: dt.date) -> None:
    answers = {each.code: {"grade": "good", "found": FOUND.get(each.code, "")} for each in codes(QUESTIONS)}
    lead = audit.case.lead_professional
    actions = (
        [{"text": "Give each action of the plan an owner and a day.", "owner": lead, "due_on": due_on}]
        if lead
        else []
    )
    services.complete(
        audit=audit, answers=answers, grade=grade, findings=STANDS_OUT, actions=actions, by=audit.auditor
    )
