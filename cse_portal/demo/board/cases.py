"""Stories of cases: opened, assessed, shared, met about, and for some closed and perhaps opened again."""

import datetime as dt

from django.utils import timezone

from cases.choices import DecisionSource, EntryKind, HarmStatus, IndicatorTiming, RiskCategory
from cases.models import Case, RiskAssessment
from cases.selectors.categories import why_not_over
from cases.services import access, assessments, categories, chronology, episodes, exclusions
from cse_portal.accounts.models import Membership, User
from cse_portal.accounts.services import end_membership
from cse_portal.demo.board import apart, concerns, meetings, words
from cse_portal.demo.board.children import Child, make_child, pick
from cse_portal.demo.board.clockwork import Story, working_moment
from cse_portal.demo.board.concerns import opening_for
from cse_portal.demo.board.scene import LAWFUL_BASIS, Scene
from cse_portal.keys import new_key
from cse_portal.reference import selectors as reference

CATEGORY = {RiskCategory.LOW: 67, RiskCategory.MEDIUM: 23, RiskCategory.HIGH: 10}
CLOSING = {"C1": 60, "C2": 10, "C3": 30}
MOVES = 0.65  # of those whose meetings leave off while they are at risk; the others were forgotten
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
    offsets = sorted(scene.random.randrange(span) for _ in range(scene.children - 1))
    days = [scene.begins_on + dt.timedelta(days=offset) for offset in offsets]
    return [
        leaving(scene),
        met_today(scene),
        *(a_case(scene, number, day) for number, day in enumerate(days)),
    ]


def met_today(scene: Scene) -> Story:
    """The case whose meeting runs as the demo starts, led by the cast's social worker."""
    day = scene.now.date() - dt.timedelta(days=9)
    child = make_child(scene.random, scene.children - 1, day)
    lead = scene.cast("practitioner")
    opening = opening_for(scene, RiskCategory.MEDIUM, lead)
    case: Case = yield from concerns.opened(scene, child, day, opening, signs=5)
    yield working_moment(timezone.localdate() + dt.timedelta(days=1), hour=12)
    confirm(case, assess(scene, case, child, lead, RiskCategory.MEDIUM), scene.cast("manager"))
    apart.address(case, 0, lead)
    yield from meetings.today(scene, case, child)


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
    assessment = assess(scene, case, child, lead, category)
    if scene.random.random() < 0.95:
        yield working_moment(day + dt.timedelta(days=7), hour=9)
        confirm(case, assessment, scene.cast("manager"))
    if number % 25 in (6, 13) and lead != scene.cast("leaver"):
        apart.address(case, number, lead)
    yield from guarded(scene, case, number)
    yield from meetings.series(scene, case, child)
    yield from life(scene, case, lead)
    yield from ending(scene, case, child, day)


def assess(scene: Scene, case: Case, child: Child, lead: User, category: RiskCategory) -> RiskAssessment:
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
        narrative=words.about(scene.random, words.NARRATIVES, is_boy=child.is_boy),
        difference_reason="What is known of the last month outweighs the number of indicators.",
    )
    return assessments.record_assessment(
        case=case, answers=assessments.Answers(ticked), judgement=judgement, by=lead, key=new_key()
    )


def confirm(case: Case, assessment: RiskAssessment, by: User) -> None:
    """The CSE team confirms what the practitioner judged, unless a meeting already says more."""
    case.refresh_from_db()
    assessments.confirm_category(
        case=case, assessment=assessment, by=by, harm_status=HarmStatus(case.harm_status),
        category=RiskCategory(max(case.category, assessment.professional_category)),
        rationale="The assessment agrees with what triage saw.",
    )  # fmt: skip


def guarded(scene: Scene, case: Case, number: int) -> Story:
    """A few cases are restricted, or shut to somebody who knows the family."""
    if number % 50 == 20 and case.lead_professional != scene.cast("leaver"):
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
        exclusions.exclude(
            case=case,
            user=scene.board.staff["cse-team"][2],
            reason="Knows the family",
            by=scene.cast("privacy"),
        )


def life(scene: Scene, case: Case, lead: User) -> Story:
    """What happens in the child's life, as the lead professional writes it down."""
    day = timezone.localdate()
    for week in sorted(scene.random.sample(range(1, 7), scene.random.choice((1, 1, 2)))):
        yield working_moment(day + dt.timedelta(weeks=week), hour=16)
        kind, text = scene.random.choice(EVENTS)
        chronology.add_event(
            case=case, kind=kind, happened_on=timezone.localdate(), text=text, by=still_there(scene, lead)
        )
    if scene.random.random() < 0.15:
        yield from concerns.added(scene, case, timezone.localdate() + dt.timedelta(days=6))


def ending(scene: Scene, case: Case, child: Child, opened_on: dt.date) -> Story:
    """Work ends before the next review is due: a last meeting agrees that the child is safer, or they move away."""
    case.refresh_from_db()
    at_risk = case.category >= RiskCategory.MEDIUM
    if at_risk and scene.random.random() > MOVES:
        return
    after = dt.timedelta(days=30 * scene.random.randrange(9, 28))
    before_review = case.next_review_on - dt.timedelta(days=4) if case.next_review_on else opened_on + after
    yield max(working_moment(before_review, hour=15), timezone.now() + dt.timedelta(hours=1))
    case.refresh_from_db(fields=["missing_since"])
    if case.missing_since is not None:
        return
    code = "C3" if at_risk else pick(scene.random, CLOSING)
    if code in episodes.RISK_IS_OVER:
        yield from meetings.once(scene, case, child)
        case.refresh_from_db()
        if case.missing_since is not None or case.category > RiskCategory.LOW or why_not_over(case):
            return
    close(scene, case, code, is_boy=child.is_boy)
    if scene.random.random() < 0.1:
        yield working_moment(
            timezone.localdate() + dt.timedelta(days=scene.random.randrange(30, 120)), hour=10
        )
        yield from again(scene, case, child)


def close(scene: Scene, case: Case, code: str, *, is_boy: bool) -> None:
    """Every point of the checklist is done."""
    sentences = words.MOVED if code == "C3" else words.SAFER
    checklist = [episodes.Check(entry.code, done=True) for entry in reference.codes("step-down")]
    episodes.close_case(
        case=case, code=code, checklist=checklist, by=scene.cast("manager"),
        reason=words.about(scene.random, sentences, is_boy=is_boy),
    )  # fmt: skip


def again(scene: Scene, case: Case, child: Child) -> Story:
    """A closed case is opened again, and meetings begin anew."""
    episodes.reopen_case(
        case=case, reason="A new concern says that contact has begun again.", lawful_basis=LAWFUL_BASIS,
        by=scene.cast("manager"),
    )  # fmt: skip
    categories.confirm(
        case=case, category=RiskCategory.MEDIUM, harm_status=HarmStatus(case.harm_status),
        rationale="Contact has begun again.", source=DecisionSource.TRIAGE, by=scene.cast("manager"),
    )  # fmt: skip
    yield from meetings.series(scene, case, child)


def lead_of(scene: Scene, number: int, day: dt.date) -> User:
    """A social worker; every seventh case is the cast's own, and one was the leaver's."""
    if number == scene.children // 2:
        return scene.cast("leaver")
    return scene.cast("practitioner") if number % 7 == 6 else scene.colleague("csc")


def still_there(scene: Scene, lead: User) -> User:
    """The lead professional, or the colleague who works on after they have left."""
    return scene.board.staff["csc"][4] if lead == scene.cast("leaver") else lead
