"""What the pages of a concern accept, refuse and ask again."""

import datetime as dt

import pytest
from django.http import QueryDict
from django.utils import timezone

from cases.concerns.choices import ConcernStep, Known
from cases.concerns.forms.page import StepPage
from cases.concerns.forms.steps import ChildForm, OthersForm, WorryForm
from cases.concerns.presenters import answer_rows
from cases.concerns.selectors import STEP_FIELDS, StepAnswers

pytestmark = pytest.mark.django_db


def child(**typed: str) -> ChildForm:
    needed = {"known_as": "Ash"} | ({} if {*typed} & {"date_of_birth_day"} else {"approximate_age": "14"})
    return ChildForm(QueryDict("&".join(f"{name}={value}" for name, value in (needed | typed).items())))


def born(day: int, month: int, year: int) -> dict[str, str]:
    return {"date_of_birth_day": str(day), "date_of_birth_month": str(month), "date_of_birth_year": str(year)}


def test_a_name_and_an_age_are_all_that_is_asked_of_the_child() -> None:
    assert child().is_valid()
    assert list(ChildForm(QueryDict("school=Nowhere")).errors) == ["given_name", "approximate_age"]


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("nhs_number", "999 000 0018", "9990000018"),
        ("nhs_number", "999-000-0018", "9990000018"),
        ("upn", "h801200001001", "H801200001001"),
        ("postcode", "b709ld", "B70 9LD"),
    ],
)
def test_numbers_are_kept_one_way(field: str, typed: str, kept: str) -> None:
    form = child(**{field: typed})
    assert form.is_valid()
    assert form.answers.fields[field] == kept


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("nhs_number", "9990000019"), ("nhs_number", "12"), ("nhs_number", "٩٩٩٠٠٠٠٠١٨"), ("upn", "A1"),
        ("postcode", "B70"), ("approximate_age", "-1"), ("approximate_age", "999"), ("sex", "7"),
        ("given_name", "a" * 101), ("given_name", "%00"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(field: str, typed: str) -> None:
    form = child(**{field: typed})
    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_dates_that_cannot_be_are_refused() -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert child(**born(31, 2, 2012)).errors["date_of_birth"] == ["Date of birth: 31 February does not exist"]
    assert "date_of_birth" in child(**born(tomorrow.day, tomorrow.month, tomorrow.year)).errors


def test_an_adult_is_asked_about_once_and_may_be_meant() -> None:
    form = child(**born(1, 1, 2000))
    assert form.errors["adult"] == ["This person is 18 or over. Check the age, or tick the box to go on"]
    assert form.asks_adult
    assert child(**born(1, 1, 2000), adult="on").is_valid()
    assert not child(approximate_age="25").is_valid()
    stored = ChildForm(initial=ChildForm.initial_of(StepAnswers({"date_of_birth": dt.date(2000, 1, 1)})))
    assert stored["adult"].value()


def test_the_worry_has_words_and_not_too_many() -> None:
    assert "worry" in WorryForm(QueryDict("immediate_danger=no")).errors
    assert "worry" in WorryForm(QueryDict(f"immediate_danger=no&worry={'x' * 1_000_000}")).errors
    assert WorryForm(QueryDict("immediate_danger=no&worry=Something")).is_valid()


def test_keeping_it_from_a_child_needs_a_reason() -> None:
    said = "child_told=NOT_TOLD_RISK&parent_told=TOLD"
    assert list(OthersForm(QueryDict(said)).errors) == ["not_told_reason"]


def test_nothing_ticked_is_fine_and_what_is_not_ticked_is_not_known() -> None:
    page = StepPage(ConcernStep.SIGNS, StepAnswers(), QueryDict(""))
    assert page.is_valid()
    assert page.answers == StepAnswers(dict.fromkeys(STEP_FIELDS[ConcernStep.SIGNS], Known.NOT_KNOWN))
    page = StepPage(
        ConcernStep.SIGNS, StepAnswers(), QueryDict("SIG01=on&when_SIG01=earlier&RSK06=on&disclosure=on")
    )
    assert page.is_valid()
    assert {row["code"]: row["timing"] for row in page.answers.indicators} == {
        "RSK06": "current",
        "SIG01": "earlier",
    }
    assert page.answers.fields["disclosure"] == Known.YES


def test_what_was_written_keeps_its_paragraphs_and_runs_nothing() -> None:
    rows = answer_rows(StepAnswers({"worry": "One\n\nTwo <script>alert(1)</script>"}))
    assert rows[0].value == '<span class="app-text">One\n\nTwo &lt;script&gt;alert(1)&lt;/script&gt;</span>'
