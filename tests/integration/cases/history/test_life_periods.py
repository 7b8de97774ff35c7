"""School, home and legal status over time, and the picture of a child's family and network."""

import datetime as dt

import pytest
from django.utils import timezone

from cases.family import services as family
from cases.family.models import AddressKind, ConfidentialReason
from cases.history.models import LifePeriod, PeriodKind
from cases.history.selectors import placement_alert, school_of
from cases.history.services import BeganBefore, Period, PlaceIsConfidential, change_period
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cse_portal.errors import StaleEdit
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.family import make_member, make_period
from tests.integration.cases.sharing.test_sections import As

pytestmark = pytest.mark.django_db


def ago(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


def test_the_present_home_ends_on_the_day_on_which_the_next_begins(cast: Cast) -> None:
    case = make_case(cast)
    first = make_period(cast, case, began_on=ago(300))
    make_period(cast, case, code="K2", name="Maple House", began_on=ago(20), reason="The carers moved away")
    first.refresh_from_db()
    assert first.ended_on == ago(20)
    with pytest.raises(BeganBefore):
        make_period(cast, case, began_on=ago(30))
    assert make_period(cast, case, began_on=ago(400), ended_on=ago(301)).ended_on == ago(301)


def test_the_present_school_is_the_one_that_lists_and_matching_know(cast: Cast) -> None:
    case = make_case(cast)
    make_period(
        cast, case, PeriodKind.SCHOOL, code="PART", name="Testley Academy", school=cast.agency("health"),
        attendance=71, exclusions=2, special_needs="E",
    )  # fmt: skip
    case.child.refresh_from_db()
    assert (case.child.school, school_of(case)) == ("Testley Academy", cast.agency("health"))


def test_a_confidential_home_is_written_and_shown_by_its_kind_alone(cast: Cast, as_: As) -> None:
    case = make_case(cast)
    make_period(cast, case, name="Foster carers in Oldbury")
    family.record_address(
        case=case, kind=AddressKind.PLACEMENT, address="The Old Mill", reason=ConfidentialReason.RISK,
        by=cast.practitioner,
    )  # fmt: skip
    with pytest.raises(PlaceIsConfidential):
        make_period(cast, case, began_on=ago(1), name="Carers in Tipton")
    client, home = as_("practitioner"), LifePeriod.objects.get()
    shown = client.get(f"/cases/{case.reference}/family/").content.decode()
    assert "Foster care" in shown
    for page in ("", f"periods/{home.pk}/"):
        assert "Oldbury" not in client.get(f"/cases/{case.reference}/family/{page}").content.decode()
    assert "Oldbury" not in str(home.as_disclosed())


def test_a_period_is_added_on_the_page_and_bad_days_are_named(cast: Cast, as_: As) -> None:
    case = make_case(cast)
    path, client = f"/cases/{case.reference}/family/add/school/", as_("practitioner")
    said = {"code": "ENROLLED", "name": "Testley Academy", "attendance": "120", **_day("began_on", ago(10))}
    wrong = client.post(path, {**said, **_day("ended_on", ago(20))}).content.decode()
    assert "Last day: enter a day on or after the first day" in wrong
    assert "Enter a number that is 100 or less" in wrong
    assert "Testley Academy" in wrong
    shown = client.post(path, {**said, "attendance": "80"}, follow=True).content.decode()
    assert "School: recorded." in shown
    assert "Attendance 80%" in shown
    assert client.get(f"/cases/{case.reference}/family/add/nowhere/").status_code == 404


def test_a_page_drawn_before_somebody_saved_does_not_overwrite(cast: Cast) -> None:
    period = make_period(cast, make_case(cast))
    said = Period(code="U6", name="Foster carers", began_on=period.began_on)
    change_period(period=period, version=1, said=said, by=cast.practitioner)
    with pytest.raises(StaleEdit):
        change_period(
            period=period, version=1, by=cast.practitioner, said=Period("K2", "A home", period.began_on)
        )


def test_living_without_care_at_16_in_category_2_is_said(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    alone = LifePeriod(kind=PeriodKind.HOME, code="H5")
    assert "IICSA" in placement_alert(case, alone, 16)
    assert placement_alert(case, alone, 15) == placement_alert(case, None, 16) == ""
    assert placement_alert(Case(category=RiskCategory.LOW), alone, 16) == ""


def test_the_picture_says_whom_the_child_trusts_and_nobody_calls_an_unsafe_father(
    cast: Cast, as_: As
) -> None:
    case = make_case(cast, child=make_child(given_name="Robyn", family_name="Testley"))
    make_member(cast, case, name="Kira Testley", relation="AUNT", is_trusted=True)
    make_member(
        cast,
        case,
        name="Max Testley",
        relation="FATHER",
        contact_safe="no",
        contact_reason="He asks where she is",
    )
    make_member(
        cast, case, name="Sam Bell", relation="YOUTH", organisation="Youth service", phone="07700 900118"
    )
    shown = as_("practitioner").get(f"/cases/{case.reference}/family/").content.decode()
    assert "Robyn trusts Kira Testley. Do not contact: Max Testley." in shown
    assert shown.count("<svg") >= 2
    for heading in ("Family", "Professionals"):
        assert f">{heading}<" in shown
    assert "tel:07700900118" in shown


def _day(name: str, on: dt.date) -> dict[str, str]:
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}
