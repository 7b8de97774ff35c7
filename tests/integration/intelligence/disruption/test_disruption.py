"""Orders: asked for, taken from stage to stage, breached, rated, told to the child, ended, and seen by nobody else."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.jobs.models import Notification, OutboxMessage
from cse_portal.keys import new_key
from cse_portal.reference.selectors import codes
from intelligence.disruption import selectors, services
from intelligence.disruption.choices import Effect, Stage
from intelligence.disruption.models import Breach, Disruption, DisruptionUpdate, ProtectedChild
from intelligence.subjects.models import Subject
from intelligence.tasks import remind_of_disruption
from mase.cmog.presenters.cmog import why_words
from mase.cmog.services import cmog
from mase.cmog.services import items as cmog_items
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.cmog import item_of, make_cmog, start_cmog
from tests.factories.connections import connect, make_shared_case
from tests.factories.disruption import asked, breached, served, step, tactic
from tests.integration.mase.cmog.test_cmog import named_by_a_report

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    return make_case(shared_cast)


@pytest.fixture(scope="module")
def person(shared_cast: Cast, case: Case) -> Subject:
    return named_by_a_report(shared_cast, case)[0]


def told(user: User, words: str) -> int:
    return Notification.objects.filter(user=user, text__contains=words).count()


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


# ------------------------------------------------------------------------------------------ asking


def test_it_is_asked_for_under_the_persons_item_and_the_agency_is_told(cast: Cast, person: Subject) -> None:
    item, key = item_of(start_cmog(cast), subject=person), new_key()
    for _ in range(2):
        made = cmog_items.ask_for_order(item=item, tactic=tactic(cast), by=cast.manager, key=key)
    assert Disruption.objects.get() == made
    assert (made.source_id, made.stage, made.ward) == (item.pk, Stage.REQUESTED, person.ward)
    assert Notification.objects.filter(user=cast.police, url__contains=str(made.pk)).count() == 1
    page = signed_in(cast, "manager").get(item.get_absolute_url()).content.decode()
    assert "Child Abduction Warning Notice" in page


def test_no_agency_is_given_what_nobody_there_may_see(cast: Cast, person: Subject) -> None:
    with (
        pytest.raises(NotAllowedNow, match="Nobody of this agency may see this subject"),
        transaction.atomic(),
    ):
        asked(cast, person, agency="education", by=cast.manager)
    assert not Disruption.objects.exists()


def test_what_protects_a_child_is_never_used_against_anybody(cast: Cast, person: Subject) -> None:
    for_children = [each.code for each in codes("disruption-tactic") if each.code.startswith("P")]
    assert len(for_children) == 7
    assert not {each.code for each in selectors.tactics()} & set(for_children)
    for code in for_children:
        with pytest.raises(NotAllowedNow, match="This tactic is for a child"):
            asked(cast, person, code)
    made = asked(cast, person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disruption.objects.filter(pk=made.pk).update(tactic="P01")


def test_only_linked_children_whose_case_one_may_open_are_protected(
    cast: Cast, case: Case, person: Subject
) -> None:
    order, other = asked(cast, person, children=[case]), make_case(cast)
    for _ in range(2):
        services.protect(disruption=order, children=[case], by=cast.police)
    assert [each.case for each in order.children.all()] == [case]
    tied = make_shared_case(cast, "Ada")
    connect(cast, tied, person)
    services.protect(disruption=order, children=[tied], by=cast.police)
    assert {each.case for each in order.children.all()} == {case, tied}
    with pytest.raises(NotVisible):
        services.protect(disruption=order, children=[other], by=cast.manager)


# ------------------------------------------------------------------------------------------ stages

R, A, G, S, F = Stage.REQUESTED, Stage.APPLIED, Stage.GRANTED, Stage.SERVED, Stage.IN_FORCE


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("D01", [R, S]),  # a warning notice is neither applied for nor granted
        ("D02", [R, A, G, S]),
        ("D20", [R, A, G, F]),  # a licence is reviewed, and nothing is served
        ("D21", [R, G, S]),
        ("D25", [R, F]),
    ],
)
def test_an_order_goes_through_the_stages_of_its_kind(
    cast: Cast, person: Subject, code: str, path: list[Stage]
) -> None:
    order = asked(cast, person, code)
    for here, following in zip(path, path[1:], strict=False):
        refused = [Stage.REFUSED] if following == G else []
        assert selectors.next_stages(order) == [following, *refused, here, Stage.NOT_USED]
        for stage in set(Stage) - set(selectors.next_stages(order)):
            with pytest.raises(NotAllowedNow, match="cannot be recorded"):
                step(cast, order, stage)
        order = step(cast, order, following, served_by="Sergeant Moss")
    assert order.standing == Stage.IN_FORCE
    assert selectors.next_stages(order) == [path[-1], Stage.DISCHARGED]
    assert [each.stage for each in order.updates.all()] == path[1:]


def test_each_step_is_kept_once_and_what_is_over_stays(cast: Cast, person: Subject) -> None:
    order, key = asked(cast, person), new_key()
    served_today = services.Step(S, "Served on him.", timezone.localdate(), served_by="Sergeant Moss")
    for _ in range(2):
        services.take_step(disruption=order, step=served_today, by=cast.police, key=key)
    order = step(cast, order, Stage.DISCHARGED, text="He moved away.")
    assert [each.stage for each in order.updates.all()] == [S, Stage.DISCHARGED]
    with pytest.raises(NotAllowedNow, match="cannot be recorded"):
        step(cast, order, S)
    with pytest.raises(ProgrammingError, match="never changed"), transaction.atomic():
        DisruptionUpdate.objects.update(text="Otherwise")


def test_an_order_cannot_end_before_it_begins(cast: Cast, person: Subject) -> None:
    for days in (0, -1):
        with pytest.raises(NotAllowedNow, match="The end must be after the start") as refused:
            served(cast, person, days=days)
        assert refused.value.field == "ends_on"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("days", "word"), [(9, "In force"), (10, "Ended")])
def test_expired_is_expired_from_its_last_midnight_on(
    cast: Cast, case: Case, person: Subject, days: int, word: str
) -> None:
    order = served(cast, person, days=10, children=[case])
    with time_machine.travel(timezone.localtime().replace(hour=12) + dt.timedelta(days=days)):
        client = signed_in(cast, "police")
        for page in (
            f"/intelligence/disruption/{order.pk}/",
            f"/cases/{case.reference}/intelligence/orders/",
        ):
            text = client.get(page).content.decode()
            assert re.findall(r">(In force|Ended)</(?:b|strong)>", text) == [word]
        assert (str(order.pk) in client.get("/intelligence/disruption/").content.decode()) == (days == 9)
        order.refresh_from_db()
        assert (order.standing.label, order.stage) == (word, S)  # nobody had to record it


def test_a_start_that_has_not_come_is_not_in_force(cast: Cast, person: Subject) -> None:
    order = served(cast, person, days=30, starts_on=in_days(5))
    assert order.standing == Stage.SERVED
    assert selectors.counts(selectors.register(cast.police))["in_force"] == 0
    with pytest.raises(NotAllowedNow, match="not in force at that time"):
        breached(cast, order)


def test_what_is_in_force_is_on_every_agenda_and_says_when_it_is_about_to_end(
    cast: Cast, person: Subject
) -> None:
    served(cast, person)
    meeting = make_cmog(cast, months=1)
    assert "Child Abduction Warning Notice in force since" in why_words(item_of(meeting, subject=person))[-1]
    ends = timezone.localdate(meeting.scheduled_for) + dt.timedelta(days=28)
    Disruption.objects.update(ends_on=ends)
    cmog.compile_agenda(meeting=meeting, by=cast.manager)
    words = why_words(item_of(meeting, subject=person))
    assert words[-1] == f"Child Abduction Warning Notice ends on {ends:%-d %B %Y}"


# ------------------------------------------------------------------------------------------ telling


def test_a_breach_is_told_at_once_to_manager_unit_and_leads(cast: Cast, case: Case, person: Subject) -> None:
    order = served(cast, person, children=[case])
    OutboxMessage.objects.all().delete()
    breach = breached(cast, order, by=cast.manager)
    assert told(cast.police, "order against a subject of concern was breached") == 1
    assert told(cast.practitioner, "order that protects a child you lead was breached") == 1
    assert told(cast.manager, "was breached") == told(cast.health, "was breached") == 0
    assert OutboxMessage.objects.filter(topic="mail").count() >= 2
    assert "arcade" not in "".join(Notification.objects.values_list("text", flat=True))
    services.say_what_is_next(breach=breach, text="Arrest him.", by=cast.police)
    with pytest.raises(NotAllowedNow, match="already said what happens next"):
        services.say_what_is_next(breach=breach, text="Visit him.", by=cast.police)
    with pytest.raises(ProgrammingError, match="never changed"), transaction.atomic():
        Breach.objects.update(text="Nothing happened.")


def test_a_lead_who_cannot_read_the_order_learns_only_that_the_child_may_not_be_safe(
    cast: Cast, case: Case, person: Subject
) -> None:
    order = served(cast, person, children=[case])
    Case.objects.filter(pk=case.pk).update(lead_professional=cast.health)
    assert not gate.can(cast.health, Permission.DISRUPTION_VIEW, order)
    breached(cast, order)
    told_of = Notification.objects.filter(user=cast.health).values_list("text", flat=True)
    if gate.can(cast.health, Permission.CASE_VIEW, case):
        assert list(told_of) == [
            f"Urgent: the child of case {case.reference} may not be safe. Speak to the CSE team today."
        ]
    else:
        assert list(told_of) == []


def test_the_lead_is_asked_to_tell_the_child_when_the_order_begins(
    cast: Cast, case: Case, person: Subject
) -> None:
    order = asked(cast, person, children=[case])
    assert told(cast.practitioner, "Tell the child") == 0
    step(cast, order, S, served_by="Sergeant Moss")
    assert told(cast.practitioner, "Tell the child") == 1
    child = order.children.get()
    services.tell_child(child=child, told_on=None, because="Her social worker agreed.", by=cast.practitioner)
    child.refresh_from_db()
    assert (child.told_by, child.not_told_because) == (cast.practitioner, "Her social worker agreed.")
    services.tell_child(child=child, told_on=timezone.localdate(), because="", by=cast.practitioner)
    child.refresh_from_db()
    assert (child.told_on, child.not_told_because) == (timezone.localdate(), "")


def test_the_end_is_told_once_28_days_before_it(cast: Cast, person: Subject) -> None:
    order, noon = served(cast, person, days=40), timezone.localtime().replace(hour=12)
    for days, number in ((11, 0), (12, 1), (20, 1)):
        with time_machine.travel(noon + dt.timedelta(days=days)):
            remind_of_disruption()
            assert remind_of_disruption() == 0
        for person_told in (cast.police, cast.manager):
            assert told(person_told, f"ends on {order.ends_on:%-d %B %Y}") == number, days
    assert told(cast.practitioner, "ends on") == 0


def test_no_text_of_an_order_names_a_child_tied_to_its_subject(
    cast: Cast, case: Case, person: Subject
) -> None:
    hidden = make_case(
        cast,
        child=make_child(given_name="Rosalind"),
        lead_agency=cast.agency("cse-team"),
        lead_professional=cast.manager,
    )
    connect(cast, hidden, person)  # the police do not see this case
    order = served(cast, person)
    now, day = timezone.now(), timezone.localdate()
    breach = {"disruption": order, "happened_at": now, "by": cast.police, "next_text": ""}
    for name in ("Rosalind", case.child.given_name, case.child.name):
        text, acts = f"He met {name} at the arcade.", {}
        acts["conditions"] = lambda: step(cast, order, S, conditions=text)  # noqa: B023
        acts["text"] = lambda: services.record_breach(text=text, key=new_key(), **breach)  # noqa: B023
        acts["next_text"] = lambda: services.record_breach(
            **{**breach, "text": "He met a child.", "next_text": text, "key": new_key()}  # noqa: B023
        )
        for field, act in acts.items():
            with pytest.raises(NotAllowedNow, match=f"Take out .*{name}.*could name a child") as refused:
                act()
            assert refused.value.field == field  # type: ignore[attr-defined]
        with pytest.raises(NotAllowedNow, match="could name a child"):
            services.ask_for(target=person, tactic=tactic(cast, text=text), by=cast.police, key=new_key())
    theirs = asked(cast, person, "D27", agency="csc", by=cast.manager)
    with acting_for(cast.practitioner), pytest.raises(NotAllowedNow, match="could name a child"):
        step(cast, theirs, R, text="Rosalind was told.", by=cast.practitioner)  # nor does she see the case
    kept = breached(cast, order)
    with pytest.raises(NotAllowedNow, match="could name a child"):
        services.say_what_is_next(breach=kept, text="Visit Rosalind.", by=cast.police)
    assert (Breach.objects.get(), Breach.objects.get().next_text) == (kept, "")
    given = {"form_token": str(new_key()), "text": "He met Rosalind.", "happened_at_time": "0:01"}
    given |= {"happened_at_day": day.day, "happened_at_month": day.month, "happened_at_year": day.year}
    page = signed_in(cast, "police").post(f"/intelligence/disruption/{order.pk}/breach/", given)
    assert 'href="#id_text">Take out “Rosalind”' in page.content.decode()
    assert "He met Rosalind.</textarea>" in page.content.decode()


def test_its_effect_is_rated_and_earlier_ratings_stay(cast: Cast, person: Subject) -> None:
    waiting = asked(cast, person)
    with pytest.raises(NotAllowedNow):
        services.rate(
            disruption=waiting, effect=Effect.WEAK, text="Too early.", by=cast.police, key=new_key()
        )
    order = served(cast, person)
    for effect in (Effect.WEAK, Effect.STRONG):
        services.rate(disruption=order, effect=effect, text="Seen less.", by=cast.police, key=new_key())
    order.refresh_from_db()
    assert order.effect == Effect.STRONG
    rated = order.updates.exclude(effect=None).values_list("effect", flat=True)
    assert list(rated) == [Effect.WEAK, Effect.STRONG]


# ------------------------------------------------------------------------------------------ who sees it


def test_who_may_see_the_person_reads_it_and_the_agency_and_the_two_teams_report(
    cast: Cast, person: Subject
) -> None:
    order, answers = asked(cast, person), {}
    for name, user in cast.people.items():
        with acting_for(user):
            try:
                step(cast, order, R, text="Visited.", by=user)
                answers[name] = "reports"
            except NotPermitted:
                answers[name] = "reads"
            except NotVisible:
                answers[name] = "nothing"
    assert {name for name, said in answers.items() if said == "reports"} == {"manager", "police"}
    assert {name for name, said in answers.items() if said == "reads"} == {"practitioner", "leaver"}


@pytest.mark.parametrize("model", [Disruption, ProtectedChild])
def test_the_list_and_the_database_agree_and_exclusion_shuts_it(
    cast: Cast, case: Case, person: Subject, model: type[Disruption] | type[ProtectedChild]
) -> None:
    served(cast, person, children=[case])
    exclusions.exclude(case=case, user=cast.practitioner, reason="Knows the family", by=cast.privacy)
    different = []
    for name, user in cast.people.items():
        listed = set(model.objects.visible_to(user).values_list("pk", flat=True))
        with acting_for(user):
            if listed != set(model.objects.values_list("pk", flat=True)):
                different.append(name)
    assert different == []
    assert not model.objects.visible_to(cast.practitioner).exists()
    assert model.objects.visible_to(cast.manager).exists()


def test_hidden_children_are_neither_named_nor_counted(cast: Cast, case: Case, person: Subject) -> None:
    order = served(cast, person, children=[case])
    exclusions.exclude(case=case, user=cast.police, reason="Knows the family", by=cast.privacy)
    other = make_case(cast)
    ProtectedChild.objects.create(disruption=order, case=other, added_by=cast.manager)
    known = {name: ProtectedChild.objects.visible_to(user).count() for name, user in cast.people.items()}
    assert known == dict.fromkeys(cast, 0) | {"manager": 2, "practitioner": 2, "leaver": known["leaver"]}
    opened = {each.case: each.opens for each in selectors.children_known(cast.manager)}
    assert opened == {case: True, other: True}


def test_the_unit_sees_a_lock_for_a_child_whose_case_it_cannot_open(
    cast: Cast, case: Case, person: Subject
) -> None:
    order, other = served(cast, person, children=[case]), make_case(cast)
    ProtectedChild.objects.create(disruption=order, case=other, added_by=cast.manager)
    page = signed_in(cast, "police").get(f"/intelligence/disruption/{order.pk}/").content.decode()
    assert case.reference in page
    assert other.reference not in page
    assert "A child whose case you cannot open" in page
    register = signed_in(cast, "police").get("/intelligence/disruption/").content.decode()
    assert "2 children" in register
    assert case.child.family_name not in register
