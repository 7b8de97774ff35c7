"""How well the work is done: case files audited last spring and now, and supervision, of which one is overdue."""

import datetime as dt

from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.demo.board.clockwork import Story, working_moment
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key
from cse_portal.reference.selectors import codes
from reporting.quality import services
from reporting.quality.models import QUESTIONS, AuditAction, CaseAudit
from reporting.quality.selectors import cases_to_talk_about

AUDITORS = (("health", 0), ("education", 1), ("police", 0), ("early-help", 0))
GRADES = ("good", "improve", "good", "inadequate", "outstanding", "good")
FOUND = {
    "voice": "Her own words are there from each visit, and twice what changed because of them.",
    "plan": "Two actions have no day.",
    "oversight": "The manager signed the assessment; there is no note of challenge.",
}
SAID = {
    "worker": "Tired after two court days. Sleeps better since the rota changed.",
    "time": "Yes, but for one review that needs a second visit first.",
    "voice": "I saw each of them alone this month. One says that nobody asks about school.",
    "trust": "The youth worker, and she stays. One child names nobody yet.",
    "worries": "The new car outside the shops. We asked the police for patrols; more is needed.",
    "sharing": "The school nurse. We do not know who pays for the second phone.",
    "learning": "Both visits were made. Wants to sit in on an interview by the return service.",
}
OF_A_CHILD = "Safer at home than in the summer. Ask what evenings are like, and who drives."
STANDS_OUT = "The story of the child can be followed. Actions need days, and the last review came late."


def stories(scene: Scene) -> list[Story]:
    """Each sample on its way; the team's manager and a manager of social care with whom they supervise."""
    manager, (iris, jonah, *_) = scene.cast("manager"), scene.board.staff["cse-team"]
    return [
        audited(scene),
        begun(scene),
        supervision(scene, manager, iris, (94, 52, 10)),
        supervision(scene, manager, jonah, (120, 75)),
        supervision(scene, scene.board.staff["csc"][4], scene.cast("practitioner"), (81, 39)),
    ]


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


def supervision(scene: Scene, by: User, person: User, days: tuple[int, ...]) -> Story:
    """One after another, so many days ago, each about two children."""
    for ago in days:
        yield working_moment(scene.today - dt.timedelta(days=ago), hour=14)
        held_on = timezone.localdate()
        services.record_supervision(
            person=person, held_on=held_on, answers=SAID, by=by, key=new_key(),
            children=dict.fromkeys(cases_to_talk_about(by, person)[:2], OF_A_CHILD),
            agreed=[{"text": "Visit together, and ask about school.", "due_on": held_on + dt.timedelta(days=14)}],
        )  # fmt: skip


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
