"""Leah as a witness: an investigation with a trial ahead, what she wants in court, and who stays beside her."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.court.models import CourtRecord
from cases.court.selectors import court_row
from cases.court.services import save
from cse_portal.demo.board.clockwork import Story
from cse_portal.demo.board.scene import Course
from cse_portal.keys import new_key
from intelligence.outcomes.selectors import outcome_for
from intelligence.outcomes.services import record_outcome
from intelligence.subjects.models import Subject

MAN = "Dale Rookwood"


def leah(course: Course) -> Story:
    """Referred to the NRM, a man charged, bail she was told of, and a trial for which she has chosen."""
    yield course.scene.ago(150, hour=11)
    investigation = kept(
        course, "investigation", crime_reference="22DZ/40817/26", force="West Mercia Police",
        officer="DC Alan Price, 07700 900417", opened_on=day(9), status="investigated",
    )  # fmt: skip
    referral = kept(
        course, "referral", referred_on=day(8), first_responder="POLICE", nrm_reference="NRM-26-11873",
        exploitation="SEXUAL", indicators="Driven to another town at night. Rooms paid for by adults.",
        reasonable="positive", reasonable_on=day(1), guardian="Hope Lister, Barnardo’s",
    )  # fmt: skip
    yield course.scene.ago(66, hour=15)
    kept(course, "investigation", str(investigation.pk), status="charged")
    kept(course, "referral", str(referral.pk), conclusive="positive", conclusive_on=day(9))
    told = {"investigation": investigation, "told_on": day(0), "told_by": "DC Price, with Nadia"}
    kept(course, "event", kind="CHARGE", happens_on=day(1), **told)
    terms = "He may not contact Leah, and may not enter Telford."
    kept(
        course,
        "event",
        kind="BAIL",
        happens_on=day(1),
        court="Telford Magistrates’ Court",
        outcome=terms,
        **told,
    )
    wishes = {
        "SM23": ("no", "I want him to see that I am not afraid."), "SM24": ("no", "No. I want to be there."),
        "SM27": ("yes", "Then I say it once."), "SM29": ("yes", "Short sentences, please."),
    }  # fmt: skip
    for code, (wish, own_words) in wishes.items():
        kept(course, "measure", code, offered_on=day(0), wish=wish, own_words=own_words)
    yield course.scene.ago(12, hour=14)
    kept(course, "measure", "SM29", applied_on=day(30), granted="granted", answered_on=day(2))
    kept(
        course, "event", kind="GROUND_RULES", happens_on=day(-37), court="Shrewsbury Crown Court",
        **told | {"told_on": day(0)},
    )  # fmt: skip
    charged(course, investigation)
    kept(
        course, "event", kind="TRIAL", happens_on=day(-58), court="Shrewsbury Crown Court", outcome="Two weeks",
        **told | {"told_on": day(0)},
    )  # fmt: skip
    kept(
        course, "care", "plan", contact_name="DC Price", how_often="Every two weeks, and after each hearing",
        next_contact_on=day(-15), evidence="facing", own_words="In the room, with Nadia where I can see her.",
        isva_name="Marcia Hunt, Willow", isva_phone="07700 900233", therapy="Since October, at the clinic",
        code_told_on=day(54), after_court="Marcia Hunt stays for a year",
    )  # fmt: skip


def charged(course: Course, investigation: CourtRecord) -> None:
    """What came of it so far for the man whom intelligence named."""
    man = Subject.objects.visible_to(course.lead).get(name=MAN)
    outcome = outcome_for(course.lead, course.case, investigation.pk, man.reference)
    record_outcome(
        outcome=outcome, result="CHARGED", decided_on=day(55), text="On bail. He may not enter Telford.", version=0,
        by=course.lead,
    )  # fmt: skip


def kept(course: Course, kind: str, which: str = "new", /, **said: Any) -> CourtRecord:
    """As the lead's form would record it."""
    row = court_row(course.lead, course.case, kind, which)
    if kind == "care":
        said["cica_until"] = getattr(row, "cica_until", None)
    key = new_key() if which == "new" else None
    return save(row=row, said=said, version=row.version, by=course.lead, key=key)


def day(ago: int) -> dt.date:
    """So many days before the day of the story."""
    return timezone.localdate() - dt.timedelta(days=ago)
