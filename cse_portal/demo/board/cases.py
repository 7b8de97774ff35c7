"""Stories of cases: opened, assessed, shared, met about, and for some closed and perhaps opened again."""

import datetime as dt
from collections.abc import Generator
from random import Random

from django.utils import timezone

from cases.assessments import services as assessments
from cases.assessments.models import DecisionSource, RiskAssessment
from cases.assessments.selectors import why_not_over
from cases.casework import services as episodes
from cases.chronology import services as chronology
from cases.chronology.models import EntryKind
from cases.concerns.choices import IndicatorTiming
from cases.family import services as family
from cases.family.selectors import hides_home
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.reviews.models import ReviewConclusion
from cases.sharing.services import access, exclusions
from cse_portal.accounts.models import Membership, User
from cse_portal.accounts.services import end_membership
from cse_portal.demo.board import (
    apart,
    community,
    concerns,
    ellie_mae,
    kacper,
    leah,
    meetings,
    missing,
    reviews,
    simran,
    words,
)
from cse_portal.demo.board.children import make_child
from cse_portal.demo.board.clockwork import Story, later, together, working_moment
from cse_portal.demo.board.concerns import opening_for
from cse_portal.demo.board.scene import LAWFUL_BASIS, Course, Scene
from cse_portal.keys import new_key
from cse_portal.reference import selectors as reference
from cse_portal.reference.working_days import add_working_days

LOW, MEDIUM, HIGH = RiskCategory.LOW, RiskCategory.MEDIUM, RiskCategory.HIGH
# By turns: the category at the beginning, of older cases and of those of the last months; and why work ends.
OPENED = (LOW, MEDIUM, LOW, LOW, HIGH, LOW, LOW, MEDIUM, LOW, LOW)
OPENED_LATELY = (MEDIUM, HIGH, HIGH, HIGH, MEDIUM, LOW, LOW, HIGH, MEDIUM, HIGH)
CLOSING = ("C1", "C3", "C3", "C1", "C3", "C2", "C3")
NEW = dt.timedelta(days=105)
# Of each tier of indicators, how many are ticked.
TICKS = {LOW: (1, 3, 2), MEDIUM: (2, 6, 4), HIGH: (3, 9, 6)}
FORGOTTEN = (3, 9)  # weeks since the review of each of two cases was due
TOLD = 5  # children whose stories are told in full: Simran, Ellie-Mae, Kacper, Leah and her brother
EVENTS = (
    (EntryKind.EVENT, "Moved to a new placement; the journey to school is longer."),
    (EntryKind.EVENT, "Absent from school for a full week without an explanation."),
    (
        EntryKind.CONTACT,
        "Home visit by the lead professional, part of it alone with the child or young person.",
    ),
    (EntryKind.CONTACT, "Telephone call with the parent, who asked for help with evenings."),
    (EntryKind.EVENT, "Began weekly sessions with a youth worker whom the child or young person chose."),
)

WOMEN, MEN = ("Dana", "Lisa", "Karen", "Farida", "Joanne"), ("Paul", "Imran", "Mark", "Craig", "Sanjay")
HOUSEHOLDS = {
    "Mother": (("MOTHER", WOMEN),),
    "Father": (("FATHER", MEN),),
    "Both parents": (("MOTHER", WOMEN), ("FATHER", MEN)),
    "Grandmother": (("GRAND", WOMEN), ("MOTHER", WOMEN)),
    "Foster carers": (("FOSTER", WOMEN), ("MOTHER", WOMEN)),
}


def stories(scene: Scene) -> list[Story]:
    """One story a child, spread over the two years; the newest are counted from 0."""
    many = scene.children - TOLD - len(FORGOTTEN)
    span = (add_working_days(scene.today, -5) - scene.begins_on).days
    days = [int(span * (number + scene.random.random()) / many) for number in range(many)]
    return [
        leaving(scene),
        *(child.story(scene) for child in (simran, ellie_mae, kacper, leah)),
        *(forgotten(scene, number, weeks) for number, weeks in enumerate(FORGOTTEN)),
        *(
            a_case(scene, many - 1 - n, scene.begins_on + dt.timedelta(days=day))
            for n, day in enumerate(days)
        ),
    ]


def leaving(scene: Scene) -> Story:
    """Somebody who was on a case left, and finds nothing from that day."""
    yield scene.ago(40)
    end_membership(membership=Membership.objects.get(user=scene.cast("leaver")), on=timezone.localdate())


def forgotten(scene: Scene, number: int, weeks: int) -> Story:
    """Met about once; since then its review and its actions are late by some weeks."""
    review_on = scene.today - dt.timedelta(weeks=weeks)
    day, lead = add_working_days(review_on, -38), scene.board.staff["csc"][number + 3]
    course = yield from begun(scene, scene.children - TOLD - 1 - number, day, MEDIUM, lead)
    course.forgotten_on = review_on
    yield from judged(course)
    yield from meetings.series(course)


def a_case(scene: Scene, number: int, day: dt.date) -> Story:
    """A child's case from the concern that opened it. Those of the last months go on; the older ones get better."""
    is_new = day > scene.today - NEW
    category = (OPENED_LATELY if is_new else OPENED)[number % len(OPENED)]
    course = yield from begun(scene, number, day, category, lead_of(scene, number))
    course.meetings, course.gets_better = 99 if is_new else 1 + number // 10 % 2, not is_new
    if category >= MEDIUM:
        access.share(
            case=course.case, to=scene.agency("police"), reason="Joint work to protect the child",
            may_change=True, lawful_basis=LAWFUL_BASIS, by=scene.cast("manager"),
        )  # fmt: skip
    if number % 25 in (6, 13):
        apart.address(course.case, number, course.lead)
    yield from guarded(scene, course.case, number)
    yield later(1, hour=9)
    hears = is_new and course.lead == scene.cast("practitioner")
    yield from together(
        judged(course), meetings.series(course), life(course), missing.of_child(course, number),
        *([reviews.listened(course)] if hears else []),
    )  # fmt: skip
    if is_new:
        yield from reviews.until(course, scene.now + NEW)
    else:
        yield from ending(course, number)


def begun(
    scene: Scene, number: int, day: dt.date, category: RiskCategory, lead: User
) -> Generator[dt.datetime, None, Course]:
    """A concern opens the case; the generator's value is its course."""
    child = make_child(scene.random, number, day, scene.today)
    opening = opening_for(scene, category, lead)
    case = yield from concerns.opened(scene, child, day, opening, signs=2 * category + 1)
    return Course(scene, case, child, lead, category)


def judged(course: Course) -> Story:
    """The lead professional assesses within days, and the CSE team confirms, unless a meeting already says more."""
    yield later(2, hour=13)
    household(course)
    ward(course)
    case, assessment = course.case, assess(course)
    if course.category >= RiskCategory.MEDIUM:
        text = words.about(Random(case.reference), words.says.pictures, is_boy=course.child.is_boy)
        episodes.record_picture(case=case, text=text, by=course.lead)
    yield later(1, hour=9)
    case.refresh_from_db()
    assessments.confirm_category(
        case=case, assessment=assessment, by=course.scene.cast("manager"),
        harm_status=HarmStatus(case.harm_status),
        category=RiskCategory(max(case.category, assessment.professional_category)),
        rationale="The assessment agrees with what triage saw.",
    )  # fmt: skip


def ward(course: Course) -> None:
    """Where the child lives, more often in some wards than in others; not where that is confidential."""
    case, wards = course.case, reference.codes("ward")
    if hides_home(case):
        return
    case.refresh_from_db(fields=["child", "exploitation_models"])
    lives_in = wards[int(len(wards) * Random(case.reference).random() ** 2)].code
    aliases = list(case.child.aliases.values_list("name", flat=True))
    episodes.change_identity(
        case=case, version=case.child.version, fields={"ward": lives_in}, aliases=aliases,
        exploitation_models=case.exploitation_models, by=course.lead,
    )  # fmt: skip


def household(course: Course) -> None:
    """Who is in the family, as the lead professional finds on the first visit."""
    random, child = Random(str(course.case.reference)), course.child.fields
    people, taken = HOUSEHOLDS.get(child.get("lives_with", ""), HOUSEHOLDS["Mother"]), set[str]()
    for relation, given in people:
        name = random.choice([each for each in given if each not in taken])
        taken.add(name)
        is_unsafe = relation == "FATHER" and len(people) > 1 and random.random() < 0.3
        member = family.Member(
            name=f"{name} {child.get('family_name') or 'Marlow'}",
            relation=relation,
            lives_with_child=not is_unsafe,
            parental_responsibility="yes" if relation in ("MOTHER", "FATHER") else "no",
            contact_safe="no" if is_unsafe else "yes",
            contact_reason="The child has asked that nobody calls him" if is_unsafe else "",
            phone="" if is_unsafe else f"07700 900{random.randrange(100, 1000)}",
        )
        family.record_member(case=course.case, member=member, by=course.lead)


def assess(course: Course) -> RiskAssessment:
    """The first assessment; where the practitioner sees it otherwise than the arithmetic, they say why."""
    random = course.scene.random
    ticked: dict[str, assessments.Answer] = {}
    for prefix, of, wanted in zip(("SIG", "RSK", "VUL"), (8, 20, 22), TICKS[course.category], strict=True):
        for row in concerns.ticks(random, prefix, of, wanted):
            ticked[row["code"]] = assessments.Answer(IndicatorTiming(row["timing"]), row["evidence"])
    judgement = assessments.Judgement(
        category=course.category,
        harm_status=HarmStatus(course.case.harm_status),
        narrative=words.about(random, words.says.narratives, is_boy=course.child.is_boy),
        difference_reason="What is known of the last month outweighs the number of indicators.",
    )
    return assessments.record_assessment(
        case=course.case, answers=assessments.Answers(ticked), judgement=judgement, by=course.lead,
        key=new_key(),
    )  # fmt: skip


def guarded(scene: Scene, case: Case, number: int) -> Story:
    """A few cases are restricted, or shut to somebody who knows the family."""
    if number in (4, 60):
        yield timezone.now() + dt.timedelta(hours=2)
        access.restrict(
            case=case,
            reason_code="WITNESS_PROTECTION",
            people=[],
            lawful_basis=LAWFUL_BASIS,
            by=scene.cast("manager"),
        )
    if number in (9, 33):
        yield timezone.now() + dt.timedelta(hours=3)
        exclusions.exclude(
            case=case,
            user=scene.board.staff["cse-team"][2],
            reason="Knows the family",
            by=scene.cast("privacy"),
        )


def life(course: Course) -> Story:
    """What happens in the child's life, as the lead professional writes it down."""
    scene = course.scene
    for _ in range(scene.random.choice((1, 1, 2))):
        yield later(scene.random.randrange(7, 21), hour=16)
        kind, text = scene.random.choice(EVENTS)
        chronology.add_event(
            case=course.case, kind=kind, happened_on=timezone.localdate(), text=text, by=course.lead
        )
    if scene.random.random() < 0.15:
        yield from concerns.added(scene, course.case)


def ending(course: Course, number: int) -> Story:
    """The lead professional and the manager agree that the child is safer, or they move away."""
    case = course.case
    case.refresh_from_db()
    at_risk = case.category >= MEDIUM
    code = "C3" if at_risk else CLOSING[number % len(CLOSING)]
    if at_risk and case.next_review_on:
        yield working_moment(case.next_review_on - dt.timedelta(days=14))
    else:
        yield from reviews.until(course, later(30 + 37 * number % 300))
    if code in episodes.RISK_IS_OVER:
        reviews.review(course.scene, case, ReviewConclusion.OVER, course.lead)
        yield later(3)
        code = "C3" if why_not_over(case, course.scene.cast("manager")) else code
    close(course, code)
    if number % 20 == 11:
        yield later(30 + number, hour=10)
        yield from again(course)


def close(course: Course, code: str) -> None:
    """Every point of the checklist is done."""
    scene = course.scene
    sentences = words.says.moved if code == "C3" else words.says.safer
    checklist = [episodes.Check(entry.code, done=True) for entry in reference.codes("step-down")]
    if code == episodes.TRANSFERRED:
        community.moved(scene, course.case)
    episodes.close_case(
        case=course.case, code=code, checklist=checklist, by=scene.cast("manager"),
        reason=words.about(scene.random, sentences, is_boy=course.child.is_boy),
    )  # fmt: skip


def again(course: Course) -> Story:
    """A closed case is opened again, at the category it had or a higher one, and they meet once more."""
    case, by = course.case, course.scene.cast("manager")
    episodes.reopen_case(
        case=case, reason="A new concern says that contact has begun again.", lawful_basis=LAWFUL_BASIS, by=by
    )
    case.refresh_from_db()
    assessments.confirm(
        case=case, category=RiskCategory(max(case.category, MEDIUM)),
        harm_status=HarmStatus(case.harm_status), rationale="Contact has begun again.",
        source=DecisionSource.TRIAGE, by=by,
    )  # fmt: skip
    course.meetings = 1
    yield later(1, hour=9)
    yield from meetings.series(course)
    yield later(7, hour=15)
    close(course, "C3")


def lead_of(scene: Scene, number: int) -> User:
    """A social worker; every seventh case is the cast's own, and one was the leaver's."""
    if number == scene.children // 2:
        return scene.cast("leaver")
    return scene.cast("practitioner") if number % 7 == 6 else scene.colleague("csc")
