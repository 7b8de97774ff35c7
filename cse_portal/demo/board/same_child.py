"""A girl who came to notice twice, under two spellings: two records, put together three weeks later."""

import datetime as dt
from dataclasses import replace
from random import Random

from django.utils import timezone

from cases.concerns.choices import ConcernOutcome
from cases.concerns.services import add_addendum
from cases.merging.services import merge
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.strategy.services import record_at_triage
from cases.triage import services as triage
from cse_portal.demo.board import words
from cse_portal.demo.board.children import Child, make_child
from cse_portal.demo.board.clockwork import Story, later
from cse_portal.demo.board.concerns import discussed, log, opening_for
from cse_portal.demo.board.scene import Scene

NUMBER, OPEN = 470, ConcernOutcome.OPEN_CASE
SPELT = ({"given_name": "Aleesha"}, {"given_name": "Alisha", "nhs_number": "", "upn": "", "known_as": ""})
LEARNED = "She told her form tutor that the man in the grey car also waits for her cousin."
WHY = "Same birth date, family name and home. The school has one girl of that name, and knows both spellings."


def stories(scene: Scene) -> list[Story]:
    """With a stream of chance of its own, so that the rest of the board stays as it is."""
    return [two_spellings(replace(scene, random=Random(NUMBER)))]


def two_spellings(scene: Scene) -> Story:
    """The second concern is discussed at triage at once; its author adds to it; the manager compares both records."""
    manager, found = scene.cast("manager"), make_child(scene.random, NUMBER, scene.today, scene.today)
    records = []
    for number, spelt in enumerate(SPELT):
        yield scene.ago(45 - 20 * number, hour=9)
        child = Child({**found.fields, "sex": "2", **spelt}, is_boy=False)
        author = scene.colleague("police" if number else "education")
        concern = log(scene, child, signs=4, author=author, harm=HarmStatus.H2 if number else HarmStatus.H0)
        yield timezone.now() + dt.timedelta(minutes=50)
        if number:
            record_at_triage(concern=concern, said=discussed(), by=manager)
        opening = opening_for(scene, RiskCategory.LOW, scene.board.staff["csc"][number + 1])
        decided = triage.Verdict(OPEN, words.RATIONALES[0], words.FEEDBACK[0], opening=opening)
        triage.decide(concern=concern, verdict=decided, by=manager)
        yield later(4, hour=15)
        add_addendum(concern=concern, text=LEARNED, by=author)
        records.append(Case.objects.get(concerns=concern))
    yield later(6)
    merge(kept=records[0], merged=records[1], why=WHY, by=manager)
