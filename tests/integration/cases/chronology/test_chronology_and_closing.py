"""One chronology for all; a case closes with every line of the checklist answered, and may open again."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases.assessments import services as categories
from cases.assessments.models import DecisionSource
from cases.casework.services import Check, close_case, reopen_case
from cases.chronology.models import ChronologyEntry, EntryKind
from cases.chronology.presenters import SOURCES
from cases.chronology.services import add_event
from cases.record.choices import CaseStatus, HarmStatus, RiskCategory
from cases.record.models.case import Case, Episode
from cases.record.services import CaseClosed
from cases.sharing.services import access
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.keys import new_key
from cse_portal.reference import selectors as reference
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, assessed_as_a_network, make_case, share_with

As = Callable[[str], Client]


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


def answered(**reasons: str) -> list[Check]:
    """The whole checklist; a line with a reason is a no."""
    codes = [entry.code for entry in reference.codes("step-down")]
    return [Check(code, code not in reasons, reasons.get(code, "")) for code in codes]


def close(case: Case, cast: Cast, code: str = "C5", checklist: list[Check] | None = None) -> Case:
    lines = answered() if checklist is None else checklist
    return close_case(case=case, code=code, reason="The family moved", checklist=lines, by=cast.manager)


def event(day: dt.date, text: str = "Seen at the bus station", **more: Any) -> dict[str, Any]:
    return {
        "kind": "event", "text": text, "happened_on_day": day.day, "happened_on_month": day.month,
        "happened_on_year": day.year, **more,
    }  # fmt: skip


def test_every_source_of_an_entry_has_its_word_and_shape() -> None:
    assert set(SOURCES) == set(EntryKind)


def test_the_newest_event_comes_first_with_who_recorded_it_when(case: Case, as_: As) -> None:
    practitioner, today = as_("practitioner"), timezone.localdate()
    for days, text in ((40, "Came home late"), (3, "Met at school"), (10, "Missed the bus")):
        practitioner.post(f"/cases/{case.reference}/chronology/new/", event(today - dt.timedelta(days), text))
    text = practitioner.get(f"/cases/{case.reference}/chronology/").content.decode()
    assert text.index("Met at school") < text.index("Missed the bus") < text.index("Came home late")
    assert "Priya Raman, Social care" in text


def test_filters_narrow_it_and_nonsense_filters_nothing(case: Case, as_: As) -> None:
    practitioner, address = as_("practitioner"), f"/cases/{case.reference}/chronology/"
    practitioner.post(f"{address}new/", event(timezone.localdate(), "Met at school"))
    assert len(practitioner.get(f"{address}?kind=contact").context["page"]) == 0
    assert len(practitioner.get(f"{address}?kind=event").context["page"]) == 1
    for query in (
        "kind=nonsense",
        "page=99999999999999999999",
        "since_day=31&since_month=2&since_year=2026",
        "page=%00",
    ):
        assert len(practitioner.get(f"{address}?{query}").context["page"]) == 2
    assert "Met at school" in practitioner.get(f"{address}print/?kind=event").content.decode()


def test_an_event_is_not_in_the_future_and_is_posted_once(case: Case, as_: As) -> None:
    practitioner, address = as_("practitioner"), f"/cases/{case.reference}/chronology/new/"
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert practitioner.post(address, event(tomorrow)).context["form"].errors["happened_on"]
    assert practitioner.post(address, event(timezone.localdate(), "a\x00b")).context["form"].errors["text"]
    token = str(uuid.uuid4())
    for _ in range(2):
        assert practitioner.post(address, event(timezone.localdate(), form_token=token)).status_code == 302
    assert ChronologyEntry.objects.filter(case=case, kind=EntryKind.EVENT).count() == 1


def test_a_reader_reads_and_does_not_add(case: Case, cast: Cast, as_: As) -> None:
    access.share(case=case, to=cast.health, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.practitioner)
    address = f"/cases/{case.reference}/chronology/"
    text = as_("health").get(address).content.decode()
    assert "What happened?" not in text
    assert as_("health").get(f"{address}new/").status_code == 403


def test_the_star_marks_what_the_record_shows_first_and_no_reader_sets_it(
    case: Case, cast: Cast, as_: As
) -> None:
    practitioner, address = as_("practitioner"), f"/cases/{case.reference}/chronology/"
    practitioner.post(f"{address}new/", event(timezone.localdate(), "Met at school"))
    entry = ChronologyEntry.objects.get(case=case, kind=EntryKind.EVENT)
    record = f"/cases/{case.reference}/"
    assert "Met at school" not in practitioner.get(record).content.decode()
    assert practitioner.post(f"{address}{entry.pk}/star/", {"significant": "yes"}).status_code == 302
    assert "Met at school" in practitioner.get(record).content.decode()
    share_with(case, cast.health, by=cast.practitioner)
    ChronologyEntry.objects.filter(pk=entry.pk).update(restricted=True)
    assert practitioner.post(f"{address}{new_key()}/star/", {}).status_code == 404
    assert as_("police").post(f"{address}{entry.pk}/star/", {}).status_code == 404


def test_the_court_copy_is_the_oldest_first_without_system_lines_and_restricted_ones(
    case: Case, as_: As
) -> None:
    practitioner, address = as_("practitioner"), f"/cases/{case.reference}/chronology/"
    day = timezone.localdate()
    for text, back in (("Later", 0), ("Earlier", 3), ("Kept apart", 1)):
        practitioner.post(f"{address}new/", event(day - dt.timedelta(days=back), text))
    ChronologyEntry.objects.filter(text="Kept apart").update(restricted=True)
    page = practitioner.get(f"{address}print/?court=yes").content.decode()
    assert page.index("Earlier") < page.index("Later")
    assert "Kept apart" not in page
    assert "Case opened" not in page
    key = ChronologyEntry.objects.get(text="Later").pk
    chosen = practitioner.get(f"{address}print/?court=yes&entry={key}").content.decode()
    assert "Later" in chosen
    assert "Earlier" not in chosen
    assert practitioner.get(f"{address}print/?court=yes&entry=nonsense").status_code == 200


def test_many_entries_cost_as_many_questions_as_few(
    case: Case, cast: Cast, as_: As, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        add_event(
            case=case,
            kind=EntryKind.CONTACT,
            happened_on=timezone.localdate(),
            text=str(number),
            by=cast.practitioner,
        )
    practitioner = as_("practitioner")
    with django_assert_max_num_queries(15):
        assert len(practitioner.get(f"/cases/{case.reference}/chronology/").context["page"]) == 25


def test_closing_asks_every_line_of_the_checklist(case: Case, cast: Cast) -> None:
    for lines in ([], answered()[1:], answered(INTELLIGENCE="  "), [*answered(), *answered()]):
        with pytest.raises(NotAllowedNow, match="Answer every line of the closure checklist, with"):
            close(case, cast, checklist=lines)
    close(case, cast, checklist=answered(INTELLIGENCE="Asked on Monday; they will write"))
    case.refresh_from_db()
    episode = Episode.objects.get(case=case)
    assert (case.status, episode.closing_code) == (CaseStatus.CLOSED, "C5")
    assert [line for line in episode.checklist if not line["done"]] == [
        {"code": "INTELLIGENCE", "done": False, "reason": "Asked on Monday; they will write"}
    ]
    assert AuditEvent.objects.get(action=Action.CASE_CLOSED).detail == {
        "code": "C5",
        "not_done": ["INTELLIGENCE"],
    }


def test_a_closed_case_is_read_only(case: Case, cast: Cast, as_: As) -> None:
    close(case, cast)
    today = timezone.localdate()
    writes: list[Callable[[], object]] = [
        lambda: close(case, cast),
        lambda: add_event(case=case, kind=EntryKind.EVENT, happened_on=today, text="A", by=cast.practitioner),
        lambda: categories.confirm(
            case=case, category=RiskCategory.HIGH, harm_status=HarmStatus.H2, rationale="A",
            source=DecisionSource.ASSESSMENT, by=cast.manager,
        ),
        lambda: access.share(
            case=case, to=cast.health, reason="A", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
        ),
    ]  # fmt: skip
    for write in writes:
        with pytest.raises(CaseClosed):
            write()
    practitioner = as_("practitioner")
    answer = practitioner.post(f"/cases/{case.reference}/chronology/new/", event(today))
    assert answer.context["form"].non_field_errors() == [CaseClosed.message]
    assert "Share this case" not in practitioner.get(f"/cases/{case.reference}/access/").content.decode()


def refused_beside_the_reason(client: Client, case: Case, code: str = "C1") -> str:
    """What the page says beside the reason for closing, with everything typed still there."""
    said = {"code": code, "reason": "Better", "confirmed": "on"}
    said |= {f"check_{entry.code}": "yes" for entry in reference.codes("step-down")}
    answer = client.post(f"/cases/{case.reference}/close/", said)
    assert "Better" in answer.content.decode()
    case.refresh_from_db()
    assert case.is_open
    return str(answer.context["form"].errors["code"][0])


def decided(case: Case, cast: Cast, category: RiskCategory) -> None:
    """As a meeting that ends confirms it."""
    categories.confirm(
        case=case, category=category, harm_status=HarmStatus.H1, rationale="Agreed round the table",
        source=DecisionSource.MEETING, by=cast.manager,
    )  # fmt: skip
    case.refresh_from_db()


@pytest.mark.parametrize("code", ["C1", "C2"])
def test_a_case_does_not_close_on_the_day_a_meeting_lowers_it(cast: Cast, as_: As, code: str) -> None:
    manager, case = as_("manager"), make_case(cast, category=RiskCategory.LOW)
    assert "No meeting has decided category 1" in refused_beside_the_reason(manager, case, code)
    categories.confirm(
        case=case, category=RiskCategory.MEDIUM, harm_status=HarmStatus.H1, rationale="Seen again",
        source=DecisionSource.ASSESSMENT, by=cast.manager,
    )  # fmt: skip
    decided(case, cast, RiskCategory.LOW)
    assert "The last meeting lowered the category. Hold a meeting" in refused_beside_the_reason(
        manager, case, code
    )
    with pytest.raises(NotAllowedNow, match="The last meeting lowered the category"):
        categories.confirm(
            case=case, category=RiskCategory.NONE, harm_status=HarmStatus.H1, rationale="Better",
            source=DecisionSource.CLOSURE, by=cast.manager,
        )  # fmt: skip
    decided(case, cast, RiskCategory.LOW)
    close(case, cast, code)


def test_a_floor_of_the_newest_assessment_keeps_a_case_open(cast: Cast, as_: As) -> None:
    case = make_case(cast, category=RiskCategory.LOW)
    decided(case, cast, RiskCategory.LOW)
    assessed_as_a_network(cast, case)
    assert "Two or more adults" in refused_beside_the_reason(as_("manager"), case)
    close(case, cast, "C5")
    case.refresh_from_db()
    assert (case.is_open, case.category) == (False, RiskCategory.LOW)


def test_a_reopened_case_is_a_new_period_of_work(case: Case, cast: Cast) -> None:
    with pytest.raises(NotAllowedNow, match="This case is already open"):
        reopen_case(case=case, reason="Back", lawful_basis="6_1_E", by=cast.manager)
    close(case, cast)
    with pytest.raises(NotPermitted):
        reopen_case(case=case, reason="Back", lawful_basis="6_1_E", by=cast.practitioner)
    key = uuid.uuid4()
    for _ in range(2):
        reopen_case(case=case, reason="Back", lawful_basis="6_1_E", by=cast.manager, key=key)
    case.refresh_from_db()
    assert case.is_open
    assert [each.kind for each in Episode.objects.filter(case=case).order_by("opened_at")] == [
        "new",
        "reopened",
    ]
