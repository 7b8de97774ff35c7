"""The disruption register: one order breached, one about to end, one in force, and some that wait."""

import datetime as dt
from random import Random

from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.demo.board import intelligence
from cse_portal.demo.board.clockwork import Story, later
from cse_portal.demo.board.scene import Scene
from cse_portal.demo.board.subjects import UNCLE
from cse_portal.keys import new_key
from intelligence.desk.services import work
from intelligence.disruption import services
from intelligence.disruption.choices import Effect, Stage
from intelligence.disruption.models import Disruption
from intelligence.subjects.models import Subject
from intelligence.submissions import services as sending

CONDITIONS = "Does not meet or write to the children named to him.\nHas no child under 16 in his car."
TAKEAWAY = "Takeaway, Glass Street"


def stories(scene: Scene) -> list[Story]:
    """One story, told of whatever day the board is shown on."""
    return [story(scene)]


def story(scene: Scene) -> Story:
    """A man and a takeaway are linked with two children; orders are asked for, served, breached and rated."""
    officer = scene.cast("police")
    yield scene.ago(75, hour=10)
    sent = sending.send(answers=intelligence.of_kez(), by=scene.colleague("voluntary"))
    work.receive(submission=sent, by=officer)
    intelligence.graded(Random(2), sent, officer, handling="P")
    man = Subject.objects.visible_to(officer).get(name=UNCLE["name"])
    children = intelligence.named_with(scene, "Kez", 2, officer)
    for reference in (man.reference, *(each.reference for each in children)):
        work.link(submission=sent, reference=reference, by=officer)
    intelligence.place(sent, TAKEAWAY, "", officer)
    intelligence.issued(sent, officer, scene.board.staff["police"][2])
    takeaway = Subject.objects.visible_to(officer).get(name=TAKEAWAY)
    notice = _ask(scene, man, "D01", "Serve a warning notice at his home.", children)
    _ask(scene, takeaway, "D20", "Ask for a review of its licence.", children[:1], due_in=88)
    yield later(2, hour=14)
    _step(scene, notice, Stage.SERVED, "Served at his home. He said he understood.", days=300)
    warning = _ask(scene, takeaway, "D12", "No child is served alone after 9pm.", children)
    _step(scene, warning, Stage.SERVED, "Served on the owner.", days=93)
    yield scene.ago(30, hour=15)
    risk_order = _ask(scene, man, "D02", "He met a girl again after the notice.", children[1:])
    _step(scene, risk_order, Stage.APPLIED, "The file went to the court.", due_in=37)
    services.rate(
        disruption=warning, effect=Effect.STRONG, text="No child was seen there in four visits.", by=officer,
        key=new_key(),
    )  # fmt: skip
    for child in warning.children.all():
        services.tell_child(child=child, told_on=timezone.localdate(), because="", by=officer)
    yield scene.ago(1, hour=16)
    services.record_breach(
        disruption=notice, happened_at=timezone.now() - dt.timedelta(hours=1), next_text="", by=officer,
        text="He met a child the notice protects in the car park.", key=new_key(),
    )  # fmt: skip


def _ask(
    scene: Scene, subject: Subject, code: str, text: str, children: list[Case], *, due_in: int = 14
) -> Disruption:
    due_on = timezone.localdate() + dt.timedelta(days=due_in)
    tactic = services.Tactic(code, text, scene.agency("police"), due_on, children=children)
    return services.ask_for(target=subject, tactic=tactic, by=scene.cast("police"), key=new_key())


def _step(
    scene: Scene,
    order: Disruption,
    stage: Stage,
    text: str,
    *,
    days: int | None = None,
    due_in: int | None = None,
) -> None:
    """The next stage today; an order that begins ends in so many days."""
    today, officer = timezone.localdate(), scene.cast("police")
    ends_on, due_on = (today + dt.timedelta(days=each) if each else None for each in (days, due_in))
    step = services.Step(
        stage, text, today, due_on, served_by=officer.full_name, ends_on=ends_on, conditions=CONDITIONS
    )
    services.take_step(disruption=order, step=step, by=officer, key=new_key())
