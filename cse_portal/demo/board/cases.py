"""Stories of cases: opened, assessed, shared, met about, and for some closed and perhaps opened again."""

import datetime as dt

from django.utils import timezone

from cases.choices import DecisionSource, EntryKind, HarmStatus, IndicatorTiming, RiskCategory
from cases.models import Case
from cases.services import access, assessments, categories, chronology, episodes
from cse_portal.accounts.models import Membership, User
from cse_portal.accounts.services import end_membership
from cse_portal.demo.board import concerns, meetings, words
from cse_portal.demo.board.children import Child, make_child, pick
from cse_portal.demo.board.clockwork import Story, working_moment
from cse_portal.demo.board.concerns import opening_for, suited
from cse_portal.demo.board.scene import LAWFUL_BASIS, Scene
from cse_portal.keys import new_key
from cse_portal.reference import selectors as reference

CATEGORY = {RiskCategory.LOW: 46, RiskCategory.MEDIUM: 33, RiskCategory.HIGH: 21}
# How many meetings a child of category 2 or 3 has had, in per cent.
MEETINGS = {0: 12, 1: 56, 2: 24, 3: 8}
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


def stories(scene: Scene) -> list[Story]:
    """One story a child, spread over the two years, and the day the leaver left."""
    span = (scene.now.date() - scene.begins_on).days - 3
    days = sorted(
        scene.begins_on + dt.timedelta(days=scene.random.randrange(span)) for _ in range(scene.children)
    )
    return [leaving(scene), *(a_case(scene, number, day) for number, day in enumerate(days))]


def leaving(scene: Scene) -> Story:
    """Whoever was on a case and left finds nothing from that day."""
    day = scene.now.date() - dt.timedelta(days=40)
    yield working_moment(day)
    end_membership(membership=Membership.objects.get(user=scene.cast("leaver")), on=day)


def a_case(scene: Scene, number: int, day: dt.date) -> Story:
    """A child's case from the concern that opened it."""
    child = make_child(scene.random, number, day)
    category = pick(scene.random, CATEGORY)
    lead = lead_of(scene, number, day)
    opening = opening_for(scene, category, lead)
    case: Case = yield from concerns.opened(scene, child, day, opening, signs=2 * category + 1)
    if category >= RiskCategory.MEDIUM:
        access.share(
            case=case, to=scene.agency("police"), reason="Joint work to protect the child", may_change=True,
            lawful_basis=LAWFUL_BASIS, by=scene.cast("manager"),
        )  # fmt: skip
    yield working_moment(day + dt.timedelta(days=5), hour=13)
    assess(scene, case, child, lead, category)
    yield from guarded(scene, case, number)
    if category >= RiskCategory.MEDIUM:
        yield from meetings.series(scene, case, child, pick(scene.random, MEETINGS))
    yield from life(scene, case, lead)
    yield from ending(scene, case, child, day)


def assess(scene: Scene, case: Case, child: Child, lead: User, category: RiskCategory) -> None:
    """The first assessment; where the practitioner sees it otherwise than the arithmetic, they say why."""
    number = {RiskCategory.LOW: (1, 3, 2), RiskCategory.MEDIUM: (2, 6, 4), RiskCategory.HIGH: (3, 9, 6)}[
        category
    ]
    ticked: dict[str, assessments.Answer] = {}
    for prefix, of, wanted in zip(("SIG", "RSK", "VUL"), (8, 20, 22), number, strict=True):
        for row in concerns.ticks(scene.random, prefix, of, wanted):
            ticked[row["code"]] = assessments.Answer(IndicatorTiming(row["timing"]), row["evidence"])
    judgement = assessments.Judgement(
        category=category,
        harm_status=HarmStatus(case.harm_status),
        narrative=suited(scene.random.choice(words.NARRATIVES), child),
        difference_reason="What is known of the last month outweighs the number of indicators.",
    )
    assessments.record_assessment(
        case=case, answers=assessments.Answers(ticked), judgement=judgement, by=lead, key=new_key()
    )


def guarded(scene: Scene, case: Case, number: int) -> Story:
    """A few cases are restricted, or shut to somebody who knows the family."""
    if number % 50 == 20:
        yield timezone.now() + dt.timedelta(hours=2)
        access.restrict(
            case=case,
            reason_code="WITNESS_PROTECTION",
            people=[],
            lawful_basis=LAWFUL_BASIS,
            by=scene.cast("manager"),
        )
    if number % 70 == 33:
        yield timezone.now() + dt.timedelta(hours=3)
        access.exclude(
            case=case,
            user=scene.board.staff["cse-team"][2],
            reason="Knows the family",
            by=scene.cast("privacy"),
        )


def life(scene: Scene, case: Case, lead: User) -> Story:
    """What happens in the child's life, as the lead professional writes it down."""
    day = timezone.localdate()
    for week in sorted(scene.random.sample(range(1, 12), scene.random.randrange(1, 4))):
        yield working_moment(day + dt.timedelta(weeks=week), hour=16)
        kind, text = scene.random.choice(EVENTS)
        chronology.add_event(
            case=case, kind=kind, happened_on=timezone.localdate(), text=text, by=still_there(scene, lead)
        )
    if scene.random.random() < 0.15:
        yield from concerns.added(scene, case, timezone.localdate() + dt.timedelta(days=6))


def ending(scene: Scene, case: Case, child: Child, opened_on: dt.date) -> Story:
    """Most cases end after some months; a tenth of those come back."""
    months = scene.random.randrange(5, 13)
    yield working_moment(max(opened_on + dt.timedelta(days=30 * months), timezone.localdate()), hour=15)
    case.refresh_from_db()
    moved = case.category > RiskCategory.LOW
    if moved and scene.random.random() < 0.5:
        return
    checklist = [episodes.Check(entry.code, done=True) for entry in reference.codes("closure-check")]
    episodes.close_case(
        case=case, code="C3" if moved else "C1", checklist=checklist, by=scene.cast("manager"),
        reason=suited(words.CLOSURES[1 if moved else 0], child),
    )  # fmt: skip
    if scene.random.random() < 0.15:
        yield working_moment(
            timezone.localdate() + dt.timedelta(days=scene.random.randrange(30, 120)), hour=10
        )
        episodes.reopen_case(
            case=case, reason="A new concern says that contact has begun again.", lawful_basis=LAWFUL_BASIS,
            by=scene.cast("manager"),
        )  # fmt: skip
        category = RiskCategory(max(RiskCategory.MEDIUM, case.category))
        categories.confirm(
            case=case, category=category, harm_status=HarmStatus(case.harm_status),
            rationale="Contact has begun again.", source=DecisionSource.TRIAGE, by=scene.cast("manager"),
        )  # fmt: skip


def lead_of(scene: Scene, number: int, day: dt.date) -> User:
    """A social worker; every seventh case is the cast's own, and one was the leaver's."""
    if number == scene.children // 2:
        return scene.cast("leaver")
    return scene.cast("practitioner") if number % 7 == 6 else scene.colleague("csc")


def still_there(scene: Scene, lead: User) -> User:
    """The lead professional, or the colleague who works on after they have left."""
    return scene.board.staff["csc"][4] if lead == scene.cast("leaver") else lead
