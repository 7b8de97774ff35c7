"""The demo board: written once, alike every time, through the services, and about nobody real."""

import datetime as dt
import re
from collections.abc import Iterator
from random import Random

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django import DjangoDbBlocker

from cases.models import Case, Child, ChronologyEntry, Concern
from cse_portal import acting
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.models import AuditEvent
from cse_portal.demo.board import board
from cse_portal.demo.board.children import NHS_NUMBERS, make_child
from cse_portal.demo.people import CAST
from cse_portal.reference.selectors import choices
from intelligence.models import IntelligenceSubmission
from mase.choices import MinutesState
from mase.models import CmogMinutes, MaseMeeting, PlanAction
from mase.services.cmog_minutes.snapshots import is_unchanged
from reporting.models import RegionalReturn
from tests import database

CHILDREN = 12


@pytest.fixture(scope="module")
def small_board(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, int] | None]:
    """A small board, loaded once into a database of its own."""
    with django_db_blocker.unblock(), database.another("board"):
        with acting.for_the_system():  # as its command does
            counts = board.load(say=lambda words: None, children=CHILDREN)
        yield counts


@pytest.fixture
def counts(small_board: dict[str, int], db: None) -> dict[str, int]:
    """How much of everything it has."""
    return small_board


def test_the_board_is_whole_and_written_once(counts: dict[str, int]) -> None:
    assert counts["cases"] == Case.objects.count() == CHILDREN
    assert Concern.objects.filter(state="submitted").exists()
    assert Concern.objects.filter(state="draft").exists()
    assert MaseMeeting.objects.filter(state="ended").exists()
    assert PlanAction.objects.exists()
    assert IntelligenceSubmission.objects.exists()
    states = list(RegionalReturn.objects.order_by("starts_on").values_list("state", flat=True))
    assert states == ["signed"] * 7 + ["draft"]
    older, newer = CmogMinutes.objects.order_by("meeting__month")
    assert older.state == MinutesState.AGREED
    assert is_unchanged(older)
    assert older.objections.get().is_answered
    assert newer.state != MinutesState.AGREED
    # A board that is there is left alone.
    assert board.load(say=lambda words: None) is None
    assert Case.objects.count() == CHILDREN
    # What happened is in the audit and the chronology.
    for case in Case.objects.all():
        assert AuditEvent.objects.filter(case_id=case.pk, action="cases.opened").count() == 1
        assert ChronologyEntry.objects.filter(case=case).exists()


def test_the_cast_sees_what_the_sign_in_page_says_and_nobody_is_real(counts: dict[str, int]) -> None:
    cast = {each.key: User.objects.get(email=each.email) for each in CAST}
    seen = {key: Case.objects.visible_to(person).count() for key, person in cast.items()}
    assert seen["manager"] > 0
    assert seen["practitioner"] > 0
    assert seen["police"] > 0
    nothing = ("outsider", "analyst", "board", "privacy", "administrator", "leaver")
    assert {key: seen[key] for key in nothing} == dict.fromkeys(nothing, 0)
    assert not any(gate.can(cast["leaver"], each) for each in Permission)
    # And nobody in it is real.
    assert {child.nhs_number for child in Child.objects.all()} <= {"", *NHS_NUMBERS}
    assert all(number.startswith("999000") for number in NHS_NUMBERS)
    people = User.objects.all()
    assert all(person.email.endswith("@example.org") for person in people)
    assert all(re.fullmatch(r"(07700 900\d{3})?", person.phone) for person in people)


def test_two_children_with_the_same_seed_are_alike() -> None:
    one, other = (make_child(Random(board.SEED), 3, dt.date(2026, 4, 1)) for _ in range(2))
    assert one == other


def test_it_is_loaded_only_where_the_cast_may_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEMO_SIGN_IN", False)
    with pytest.raises(CommandError, match="demo settings only"):
        call_command("load_demo")


def test_what_is_written_about_a_child_stands_in_the_lists_that_forms_offer(db: None) -> None:
    children = [make_child(Random(seed), seed, dt.date(2026, 4, 1)).fields for seed in range(60)]
    for field, listed in (("sex", "sex"), ("ethnicity", "ethnicity"), ("legal_status", "legal-status-group")):
        offered = {code for code, _ in choices(listed)} | {""}
        assert {child.get(field) or "" for child in children} <= offered, field
    assert {code for child in children for code in child.get("disabilities", [])} <= {
        code for code, _ in choices("disability")
    }
