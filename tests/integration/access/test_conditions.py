"""The row rule stands as ready SQL in every list: by whatever name a list calls the row, it is that row's rule."""

import pytest
from django.db.models import Exists, OuterRef, Q

from cases.models import Case, ChronologyEntry
from cse_portal.access.conditions import Among
from tests.cast import Cast
from tests.factories.cases import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(cast: Cast) -> tuple[Case, Case]:
    """Two that social care leads; the second is restricted to the practitioner and the manager by name."""
    seen, restricted = make_case(cast), make_case(cast)
    Case.objects.filter(pk=restricted.pk).update(is_restricted=True, restricted_reason="WITNESS_PROTECTION")
    return seen, restricted


def keys(*cases: Case) -> set[object]:
    return {each.pk for each in cases}


def test_a_list_within_lists_asks_of_its_own_rows(cast: Cast, cases: tuple[Case, Case]) -> None:
    for person in (cast.practitioner, cast.manager, cast.lead, cast.outsider):
        seen = Case.objects.visible_to(person)
        expected = {each.pk for each in seen}
        within = Case.objects.filter(pk__in=Case.objects.filter(pk__in=seen.values("pk")).values("pk"))
        beside = Case.objects.filter(Exists(seen.filter(pk=OuterRef("pk"))))
        assert {each.pk for each in within} == {each.pk for each in beside} == expected, person
    assert set(Case.objects.visible_to(cast.outsider)) == set()


def test_two_people_see_together_what_either_sees_and_in_common_what_both_see(
    cast: Cast, cases: tuple[Case, Case]
) -> None:
    practitioner, outsider = (Case.objects.visible_to(each) for each in (cast.practitioner, cast.outsider))
    assert {each.pk for each in practitioner | outsider} == {each.pk for each in practitioner} != set()
    assert set(practitioner & outsider) == set()
    assert set(practitioner.exclude(pk__in=outsider.values("pk"))) == set(practitioner)


def test_what_is_kept_ready_for_one_person_is_not_asked_for_another(
    cast: Cast, cases: tuple[Case, Case]
) -> None:
    first = {each.pk for each in Case.objects.visible_to(cast.practitioner)}
    assert first == keys(*cases)
    assert {each.pk for each in Case.objects.visible_to(cast.outsider)} == set()
    assert {each.pk for each in Case.objects.visible_to(cast.practitioner)} == first


def test_among_keys_is_as_in_wherever_it_stands(cast: Cast, cases: tuple[Case, Case]) -> None:
    seen = Case.objects.filter(pk=cases[0].pk)
    rows = ChronologyEntry.objects.filter(case__in=cases)
    told = set(rows.filter(case__in=seen))
    assert told
    assert told != set(rows)
    among = Among("case", seen.values("pk"))
    assert set(rows.filter(among)) == set(rows.filter(Q(case=None) | Q(among))) == told
    assert set(rows.filter(~Q(among))) == set(rows) - told
    within = Case.objects.filter(Exists(ChronologyEntry.objects.filter(among, case=OuterRef("pk"))))
    assert set(within) == set(seen)
    assert set(rows.filter(Among("case__child", seen.values("child")))) == told


def test_nothing_is_among_none(cast: Cast, cases: tuple[Case, Case]) -> None:
    none = Among("pk", Case.objects.none().values("pk"))
    assert set(Case.objects.filter(none)) == set()
    assert set(Case.objects.filter(Q(none) | Q(pk=cases[0].pk))) == {cases[0]}
    assert set(Case.objects.filter(~Q(none))) == set(cases)
