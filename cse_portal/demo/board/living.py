"""What happens in a told child's life beside triage, assessment and meetings, as it is written down."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils import timezone

from cases.casework.services import record_picture
from cases.chronology import services as chronology
from cases.chronology.models import EntryKind
from cases.documents import services as documents
from cases.documents.models import DocumentKind
from cases.family import services as family
from cases.family.models import HealthTopic
from cases.history.models import PeriodKind
from cases.history.services import Period, record_period
from cases.identity import services as identity
from cases.letters.choices import LetterKind
from cases.letters.services import change_letter, letter_sent, write_letter
from cases.missing.models import InterviewStep
from cases.missing.selectors.told import leads_in_interview
from cases.missing.services import episodes as missing
from cases.trigger_plans import services as trigger_plans
from cases.trigger_plans.selectors import review_by
from cases.voice.services import Said, record_change, record_voice
from cse_portal.demo.board.clockwork import Story, at, later, together
from cse_portal.demo.board.lives import Sent, ToldCourse
from cse_portal.demo.board.missing import booking
from intelligence.submissions.services import beginning


def lived(course: ToldCourse, *work: Story) -> Story:
    """Everything of the life that is not the work of triage, assessment and meetings, beside that work."""
    life = course.life
    around(course)
    yield from together(
        *work, written(course), *(away(course, *each) for each in life.away),
        *(heard(course, *each) for each in life.voices),
    )  # fmt: skip


def note_plan(course: ToldCourse) -> None:
    """The plan for when the child is missing, and the current picture."""
    plan = trigger_plans.Plan(**course.life.plan, review_on=review_by(course.case))
    seen = course.case.trigger_plans.count()
    trigger_plans.save(case=course.case, plan=plan, seen=seen, by=course.lead)
    record_picture(case=course.case, text=course.life.picture, by=course.lead)


def around(course: ToldCourse, *, at_home: bool = False) -> None:
    """The child's people; those the child lives with from the day on which they moved to them."""
    for said in course.life.people:
        if bool(said.get("lives_with_child")) == at_home:
            family.record_member(case=course.case, member=family.Member(**said), by=course.lead)


def note_own(course: ToldCourse) -> None:
    """Their phones and accounts, and what they said of who they are."""
    for said in course.life.own:
        identity.record_contact(case=course.case, said=said, by=course.lead)
    identity.record_identity(case=course.case, said=course.life.identity, by=course.lead)


def written(course: ToldCourse) -> Story:
    """What the worker and others write down as it happens, from the day on which the case was opened."""
    life, opened_on = course.life, timezone.localdate()
    dated: list[tuple[int, Callable[[], object]]] = [
        *((each[0], partial(note_event, course, *each)) for each in life.events),
        *((each["began"], partial(note_period, course, opened_on, **each)) for each in life.periods),
        *((each[0], partial(note_health, course, *each)) for each in life.health),
        *((each[0], partial(note_paper, course, *each)) for each in life.papers),
        *((each.days, partial(send, course, each)) for each in life.letters),
        (life.moved, partial(around, course, at_home=True)),
        (life.plan_days, partial(note_own, course)),
        (life.plan_days, partial(note_plan, course)),
    ]
    for days, note in sorted(dated, key=lambda each: -each[0]):
        yield course.scene.ago(days, hour=16)
        note()


def note_event(course: ToldCourse, days: int, kind: str, text: str) -> None:
    """An entry of the chronology; what happened to the child has a star, and a contact none."""
    day, starred = course.scene.today - dt.timedelta(days=days), kind == EntryKind.EVENT
    chronology.add_event(
        case=course.case,
        kind=EntryKind(kind),
        happened_on=day,
        text=text,
        by=course.lead,
        significant=starred,
    )


def note_period(
    course: ToldCourse, case_began: dt.date, kind: str, code: str, name: str, began: int,
    until: int | None = None, why: str = "", attendance: int | None = None, special_needs: str = "",
) -> None:  # fmt: skip
    """A school, a home or a legal status. One that ended before the case began is written with both its days."""
    today = course.scene.today
    ended = today - dt.timedelta(days=until) if until else None
    said = Period(
        code, name, today - dt.timedelta(days=began), ended if ended and ended <= case_began else None, why,
        attendance=attendance, special_needs=special_needs,
    )  # fmt: skip
    record_period(case=course.case, kind=PeriodKind(kind), said=said, by=course.lead)


def note_health(course: ToldCourse, days: int, topic: str, text: str, for_others: str) -> None:
    """Health detail, and what the others may know of it."""
    next_on = timezone.localdate() + dt.timedelta(days=28)
    camhs: dict[str, Any] = {"camhs": "yes", "camhs_worker": "Omar Reza", "next_on": next_on}
    family.add_note(
        case=course.case, topic=HealthTopic(topic), happened_on=timezone.localdate(), text=text, for_others=for_others,
        by=course.scene.board.staff["health"][0], **(camhs if topic == HealthTopic.CAMHS else {}),
    )  # fmt: skip


def note_paper(course: ToldCourse, days: int, title: str, kind: str, text: str) -> None:
    """A document that an agency brought."""
    documents.add(
        case=course.case,
        title=title,
        kind=DocumentKind(kind),
        name="document.txt",
        content=text.encode(),
        by=course.lead,
    )


def send(course: ToldCourse, said: Sent) -> None:
    """A letter in plain words, and how it reached its reader."""
    case, by = course.case, course.lead
    to = case.network_members.filter(relation=said.relation).first() if said.relation else None
    letter = write_letter(case=case, kind=LetterKind.OUTCOME, recipient=to, language=said.language, by=by)
    change_letter(letter=letter, version=letter.version, heading=said.heading, body=said.body, by=by)
    letter_sent(letter=letter, on=timezone.localdate(), how=said.how, by=by)


def heard(course: ToldCourse, days: int, who: str, words: str, wants: str, changed: str, after: int) -> Story:
    """What the child said, and later what changed and that the child was told."""
    yield course.scene.ago(days, hour=16)
    said = Said(
        heard_on=timezone.localdate(), heard_by=who, seen_alone=True, tool="THREE_HOUSES", own_words=words,
        wants=wants, themes=("family", "safety"),
    )  # fmt: skip
    entry = record_voice(case=course.case, said=said, by=course.lead)
    if changed:
        yield later(after, hour=16)
        record_change(entry=entry, what_changed=changed, told_on=timezone.localdate(), by=course.lead)


def away(course: ToldCourse, days: int, hours: int, interviewed: int | None = None) -> Story:
    """Missing from one evening, back, and an interview, which is booked if it is still due.

    The lead begins a draft of intelligence from the newest.
    """
    scene, life = course.scene, course.life
    yield at(scene.today - dt.timedelta(days=days), 21, 10)
    by = scene.cast("manager")
    known = replace(life.known, police_reference=f"SW-{days:04d}")
    gone = missing.MissingReport(
        "M", timezone.now(), life.missing_from, scene.agency("police"), known, "MEDIUM"
    )
    row = missing.report(case=course.case, gone=gone, by=by)
    yield timezone.now() + dt.timedelta(hours=hours)
    missing.returned(episode=row, back=missing.Back(timezone.now(), **life.found), by=by)
    if interviewed is None:
        yield timezone.now() + dt.timedelta(hours=4)
        missing.interview(episode=row, step=booking(scene), by=course.lead)
        return
    yield timezone.now() + dt.timedelta(hours=interviewed)
    step = missing.Step(
        InterviewStep.HELD, timezone.now(), scene.agency("csc"), interviewer="Sam Aldous, Lantern",
        is_independent=True, held_where="At the project", others_present="Nobody", **life.interview,
    )  # fmt: skip
    made = missing.interview(episode=row, step=step, by=by)
    if days == min(each[0] for each in life.away if len(each) > 2):
        lines = [each.key for each in leads_in_interview(made)]
        beginning.begin(kind="interview", pk=made.pk, ticked=lines, by=course.lead)
