"""The demo board: written at any moment, through the services; a partnership that works, and about nobody real."""

import datetime as dt
import re
import subprocess
from collections.abc import Iterator
from random import Random

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from cases.assessments.models import CategoryDecision, RiskAssessment
from cases.chronology.models import ChronologyEntry
from cases.concerns.models import Concern
from cases.record.models.case import Case
from cases.record.models.child import Child
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.models import AuditEvent
from cse_portal.demo.board import board
from cse_portal.demo.board.children import NHS_NUMBERS, make_child
from cse_portal.demo.people import CAST
from cse_portal.demo.services import ROOT
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.selectors import choices
from cse_portal.ui.presenters import age_on
from intelligence.links.selectors import connected
from intelligence.submissions.models import IntelligenceSubmission
from mase.meetings.choices import MinutesState
from mase.meetings.models.meeting import Invitation, Meeting
from mase.minutes.models import Minutes
from mase.minutes.selectors.content import is_unchanged
from mase.plans.models.plan import PlanAction
from reporting.board.models import PackVersion
from reporting.measures.selectors import registry
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.tally import Scope
from reporting.returns.models import RegionalReturn
from tests import database
from tests.papers import undrawn

CHILDREN = 40
MOMENTS = (
    "2026-11-29 23:59",  # a Sunday
    "2026-12-24 15:00",
    "2027-01-01 00:30",  # a bank holiday, and the first day of a quarter
    "2027-03-26 12:00",  # Good Friday
    "2027-03-28 02:15",  # the clocks have just gone forward
    "2027-03-31 23:59",  # a quarter's last minute
    "2027-05-31 09:30",  # a bank holiday
    "2027-09-30 17:30",
    "2027-10-31 01:30",  # an hour that comes twice
    "2027-12-27 00:00",  # a substitute day, at midnight
    "2028-02-29 10:00",
    "2028-04-01 08:00",  # a Saturday, and the first day of a quarter
)


def drawn() -> str:
    """A minute of the two years from December 2026: another one for each commit."""
    said = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    number = int(said.stdout or "0", 16) % (731 * 24 * 60)
    return f"{dt.datetime(2026, 12, 1) + dt.timedelta(minutes=number):%Y-%m-%d %H:%M}"  # noqa: DTZ001


@pytest.fixture(
    scope="module", params=[drawn(), *(pytest.param(each, marks=pytest.mark.long) for each in MOMENTS)]
)
def written_at(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dt.datetime]:
    """The moment at which a small board was written into a database of its own; its reports are not drawn."""
    moment = timezone.make_aware(dt.datetime.fromisoformat(request.param))
    with (
        django_db_blocker.unblock(),
        database.another("board"),
        undrawn(),
    ):
        with acting.for_the_system(), time_machine.travel(moment):  # as its command does
            board.load(say=lambda words: None, children=CHILDREN)
        yield moment


@pytest.fixture
def today(written_at: dt.datetime, db: None) -> Iterator[dt.date]:
    """The day on which the board is looked at."""
    with time_machine.travel(written_at):
        yield timezone.localdate()


def test_the_board_is_whole_and_written_once(today: dt.date) -> None:
    assert Case.objects.count() == CHILDREN
    assert Concern.objects.filter(state="submitted").count() >= 7
    assert Concern.objects.filter(state="draft").count() == 4
    assert Meeting.objects.filter(state="in_progress").count() == 1
    assert IntelligenceSubmission.objects.exists()
    older, newer = Minutes.objects.filter(meeting__kind="CMOG").order_by("meeting__period")
    assert older.state == MinutesState.AGREED
    assert is_unchanged(older)
    assert older.objections.get().accepted is not None
    assert newer.state != MinutesState.AGREED
    # A board that is there is left alone.
    assert board.load(say=lambda words: None) is None
    assert Case.objects.count() == CHILDREN
    # What happened is in the audit and the chronology.
    for case in Case.objects.all():
        assert AuditEvent.objects.filter(case_id=case.pk, action="cases.opened").count() == 1
        assert ChronologyEntry.objects.filter(case=case).exists()


def test_it_looks_like_a_partnership_that_works(today: dt.date) -> None:
    open_cases = Case.objects.open()
    overdue = [(today - case.next_review_on).days for case in open_cases.review_overdue(today)]
    assert sorted(days for days in overdue if days > 7) == [21, 63]
    undone = [action for action in PlanAction.objects.issued() if action.is_overdue]
    late = {(today - action.due_on).days for action in undone}
    assert {days for days in late if days > 7} == {21, 63}
    decided = list(CategoryDecision.objects.values_list("case", "decided_at"))
    for assessment in RiskAssessment.objects.all():
        later = [at for case, at in decided if case == assessment.case_id and at >= assessment.assessed_at]
        waited = min(later, default=timezone.now()) - assessment.assessed_at
        assert waited < dt.timedelta(days=8)
    in_category_3 = open_cases.filter(category=3).count() / open_cases.count()
    assert 0.1 <= in_category_3 <= 0.34  # of about 14 open cases in a board of this size, two to four
    were_missing = Case.objects.filter(missing_episodes__isnull=False).distinct().count()
    assert 0.15 <= were_missing / CHILDREN <= 0.3
    assert open_cases.filter(missing_since__isnull=False).count() == 2
    assert max(age_on(child.date_of_birth) for child in Child.objects.exclude(date_of_birth=None)) < 19


def test_two_to_four_children_share_somebody_or_something(today: dt.date) -> None:
    """A cluster is a handful of children, whom people can look into."""
    officer = User.objects.get(email=next(each.email for each in CAST if each.key == "police"))
    sizes = sorted(len(each.children) for each in connected(officer).clusters)
    assert sizes
    assert {2, 3, 4} >= set(sizes)


def test_each_quarter_was_signed_and_reported_in_the_next_one(today: dt.date) -> None:
    first = RegionalReturn.objects.filter(restates=None).order_by("starts_on")
    states = list(first.values_list("state", flat=True))
    assert states in (["signed"] * 7, [*["signed"] * 7, "draft"])  # the last quarter may have ended just now
    sent = RegionalReturn.objects.filter(sent__received_on__isnull=False)
    assert sent.filter(restates=None).count() == 7
    restated = RegionalReturn.objects.get(restates__isnull=False)
    assert restated.restates == first.filter(state="signed").last()
    versions = PackVersion.objects.select_related("pack")
    assert len(versions) == 3
    for version in versions:
        assert timezone.localdate(version.published_at) in version.pack.period.next()
        assert version.files.count() == 4


def test_the_cast_sees_what_the_sign_in_page_says_and_nobody_is_real(today: dt.date) -> None:
    cast = {each.key: User.objects.get(email=each.email) for each in CAST}
    seen = {key: Case.objects.visible_to(person).count() for key, person in cast.items()}
    assert seen["manager"] > 0
    assert seen["practitioner"] > 0
    assert seen["police"] > 0
    asked = Invitation.objects.filter(agency__code="education").values("meeting__case")
    theirs = Case.objects.visible_to(cast["outsider"])
    assert set(theirs) == set(Case.objects.filter(pk__in=asked, is_restricted=False)) & set(theirs)
    nothing = ("analyst", "board", "privacy", "administrator", "leaver")
    assert {key: seen[key] for key in nothing} == dict.fromkeys(nothing, 0)
    assert not any(gate.can(cast["leaver"], each) for each in Permission)
    # And nobody in it is real.
    assert {child.nhs_number for child in Child.objects.all()} <= {"", *NHS_NUMBERS}
    assert all(number.startswith("999000") for number in NHS_NUMBERS)
    people = User.objects.all()
    assert all(person.email.endswith("@example.org") for person in people)
    assert all(re.fullmatch(r"(07700 900\d{3})?", person.phone) for person in people)


def test_two_children_with_the_same_seed_are_alike() -> None:
    day = dt.date(2026, 4, 1)
    one, other = (make_child(Random(board.SEED), 3, day, day) for _ in range(2))
    assert one == other


def test_it_is_loaded_only_where_the_cast_may_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEMO_SIGN_IN", False)
    with pytest.raises(CommandError, match="demo settings only"):
        call_command("load_demo")


def test_what_is_written_about_a_child_stands_in_the_lists_that_forms_offer(db: None) -> None:
    day = dt.date(2026, 4, 1)
    children = [make_child(Random(seed), seed, day, day).fields for seed in range(60)]
    for field, listed in (("sex", "sex"), ("ethnicity", "ethnicity"), ("legal_status", "legal-status-group")):
        offered = {code for code, _ in choices(listed)} | {""}
        assert {child.get(field) or "" for child in children} <= offered, field
    assert {code for child in children for code in child.get("disabilities", [])} <= {
        code for code, _ in choices("disability")
    }


def test_every_number_of_every_measure_is_as_large_as_its_list_is_long(written_at: dt.datetime) -> None:
    """In the quarter that has ended, and in the year before its end."""
    quarter = Quarter.containing(timezone.localdate(written_at)).previous()
    worked = set()
    for about in registry.in_force(quarter.ends_on):
        for period in (
            Period.of(quarter),
            Period(quarter.with_before(4)[0].starts_on, quarter.ends_on, "a-year"),
        ):
            for count in about.counts:
                tally, figures = count.tally(period, Scope()), count.figures(period, Scope())
                for figure in (each for each in figures if not each.basis):
                    _, table = about.table(figure.dimension) or (count, count.tables[0])
                    keys = list(tally.keys(table.cell(figure.row.code, figure.column.code)))
                    assert len(keys) == figure.value, (about.code, figure)
                worked |= {about.code} if any(each.value for each in figures) else set()
    assert len(worked) > 25, "of some, a board this small may have none"
