"""The yearly problem profile: three recommendations become objectives, and an owner reports on one."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from cse_portal.reference.quarters import Quarter
from mase.strategy.models import StrategicObjective
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories.profiles import make_profile

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = Quarter.containing(timezone.localdate()).year - 1
MORE = ("Train staff who work with boys", "Light the car park")


def test_three_recommendations_become_objectives_whose_owners_report(
    sign_in: Callable[..., Person], cast: Cast
) -> None:
    """Issue 30, journey 3."""
    profile = make_profile(cast, YEAR)
    here = profile.get_absolute_url()
    anita = sign_in("analyst")
    anita.goes_to(here)
    for words in MORE:
        anita.follows("Add a recommendation")
        anita.types("What is recommended", words)
        anita.types("In the sanitised version", words)
        anita.clicks("Save")
        anita.sees(words)
    anita.reads_page()
    maya = sign_in("manager", width=390)
    maya.goes_to(here)
    maya.clicks("Publish")
    maya.sees("is published")
    maya.reads_page()
    for _ in range(3):
        maya.follows("Make it an objective")
        maya.chooses("Prevent")
        maya.types("How it is measured", "Reported each quarter")
        maya.page.get_by_label("Owner", exact=True).select_option(label=owner_of(maya, "Hannah"))
        maya.clicks("Save")
        maya.sees("It is in the strategy’s plan.")
    assert StrategicObjective.objects.filter(recommendation__profile=profile, owner=cast.health).count() == 3
    hannah = sign_in("health")
    hannah.goes_to(StrategicObjective.objects.get(text="Visit takeaways").get_absolute_url())
    hannah.page.get_by_label("How does it stand?").select_option("On track")
    hannah.types("What shows that?", "Nine visits in October.")
    hannah.clicks("Save the report")
    member = sign_in("board")
    member.goes_to(here)
    member.sees("On track")
    member.does_not_see("Found of")


def owner_of(person: Person, name: str) -> str:
    """The words of the list that name somebody."""
    options = person.page.get_by_label("Owner", exact=True).locator("option").all_text_contents()
    return next(each for each in options if name in each)
