"""Two records of one child: said on record, undone on record, and nobody sees more than before."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from cases.chronology.models import EntryKind
from cases.chronology.services import add_event
from cases.concerns.choices import ConcernOutcome
from cases.concerns.models import Concern
from cases.matching.selectors.known import already_known
from cases.merging.models import ChildMerge
from cases.merging.selectors import is_alone
from cases.merging.services import merge, undo
from cases.record.choices import CaseStatus
from cases.record.models.case import Case
from cases.sharing.models import Exclusion
from cases.sharing.services import access, exclusions
from cse_portal.access.records import disclosed_as
from cse_portal.access.rows import excluded_from
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.jobs.models import Notification
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.concerns import decide, make_concern, opening

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
BORN = dt.date(2012, 3, 4)
WHY = "The school and the nurse know one child, by two spellings."


@pytest.fixture
def kept(cast: Cast) -> Case:
    """Led by social care."""
    return make_case(cast, child=make_child(given_name="Robyn", family_name="Testley", date_of_birth=BORN))


@pytest.fixture
def other(cast: Cast) -> Case:
    """Led by the police, whom social care does not see."""
    child = make_child(given_name="Robin", family_name="Testley", date_of_birth=BORN)
    return make_case(cast, child=child, lead_agency=cast.agency("police"), lead_professional=cast.police)


def visible(cast: Cast, person: str) -> set[str]:
    with acting_for(getattr(cast, person)):
        found = Case.objects.visible_to(getattr(cast, person))
        return set(found.values_list("reference", flat=True))


def happened(cast: Cast, case: Case, text: str) -> None:
    add_event(
        case=case, kind=EntryKind.EVENT, happened_on=dt.date(2026, 1, 5), text=text, by=case.lead_professional
    )  # type: ignore[arg-type]


def test_nothing_moves_and_nobody_sees_more(cast: Cast, as_: As, kept: Case, other: Case) -> None:
    happened(cast, other, "Seen in a grey car.")
    before = {person: visible(cast, person) for person in ("manager", "practitioner", "police", "outsider")}
    merge(kept=kept, merged=other, why=WHY, by=cast.manager)
    assert {person: visible(cast, person) for person in before} == before
    for page, words in {
        "": "Also recorded under",
        "chronology/": f"recorded under {other.reference}",
    }.items():
        both = as_("manager").get(f"/cases/{kept.reference}/{page}").content.decode()
        alone = as_("practitioner").get(f"/cases/{kept.reference}/{page}").content.decode()
        assert words in both
        assert "Also recorded under" not in alone
        assert other.reference not in alone
        assert "grey car" not in alone
    assert (
        "Seen in a grey car." in as_("manager").get(f"/cases/{kept.reference}/chronology/").content.decode()
    )
    court = as_("manager").get(f"/cases/{kept.reference}/chronology/print/?court=yes").content.decode()
    assert f"under {other.reference}" in court
    assert [each.case for each in already_known(cast.manager, kept) if each.case] == []


def test_who_sees_one_record_is_not_told_of_the_other(cast: Cast, as_: As, kept: Case, other: Case) -> None:
    made = merge(kept=kept, merged=other, why=WHY, by=cast.manager)
    with acting_for(cast.police):
        assert list(ChildMerge.objects.all()) == []
        assert list(ChildMerge.objects.visible_to(cast.police)) == []
    for page in ("", "chronology/"):
        told = as_("police").get(f"/cases/{other.reference}/{page}").content.decode()
        assert kept.reference not in told
        assert WHY not in told
    assert not Notification.objects.filter(
        user__in=[cast.police, cast.practitioner], text__contains="same child"
    ).exists()
    assert kept.reference not in str(disclosed_as(made))
    assert other.reference not in str(disclosed_as(made))


def test_the_open_record_that_is_not_kept_closes_and_opens_as_it_was(
    cast: Cast, kept: Case, other: Case
) -> None:
    due = other.next_review_on
    access.share(case=other, to=cast.agency("csc"), reason="Work", lawful_basis=LAWFUL_BASIS, by=cast.police)
    made = merge(kept=kept, merged=other, why=WHY, by=cast.manager)
    assert merge(kept=kept, merged=other, why=WHY, by=cast.manager, key=made.pk) == made
    other.refresh_from_db()
    assert (other.status, other.next_review_on, other.episodes.get().closing_code) == (
        CaseStatus.CLOSED,
        None,
        "C7",
    )
    assert kept.reference not in other.episodes.get().closing_reason
    told = f"{other.reference} is now recorded as the same child as {kept.reference}."
    assert Notification.objects.filter(user=cast.practitioner, text=told).exists(), "the lead who sees both"
    assert not Notification.objects.filter(user=cast.police, text=told).exists()
    undo(made=made, why="Two cousins.", by=cast.manager)
    undo(made=made, why="Pressed twice.", by=cast.manager)
    other.refresh_from_db()
    assert (other.status, other.next_review_on) == (CaseStatus.OPEN, due)
    assert other.episodes.get().closed_at is None
    made.refresh_from_db()
    assert (made.undone_by, made.undone_why) == (cast.manager, "Two cousins.")
    assert {each.case for each in already_known(cast.manager, kept) if each.case} == {other}
    for action in (Action.CHILDREN_MERGED, Action.CHILDREN_PARTED):
        assert AuditEvent.objects.get(action=action).actor == cast.manager


def test_an_exclusion_from_one_shuts_both_while_it_holds(cast: Cast, kept: Case, other: Case) -> None:
    """Whether it was there before or comes later; in Python and in PostgreSQL."""
    for case in (kept, other):
        access.share(
            case=case, to=cast.agency("health"), reason="Work", lawful_basis=LAWFUL_BASIS, by=cast.manager
        )
    concern = make_concern(cast.health)
    Concern.objects.filter(pk=concern.pk).update(case=kept)
    exclusions.exclude(case=other, user=cast.health, reason="An aunt", by=cast.privacy)
    assert visible(cast, "health") == {kept.reference}
    made = merge(kept=kept, merged=other, why=WHY, by=cast.manager)
    assert visible(cast, "health") == set()
    with acting_for(cast.health):
        assert not Case.objects.exists()
        assert not Concern.objects.filter(pk=concern.pk).exists()
    assert excluded_from([kept.pk]) == {(kept.pk, cast.health.pk)}
    assert Exclusion.objects.of(kept).exists()
    undo(made=made, why="Two cousins.", by=cast.manager)
    assert visible(cast, "health") == {kept.reference}


def test_what_is_refused(cast: Cast, kept: Case, other: Case) -> None:
    for by in (cast.practitioner, cast.police, cast.outsider):
        with pytest.raises((NotPermitted, NotVisible)):
            merge(kept=kept, merged=other, why=WHY, by=by)
    third = make_case(cast)
    exclusions.exclude(case=third, user=cast.practitioner, reason="A friend", by=cast.privacy)
    with pytest.raises(NotAllowedNow, match="The lead of this record cannot go on leading after this"):
        merge(kept=kept, merged=third, why=WHY, by=cast.manager)
    merge(kept=kept, merged=other, why=WHY, by=cast.manager)
    other.refresh_from_db()
    assert not is_alone(other)
    with pytest.raises(NotAllowedNow, match="This record is closed, and the other is open"):
        merge(kept=other, merged=third, why=WHY, by=cast.manager)
    with pytest.raises(NotAllowedNow, match="The other record cannot be put under this one"):
        merge(kept=third, merged=other, why=WHY, by=cast.manager)
    with pytest.raises(NotAllowedNow):
        decide(make_concern(cast.outsider), cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=other)


def test_a_number_of_the_merged_record_opens_no_new_case_and_may_be_written_on_the_kept(
    cast: Cast, as_: As, kept: Case, other: Case
) -> None:
    other.child.nhs_number = "9990000018"
    other.child.save()
    merge(kept=kept, merged=other, why=WHY, by=cast.manager)
    again = make_concern(cast.outsider, nhs_number="9990000018")
    with pytest.raises(NotAllowedNow):
        decide(again, cast.manager, outcome=ConcernOutcome.OPEN_CASE, opening=opening(cast))
    assert not Case.objects.filter(pk=kept.pk).of_other_children(other.pk).exists()
    body = {"reason": "Work goes on", "lawful_basis": LAWFUL_BASIS}
    page = as_("manager").post(f"/cases/{other.reference}/reopen/", body).content.decode()
    assert "Work with this child goes on in another record." in page


def test_the_page_compares_and_names_what_is_missing(cast: Cast, as_: As, kept: Case, other: Case) -> None:
    manager, page = as_("manager"), f"/cases/{kept.reference}/same-child/"
    assert f"{page}?other={other.reference}" in manager.get(f"/cases/{kept.reference}/").content.decode()
    assert "No other record that you can see" in manager.get(f"{page}?other=CSE-2020-1").content.decode()
    address = f"{page}?other={other.reference}"
    shown = manager.get(address).content.decode()
    for words in ("Robyn Testley", "Robin Testley", "Differs", f"{other.reference} closes"):
        assert words in shown
    refused = manager.post(address, {}).content.decode()
    assert "Select the record that is kept" in refused
    assert "Say why they are the same child" in refused
