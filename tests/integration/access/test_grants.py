"""The grant rows themselves: what is given, renewed, taken back and removed, and what the audit says of each."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.utils import timezone

from cases.record.choices import Section
from cases.record.models.case import Case
from cse_portal.access import grants
from cse_portal.access.models import GrantSource
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case

VIEW, CHANGE, HEALTH = "view_case", "change_case", Section.HEALTH.value


@pytest.fixture
def case(cast: Cast) -> Case:
    """Led by social care."""
    return make_case(cast)


def give(case: Case, to: User | Agency, by: User, **words: Any) -> None:
    """Shared, for a reason, unless told otherwise."""
    told = {
        "codenames": [VIEW], "source": GrantSource.SHARE, "reason": "Joint work", "lawful_basis": LAWFUL_BASIS, **words
    }  # fmt: skip
    grants.give(case, to=to, by=by, **told)


def held(case: Case, kind: type[User] | type[Agency], **only: Any) -> list[str]:
    rows = grants.holders_rows(case, kind).filter(**only)
    return sorted(rows.values_list("permission__codename", flat=True))


def last(action: Action) -> AuditEvent:
    return AuditEvent.objects.filter(action=action).latest("written_at")


def test_a_grant_says_what_to_whom_why_on_what_basis_by_whom_and_until_when(cast: Cast, case: Case) -> None:
    until, meeting = timezone.now() + dt.timedelta(days=7), uuid.uuid4()
    give(
        case, cast.health, cast.practitioner, source=GrantSource.MEETING, source_id=meeting, expires_at=until
    )
    (row,) = grants.holders_rows(case, User).filter(user=cast.health)
    assert (row.permission.codename, row.source, row.source_id) == (VIEW, "meeting", meeting)
    assert (row.reason, row.lawful_basis, row.granted_by, row.expires_at) == (
        "Joint work", LAWFUL_BASIS, cast.practitioner, until
    )  # fmt: skip
    assert timezone.now() - row.granted_at < dt.timedelta(minutes=1)
    event = last(Action.ACCESS_GRANTED)
    assert (event.actor, event.object_id, event.case_id, event.reason) == (
        cast.practitioner, case.pk, case.pk, "Joint work"
    )  # fmt: skip
    assert event.detail == {
        "to": "person", "holder": str(cast.health.pk), "may": [VIEW], "source": "meeting", "source_id": str(meeting),
        "until": until.isoformat(),
    }  # fmt: skip


def test_a_grant_to_an_agency_is_its_groups_and_says_so(cast: Cast, case: Case) -> None:
    police = cast.agency("police")
    give(case, police, cast.practitioner)
    assert held(case, Agency, group_id=police.group_id, source="share") == [VIEW]
    assert last(Action.ACCESS_GRANTED).detail == {
        "to": "agency", "holder": str(police.pk), "may": [VIEW], "source": "share", "until": None
    }  # fmt: skip


def test_giving_again_renews_what_is_given_and_takes_back_the_rest_of_that_source_alone(
    cast: Cast, case: Case
) -> None:
    police, until = cast.agency("police"), timezone.now() + dt.timedelta(days=1)
    give(case, police, cast.practitioner, codenames=[VIEW, CHANGE])
    give(
        case,
        police,
        cast.practitioner,
        source=GrantSource.MEETING,
        source_id=uuid.uuid4(),
        codenames=[CHANGE],
    )
    give(case, cast.agency("health"), cast.practitioner, codenames=[VIEW, CHANGE])
    before = grants.holders_rows(case, Agency).get(
        group_id=police.group_id, source="share", permission__codename=VIEW
    )
    give(case, police, cast.manager, reason="Still", expires_at=until)
    (row,) = grants.holders_rows(case, Agency).filter(group_id=police.group_id, source="share")
    assert (row.pk, row.reason, row.granted_by, row.expires_at) == (before.pk, "Still", cast.manager, until)
    assert row.granted_at > before.granted_at
    assert held(case, Agency, group_id=police.group_id, source="meeting") == [CHANGE]
    assert held(case, Agency, group_id=cast.agency("health").group_id) == [CHANGE, VIEW]


def test_what_a_holder_has_today_is_theirs_alone_and_not_over(cast: Cast, case: Case) -> None:
    police, now = cast.agency("police"), timezone.now()
    for ends, source in ((None, "share"), (now + dt.timedelta(hours=1), "meeting"), (now, "rule")):
        for holder in (police, cast.police, cast.health):
            to = {"source": GrantSource(source), "source_id": uuid.uuid4(), "expires_at": ends}
            give(case, holder, cast.manager, **to)
    for holder in (police, cast.police):
        held_today = grants.unexpired_rows(case, holder)
        assert sorted(held_today.values_list("source", flat=True)) == ["meeting", "share"]
    assert not grants.unexpired_rows(make_case(cast), cast.police).exists()


def test_withdrawing_takes_from_this_holder_and_source_and_from_nobody_else(cast: Cast, case: Case) -> None:
    police, meeting, other = cast.agency("police"), uuid.uuid4(), uuid.uuid4()
    give(case, police, cast.practitioner, codenames=[VIEW, CHANGE])
    for source_id in (meeting, other):
        give(case, police, cast.practitioner, source=GrantSource.MEETING, source_id=source_id)
        give(case, cast.health, cast.practitioner, source=GrantSource.MEETING, source_id=source_id)
    assert (
        grants.withdraw(case, by=cast.manager, reason="Over", source=GrantSource.MEETING, source_id=meeting)
        == 2
    )
    assert grants.holds(case, police, source=GrantSource.MEETING, source_id=other)
    assert not grants.holds(case, police, source=GrantSource.MEETING, source_id=meeting)
    events = list(AuditEvent.objects.filter(action=Action.ACCESS_WITHDRAWN))
    came_from = {"source": "meeting", "source_id": str(meeting), "rows": 1}
    assert sorted((event.detail for event in events), key=lambda detail: detail["to"]) == [
        {"to": "agency", "holder": str(police.pk), **came_from},
        {"to": "person", "holder": str(cast.health.pk), **came_from},
    ]
    for event in events:
        assert (event.actor, event.reason, event.object_id, event.case_id) == (
            cast.manager, "Over", case.pk, case.pk,
        )  # fmt: skip
    assert grants.withdraw(case, frm=police, by=cast.manager, reason="Stopped", source=GrantSource.SHARE) == 2
    event = last(Action.ACCESS_WITHDRAWN)
    assert event.detail == {"to": "agency", "holder": str(police.pk), "source": "share", "rows": 2}
    assert grants.withdraw(case, frm=cast.health, by=None, reason="Left") == 1
    assert last(Action.ACCESS_WITHDRAWN).detail == {
        "to": "person", "holder": str(cast.health.pk), "source": None, "rows": 1
    }  # fmt: skip
    assert grants.holds(case, police, source=GrantSource.MEETING, source_id=other)
    assert held(case, Agency, group_id=cast.agency("csc").group_id) != []


def test_what_is_renewed_for_less_long_takes_along_what_hung_on_it(cast: Cast, case: Case) -> None:
    soon = timezone.now() + dt.timedelta(days=1)
    give(case, cast.health, cast.practitioner)
    give(case, cast.health, cast.practitioner, codenames=[HEALTH], source=GrantSource.SECTION)
    give(case, cast.health, cast.lead, expires_at=soon)
    (part,) = grants.holders_rows(case, User).filter(user=cast.health, source=GrantSource.SECTION)
    assert part.expires_at == soon
    event = last(Action.ACCESS_GRANTED)
    assert (event.actor, event.detail["may"], event.detail["until"]) == (
        cast.lead,
        [HEALTH],
        soon.isoformat(),
    )


def test_withdrawing_what_nobody_holds_is_nothing_and_no_event(cast: Cast, case: Case) -> None:
    events = AuditEvent.objects.count()
    assert grants.withdraw(case, frm=cast.outsider, by=cast.manager, reason="None") == 0
    assert AuditEvent.objects.count() == events


def test_everything_by_name_goes_and_what_the_agency_holds_stays(cast: Cast, case: Case) -> None:
    others = make_case(cast)
    for each in (case, others):
        give(each, cast.health, cast.practitioner)
        give(each, cast.police, cast.practitioner)
        give(each, cast.agency("health"), cast.practitioner)
    gone = grants.withdraw_all(
        frm=cast.health, by=cast.manager, reason="Left", given_before=timezone.now() + dt.timedelta(seconds=1)
    )
    assert gone == 2
    for each in (case, others):
        assert held(each, User, user=cast.health) == []
        assert held(each, User, user=cast.police) == [VIEW]
        assert held(each, Agency, group_id=cast.agency("health").group_id) == [VIEW]
    event = last(Action.ACCESS_WITHDRAWN)
    assert (event.actor, event.reason, event.detail["rows"]) == (cast.manager, "Left", 1)


def test_a_source_holds_for_whom_it_was_given_and_nobody_else(cast: Cast, case: Case) -> None:
    meeting = uuid.uuid4()
    give(case, cast.health, cast.practitioner, source=GrantSource.MEETING, source_id=meeting)
    assert grants.holds(case, cast.health, source=GrantSource.MEETING, source_id=meeting)
    assert not grants.holds(case, cast.health, source=GrantSource.SHARE, source_id=meeting)
    assert not grants.holds(case, cast.health, source=GrantSource.MEETING, source_id=uuid.uuid4())
    assert not grants.holds(case, cast.police, source=GrantSource.MEETING, source_id=meeting)
    assert not grants.holds(case, cast.agency("health"), source=GrantSource.MEETING, source_id=meeting)
    assert not grants.holds(make_case(cast), cast.health, source=GrantSource.MEETING, source_id=meeting)


def test_what_has_expired_is_removed_and_what_has_not_stays(cast: Cast, case: Case) -> None:
    now = timezone.now()
    give(case, cast.health, cast.practitioner, expires_at=now)
    give(
        case,
        cast.agency("health"),
        cast.practitioner,
        expires_at=now - dt.timedelta(days=1),
        codenames=[VIEW, CHANGE],
    )
    give(case, cast.police, cast.practitioner, expires_at=now + dt.timedelta(hours=1))
    give(case, cast.agency("police"), cast.practitioner, expires_at=now + dt.timedelta(hours=1))
    give(case, cast.outsider, cast.practitioner)
    assert grants.remove_expired(Case) == 3
    assert held(case, User, user=cast.health) == []
    assert held(case, User, user=cast.police) == [VIEW]
    assert held(case, User, user=cast.outsider) == [VIEW]
    assert held(case, Agency, group_id=cast.agency("police").group_id) == [VIEW]
    assert grants.remove_expired(Case) == 0
