"""Every list that names a child says that the child is missing."""

import pytest

from cases.record.models.case import Case
from tests.access.places import Places
from tests.access.test_addresses import signed_in
from tests.cast import Cast


@pytest.mark.parametrize(
    "path",
    [
        "/cases/",
        "/meetings/",
        "/meetings/?which=past",
        "/actions/?whose=all",
        "/disagreements/",
        "/meetings/calendar/",
    ],
)
def test_every_list_that_names_a_missing_child_says_so(cast: Cast, places: Places, path: str) -> None:
    case = Case.objects.get(reference=places["case"])
    client, flag = signed_in(cast, "manager"), "</svg>Missing "
    text = client.get(path).content.decode()
    assert case.child.name in text
    assert flag in text
    Case.objects.update(missing_since=None)
    assert flag not in signed_in(cast, "manager").get(path).content.decode()
