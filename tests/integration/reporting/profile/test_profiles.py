"""The yearly problem profile: who builds, publishes and reads it, what each version tells, and what comes of it."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.keys import new_key
from cse_portal.reference.quarters import Quarter
from mase.meetings.errors import SomeoneElseSaved
from mase.plans.choices import PlanP
from mase.strategy import services as strategy
from mase.strategy.models import Rag, StrategicObjective
from reporting.profile import services
from reporting.profile.models import PartKind, ProblemProfile, ProfilePart, Section
from reporting.profile.presenters import page
from reporting.profile.selectors import record_of, years_to_start
from reporting.returns.models import RegionalReturn, ReturnFigure, ReturnMeasure, ReturnState
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.profiles import SECRET, make_profile

YEAR = Quarter.containing(timezone.localdate()).year - 1


@pytest.fixture
def profile(cast: Cast) -> ProblemProfile:
    return make_profile(cast, YEAR)


def signed_quarter(cast: Cast, number: int, **values: int) -> RegionalReturn:
    """A signed return with a table of people by sex, and a field not recorded; small ones withheld."""
    quarter, now = Quarter(YEAR, number), timezone.now()
    made = RegionalReturn.objects.create(
        quarter=quarter.slug, starts_on=quarter.starts_on, ends_on=quarter.ends_on, revision=1,
        requested_revision=1, prepared_by=cast.analyst,
    )  # fmt: skip
    for code, dimension, column in (("B2", "sex", "total"), ("C5", "field", "missing")):
        measure = ReturnMeasure.objects.create(
            regional_return=made, revision=1, code=code, version=1, name=code, definition="d", source="s",
            kind="stock", order=1,
        )  # fmt: skip
        for order, (row, value) in enumerate(values.items()):
            ReturnFigure.objects.create(
                measure=measure, dimension=dimension, row=row, row_label=row.capitalize(), column=column,
                column_label=column, order=order, value=value, unit="children", fact=f"{code}{row}",
                is_suppressed=value < 6,
            )  # fmt: skip
    signed = {"checked_by": cast.analyst, "checked_at": now, "signed_by": cast.manager, "signed_at": now}
    RegionalReturn.objects.filter(pk=made.pk).update(state=ReturnState.SIGNED, **signed)
    return made


def test_a_year_that_is_over_is_started_once(cast: Cast) -> None:
    assert years_to_start(cast.analyst)[0] == YEAR
    assert years_to_start(cast.manager) == []
    first = services.start(year=YEAR, by=cast.analyst)
    assert services.start(year=YEAR, by=cast.analyst) == first
    assert YEAR not in years_to_start(cast.analyst)
    assert first.ends_on == Quarter(YEAR, 4).ends_on
    with pytest.raises(NotPermitted):
        services.start(year=YEAR - 1, by=cast.board)


def test_what_is_missing_is_said_before_it_is_published(cast: Cast) -> None:
    draft = services.start(year=YEAR, by=cast.analyst)
    with pytest.raises(NotAllowedNow, match="write the summary.*ROCU.*recommend something"):
        services.publish(profile=draft, by=cast.manager)


def test_a_second_person_publishes_and_nothing_changes_afterwards(
    cast: Cast, profile: ProblemProfile
) -> None:
    assert services.what_is_left(profile) == []
    with pytest.raises(NotPermitted):
        services.publish(profile=profile, by=cast.analyst)
    part = profile.parts.first()
    assert part is not None
    published = services.publish(profile=profile, by=cast.manager)
    assert published.published_by == cast.manager
    for refused in (
        lambda: services.publish(profile=profile, by=cast.manager),
        lambda: services.change(part=part, values={"text": "Other"}, version=1, by=cast.analyst),
        lambda: services.remove(part=part, by=cast.analyst),
    ):
        with pytest.raises(NotAllowedNow, match="This profile is published"):
            refused()
    with pytest.raises(DatabaseError), transaction.atomic():
        ProblemProfile.objects.filter(pk=profile.pk).update(summary="Other")


def test_two_writers_lose_nothing(cast: Cast, profile: ProblemProfile) -> None:
    part = ProfilePart.objects.filter(kind=PartKind.FINDING)[0]
    services.change(part=part, values={"text": "First"}, version=part.version, by=cast.analyst)
    with pytest.raises(SomeoneElseSaved):
        services.change(part=part, values={"text": "Second"}, version=part.version, by=cast.analyst)
    anita = signed_in(cast, "analyst")
    said = {"section": "victims", "text": "My own words", "version": part.version, "key": new_key()}
    answer = anita.post(f"/profiles/parts/{part.pk}/", said).content.decode()
    assert "My own words" in answer


def test_figures_come_from_signed_returns_and_small_ones_are_withheld(
    cast: Cast, profile: ProblemProfile
) -> None:
    signed_quarter(cast, 1, female=30, male=3)
    signed_quarter(cast, 2, female=31, male=9)
    record = record_of(cast.analyst, profile)
    assert [each.label for each in record.missing] == [Quarter(YEAR, 3).label, Quarter(YEAR, 4).label]
    full, sanitised = (page(record, confidential=each).sections[0].tables[0] for each in (True, False))
    assert full.headings == [Quarter(YEAR, 1).label, Quarter(YEAR, 2).label]
    told = [
        [(row.label, [each.text for each in row.cells]) for row in table.rows] for table in (full, sanitised)
    ]
    assert told[0] == [("Female", ["30", "31"]), ("Male", ["3", "9"])]
    assert told[1] == [("Female", ["30", "31"]), ("Male", ["withheld", "9"])]
    assert page(record, confidential=True).gaps == ["Female: not recorded of 31", "Male: not recorded of 9"]


def test_a_nought_that_is_withheld_reads_like_any_other_withheld_number(
    cast: Cast, profile: ProblemProfile
) -> None:
    signed_quarter(cast, 1, female=30, male=3, other=0)
    record = record_of(cast.analyst, profile)
    full, sanitised = (page(record, confidential=each) for each in (True, False))
    labels = [[row.label for row in each.sections[0].tables[0].rows] for each in (full, sanitised)]
    assert labels == [["Female", "Male"], ["Female", "Male", "Other"]]
    assert [len(each.gaps) for each in (full, sanitised)] == [2, 3]


def test_a_published_profile_keeps_to_the_returns_signed_until_then(
    cast: Cast, profile: ProblemProfile
) -> None:
    signed_quarter(cast, 1, female=30)
    services.publish(profile=profile, by=cast.manager)
    signed_quarter(cast, 2, female=31)
    profile.refresh_from_db()
    assert [each.number for each in record_of(cast.analyst, profile).returns] == [1]


def test_the_board_reads_the_sanitised_version_of_what_is_published(
    cast: Cast, profile: ProblemProfile
) -> None:
    beatrice, here = signed_in(cast, "board"), f"/profiles/{profile.slug}/"
    assert beatrice.get(here).status_code == 404
    services.publish(profile=profile, by=cast.manager)
    read = beatrice.get(here).content.decode()
    assert "Told of Locations" in read
    assert "Found of" not in read
    assert SECRET not in read
    assert beatrice.get(f"{here}confidential.pdf").status_code == 403
    assert beatrice.get(f"{here}sanitised.pdf")["Content-Type"] == "application/pdf"
    assert beatrice.get(f"{here}other.pdf").status_code == 404
    assert SECRET in signed_in(cast, "analyst").get(here).content.decode()


def test_a_recommendation_becomes_an_objective_whose_owner_reports(
    cast: Cast, profile: ProblemProfile
) -> None:
    part = profile.parts.get(kind=PartKind.RECOMMENDATION)
    maya = signed_in(cast, "manager")
    asked = maya.get(f"/profiles/parts/{part.pk}/objective/").content.decode()
    assert "Visit takeaways" in asked
    assert part.text not in asked
    ProfilePart.objects.filter(pk=part.pk).update(sanitised="")
    asked = maya.get(f"/profiles/parts/{part.pk}/objective/").content.decode()
    assert part.text not in asked, "more people read the plan than the confidential version"
    said = {
        "p": PlanP.PREVENT, "text": "Visit takeaways", "measure": "Visits each quarter",
        "agency": cast.agency("police").pk, "key": new_key(),
    }  # fmt: skip
    for _ in range(2):
        assert maya.post(f"/profiles/parts/{part.pk}/objective/", said).status_code == 302
    objective = StrategicObjective.objects.get(recommendation=part)
    strategy.report(row=objective, rag=Rag.GREEN, evidence="Nine visits", by=cast.manager, key=new_key())
    shown = signed_in(cast, "analyst").get(f"/profiles/{profile.slug}/").content.decode()
    assert objective.get_absolute_url() in shown
    assert Rag.AMBER.label in shown or Rag.GREEN.label in shown
    with pytest.raises(NotAllowedNow, match="stays in the profile"):
        services.remove(part=part, by=cast.analyst)
    finding = profile.parts.filter(kind=PartKind.FINDING)[0]
    with pytest.raises(NotAllowedNow, match="Only a recommendation"):
        services.take_up(part=finding, values={}, key=new_key(), by=cast.manager)


def test_it_is_built_in_its_pages(cast: Cast) -> None:
    anita = signed_in(cast, "analyst")
    page_of = anita.post("/profiles/", {"year": YEAR, "key": new_key()})["Location"]
    assert "No finding" in anita.get(page_of).content.decode()
    empty = anita.post(
        f"{page_of}add/finding/", {"section": "times", "text": "", "key": new_key()}
    ).content.decode()
    assert "Say it in a sentence or two" in empty
    said = {"section": Section.TIMES, "text": "Friday nights", "sanitised": "", "key": new_key()}
    assert anita.post(f"{page_of}add/finding/", said)["Location"].endswith("#times")
    shown = anita.get(page_of).content.decode()
    assert "Friday nights" in shown
    assert "Not in the sanitised version" in shown
    part = ProfilePart.objects.get()
    assert anita.post(f"/profiles/parts/{part.pk}/", {"remove": "1"}).status_code == 302
    assert not ProfilePart.objects.exists()
    assert anita.get(f"{page_of}add/gossip/").status_code == 404
    assert anita.get("/profiles/1999-00/").status_code == 404
