"""Stories of children who were missing: every fifth, one again and again, two on the day the board is shown, and two
whose interview is due.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.utils import timezone

from cases.identity import services as identity
from cases.missing.models import InterviewStep, MissingEpisode
from cases.missing.services import changes
from cases.missing.services import episodes as missing
from cases.record.models.case import Case
from cases.tonight import services as tonight
from cases.trigger_plans import services as trigger_plans
from cases.trigger_plans.selectors import review_by
from cse_portal.demo.board.clockwork import Story, at
from cse_portal.demo.board.scene import Course, Scene
from cse_portal.keys import new_key

# Of one episode after the other: hours away, hours to the interview, why it was declined.
EPISODES = ((7, 30, ""), (9, 40, "CHILD"), (26, 80, ""), (15, 52, ""), (11, 47, ""))
AGAIN_AND_AGAIN = 6  # the child, counted from the newest
NOW = {1: 1, 3: 2}  # which children are missing, and for how many nights
# Whose interview is due: how many days ago they went, for how many hours; the first was missing before they are now.
DUE = {1: (3, 8), 2: (5, 13)}
NOTES = (
    "Did not come back after school; the telephone is switched off.",
    "Left after the evening meal and was seen getting into a car the staff did not know.",
    "Stayed away after an appointment; friends say they do not know where.",
)
NOTHING = missing.Known()
KNOWN = missing.Known(
    last_seen_where="At the bus stop by the home", last_seen_by="staff of the home",
    last_seen_wearing="Black coat, white trainers", with_whom="A man called K, about 25. A friend, not asked yet",
)  # fmt: skip
PLAN: dict[str, Any] = {
    "expected_grade": "HIGH", "grade_reason": "From the first minute", "kept_by": "Carers, police, emergency duty team",
    "looks": "Slim, brown eyes, long black hair", "often_wears": "Black coat, white trainers",
    "do_first": "Ring them, then their aunt\nCarer rings 101, or 999\nCheck the places in order",
    "calls": "Emergency duty team, all night; 07700 900911\nTheir aunt; 07700 900163",
    "people": "Safe; their aunt\nAsk; a school friend, 16\nOf concern; a man called K, about 25, grey car",
    "places": "Bus station; Found there in October; Patrol and CCTV\nCastle Street car park; police; Two officers",
    "pattern": "Late, from Friday to Sunday. On foot, then in a car", "medical": "Asthma: inhaler often left behind",
    "calms": "Sit beside them. No blame", "makes_worse": "Many adults at once",
    "when_found": "A carer collects them. Food, warmth, sleep. Keep clothes and phone safe",
}  # fmt: skip
OWN = (
    identity.Contact("phone", "07700 900633", "TOLD_BY_CHILD", used_for="Switched off since this evening"),
    identity.Contact("card", "4471", "RECORD", "Bus"),
)
FOUND = ("At the bus station", "At the home of an older friend", "Came back by themselves")
SAID = "They said that people bought them food, and that nobody had asked them before where they were."


def of_child(course: Course, number: int) -> Story:
    """What there is to tell of one child; missing today is only somebody whose case goes on."""
    scene, case = course.scene, course.case
    if number in DUE and not course.gets_better:
        yield from interview_is_due(scene, case, *DUE[number])
    if number in NOW and not course.gets_better:
        yield at(scene.today - dt.timedelta(days=NOW[number]), 21, 10)
        yield from missing_now(scene, case)
    elif number % 5 == 1:
        for turn in range(3 if number == AGAIN_AND_AGAIN else 1):
            yield at(timezone.localdate() + dt.timedelta(days=9 + number % 7), 18 + (number + turn) % 6, 10)
            yield from episode(scene, case, number + turn)


def missing_now(scene: Scene, case: Case) -> Story:
    """What is known when it is reported; an hour later the police grade it higher."""
    known = replace(KNOWN, police_reference=f"SW-{case.reference[-4:]}")
    row = gone(scene, case, NOTES[1], known, "MEDIUM")
    yield timezone.now() + dt.timedelta(hours=1)
    high = missing.Grade("HIGH", timezone.now(), "The telephone is off, and it is cold tonight.")
    manager = scene.cast("manager")
    changes.change_grade(episode=row, grade=high, by=manager)
    yield timezone.now() + dt.timedelta(hours=1)
    seen = changes.Seen(timezone.now(), "Castle Street car park", "a bus driver", "Getting into a grey car")
    changes.add_sighting(episode=row, seen=seen, by=manager, key=new_key())
    noon = timezone.make_aware(dt.datetime.combine(scene.today, dt.time(12)))
    changes.plan_call(episode=row, with_whom="the police", call_at=noon, note="", by=manager, key=new_key())
    for contact in OWN:
        identity.record_contact(case=case, said=contact, by=manager)
    plan = trigger_plans.Plan(**PLAN, review_on=review_by(case))
    trigger_plans.save(case=case, plan=plan, seen=0, by=manager)
    said = "By the bus station at about 11pm, alone. They went on towards the High Street."
    tonight.add_note(case=case, kind=tonight.NoteKind.SAW, text=said, by=manager, key=new_key())


def interview_is_due(scene: Scene, case: Case, days: int, away: int) -> Story:
    """Back some days ago; where they were away for a night, nobody has offered an interview yet."""
    yield at(scene.today - dt.timedelta(days=days), 17, 30)
    row, by = gone(scene, case, NOTES[0]), scene.cast("manager")
    yield timezone.now() + dt.timedelta(hours=away)
    back = missing.Back(timezone.now(), FOUND[1], "Tired, and hungry.", "a youth worker", "NOT_KNOWN")
    missing.returned(episode=row, back=back, by=by)
    if away < 12:
        yield timezone.now() + dt.timedelta(hours=10)
        offered = missing.Step(InterviewStep.OFFERED, timezone.now(), scene.agency("csc"))
        missing.interview(episode=row, step=offered, by=by)


def episode(scene: Scene, case: Case, number: int) -> Story:
    """From the evening they were missing to an interview that was held in time, late or declined."""
    away, after, declined = EPISODES[number % len(EPISODES)]
    row, by = gone(scene, case, NOTES[number % 3]), scene.cast("manager")
    yield timezone.now() + dt.timedelta(hours=away)
    back = missing.Back(timezone.now(), FOUND[number % 3], "Tired, and did not want to say more.")
    missing.returned(episode=row, back=back, by=by)
    yield timezone.now() + dt.timedelta(hours=after)
    missing.interview(episode=row, step=interview(scene, declined), by=by)


def booking(scene: Scene) -> missing.Step:
    """For tomorrow afternoon, by the voluntary project."""
    return missing.Step(
        InterviewStep.BOOKED, at(scene.today + dt.timedelta(days=1), 16, 30), scene.agency("csc"),
        interviewer="Sam Aldous, Lantern", held_where="At the project",
    )  # fmt: skip


def interview(scene: Scene, declined: str) -> missing.Step:
    """By the voluntary project, or why the child did not want one."""
    if declined:
        return missing.Step(
            InterviewStep.DECLINED, timezone.now(), scene.agency("csc"), declined_reason=declined
        )
    return missing.Step(
        InterviewStep.HELD, timezone.now(), scene.agency("csc"), interviewer="Lantern, return home interviews",
        is_independent=True, text=SAID, held_where="At the project", others_present="Nobody",
        push_factors=["UNHAPPY_PLACED"], pull_factors=["GIFTS", "ADULT"], where_they_went="A flat above a shop",
        with_whom="A man called K, about 25; two men whose names they do not know", transport="A grey car",
        phones="07700 900633", gifts="Food and vapes", harm="SUSPECTED", contact_since="Messages on most days",
        would_help="“Somebody there after school.” Their aunt will be, from Monday.",
    )  # fmt: skip


def gone(
    scene: Scene, case: Case, notes: str, known: missing.Known = NOTHING, grade: str = ""
) -> MissingEpisode:
    """Missing from this moment."""
    police = scene.agency("police")
    since = missing.MissingReport(
        "M", timezone.now(), "RESIDENTIAL", police, replace(known, notes=notes), grade
    )
    return missing.report(case=case, gone=since, by=scene.cast("manager"))
