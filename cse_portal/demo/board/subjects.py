"""The story of Kez, his grey Audi, Uncle T and a flat: named for most of a year, known by facts, told to licensing."""

import datetime as dt
from random import Random
from typing import Any

from django.utils import timezone

from cse_portal.accounts.models import User
from cse_portal.demo.board import intelligence
from cse_portal.demo.board.clockwork import Story
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key
from intelligence.desk.services import work
from intelligence.profiles import services as profiles
from intelligence.profiles.selectors import profile
from intelligence.sentences import services as sentences
from intelligence.subjects.models import Subject, SubjectKind
from intelligence.subjects.services import add_subject
from intelligence.submissions import services as sending

# By days ago and the agency that told: what was said, and which of the four it names.
TOLD = (
    (262, "voluntary", "Kez had a white van.", ("kez",)),
    (178, "health", "Kez is known to Uncle T, who rents the flat.", ("kez", "uncle", "flat")),
    (92, "education", "Kez waits in a grey Audi, BX19 and ending in K, by the school.", ("kez", "car")),
    (47, "csc", "Kez collects young people near Canal Row, late.", ("kez", "flat")),
    (20, "housing", "Kez works nights at the takeaway on Glass Street.", ("kez",)),
    (9, "yos", "Kez drives the grey Audi to the flat on Canal Row.", ("kez", "car", "flat")),
)  # fmt: skip
UNCLE = {"name": "Uncle T", "ward": "E05001276", "description": "About 40."}
SENTENCE = (
    "A man known as Kez, about 25, may be driving a grey Audi, BX19 and ending K. Tell us if you meet him."
)
FOUND = "The grey Audi stood behind the takeaway at 11pm. The manager says the driver is called Kez."
REVIEWED = {"kez": "SUSPECTED", "uncle": "ALLEGED", "car": "ACTIVE", "flat": "MONITORED"}
WHO = {
    "ethnicity_seen": {"why": "NOT_SEEN"},
    "ethnicity_own": {"why": "NOT_MET"},
    "nationality": {"why": "NO_REAL_NAME"},
    "position_of_trust": {"why": "ASKED_OTHERS"},
    "home_address": {"why": "NO_REAL_NAME"},
    "offender_management": {"why": "NO_REAL_NAME"},
}


def stories(scene: Scene) -> list[Story]:
    """One story, of one man."""
    return [kez(scene)]


def kez(scene: Scene) -> Story:
    """Told by six agencies; his facts kept, his standing reviewed, and one sentence shared with licensing."""
    officer, second = scene.cast("police"), scene.board.staff["police"][2]
    yield scene.ago(TOLD[0][0] + 3, hour=10)
    known = the_four(officer)
    for days, agency, text, names in TOLD:
        yield scene.ago(days, hour=11)
        told(scene, agency, text, [known[name] for name in names], officer, second)
        keep_facts(known["kez"], officer)
        if days == TOLD[3][0]:
            for name in ("kez", "uncle"):
                profiles.answer_who(subject=known[name], answers=WHO, by=officer)
            for name, standing in REVIEWED.items():
                reviewed(known[name], standing, officer)
    yield scene.ago(7, hour=15)
    shared(scene, known["kez"], officer)


def the_four(officer: User) -> dict[str, Subject]:
    """A man, his car, a man he knows, and a flat."""
    looks = {"make_and_model": "Audi A3", "colour": "Grey"}
    kez = {
        "name": "Kez",
        "other_names": "K., Kezza",
        "details": {"age": 25},
    }
    flat = {"name": "Flat, Canal Row", "address": "Canal Row", "details": {"place_type": "PRIVATE_DWELLING"}}
    made: dict[str, tuple[SubjectKind, dict[str, Any]]] = {
        "kez": (SubjectKind.PERSON, kez), "uncle": (SubjectKind.PERSON, UNCLE),
        "car": (SubjectKind.VEHICLE, {"identifier": "BX19 ABK", "details": looks}), "flat": (SubjectKind.PLACE, flat),
    }  # fmt: skip
    return {
        name: add_subject(kind=kind, fields=fields, by=officer, key=new_key())
        for name, (kind, fields) in made.items()
    }


def told(scene: Scene, agency: str, text: str, named: list[Subject], officer: User, second: User) -> None:
    """What one practitioner knows: graded, linked to a child and to those it names, issued and answered."""
    named_man = {"other_names": "Kez", "role": "SUSPECT"}
    answers = intelligence.pages([(text, "This week")], "TOLD_BY_THIRD_PARTY", subjects=[named_man])
    sent = sending.send(answers=answers, by=scene.colleague(agency))
    work.receive(submission=sent, by=officer)
    intelligence.graded(Random(len(text)), sent, officer, handling="P")
    cases = intelligence.named_with(scene, "Kez", 1, officer)
    for reference in [each.reference for each in cases] + [each.reference for each in named]:
        work.link(submission=sent, reference=reference, by=officer)
    intelligence.issued(sent, officer, second)


def keep_facts(kez: Subject, officer: User) -> None:
    """Each line that names him becomes a fact."""
    for line in profile(officer, kez, []).candidates:
        fact = profiles.NewFact(line.text, line.grade, line.report)
        profiles.add_fact(subject=kez, fact=fact, by=officer, key=new_key())


def reviewed(subject: Subject, standing: str, officer: User) -> None:
    """How it stands from now on, and when that is looked at again."""
    today = timezone.localdate()
    profiles.review_standing(
        subject=subject, standing=standing, standing_since=today, reason="Named by four agencies",
        review_on=today + dt.timedelta(days=50), by=officer, key=new_key(),
    )  # fmt: skip


def shared(scene: Scene, kez: Subject, officer: User) -> None:
    """Licensing reads one sentence, and answers it with a visit."""
    until = timezone.localdate() + dt.timedelta(days=60)
    housing, key = scene.agency("housing"), new_key()
    made = sentences.share(subject=kez, agency=housing, text=SENTENCE, until=until, by=officer, key=key)
    visitor = scene.board.staff["housing"][2]
    sentences.add_visit(sentence=made, on=timezone.localdate(), found=FOUND, by=visitor, key=new_key())
