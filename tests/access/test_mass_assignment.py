"""Nobody sets what a page or the API does not ask for: every name of every field, posted to every form and write."""

import datetime as dt
import sys
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models, transaction
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import AgencyKind, Role
from cse_portal.accounts.models import Membership
from tests.access.changes import TABLES, Row, written
from tests.access.forms import Form, forms, swept
from tests.access.places import Places
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.concerns import make_concern
from tests.factories.intelligence import make_submission
from tests.integration.cases.test_concern_api import CONCERNS, body
from tests.integration.intelligence.test_api import DOCUMENT, URL
from tests.signing_in import forget_tries
from tests.sweeps import Sweep

pytestmark = pytest.mark.long

OURS = ("accounts", "cases", "mase", "intelligence", "reporting", "people", "jobs", "access", "auth", "audit")
WORD, NUMBER, DAY = "Set from outside.", 424_242, "1987-06-05"
# What differs from one post to the next by itself: keys, moments, drawn references and letters.
DRAWN = ("reference", "copy", "stored_as", "token", "file_name", "sha256", "session_stamp")


@pytest.fixture
def world(places: Places) -> Places:
    """Something at every address."""
    forget_tries()
    return places


class Decoys:
    """Rows that nothing in the world has to do with: anyone who finds their keys elsewhere was let set them."""

    def __init__(self, cast: Cast) -> None:
        agency = accounts.add_agency(
            code="decoy", name="Decoy", short_name="Decoy", kind=AgencyKind.VOLUNTARY
        )
        person = accounts.add_person(
            email="decoy@example.org", full_name="Decoy Person", agency=agency, role=Role.PRACTITIONER
        )
        case, concern = make_case(cast), make_concern(cast.health)
        rows = [agency, agency.group, person, case, case.child, concern, make_submission(cast)]
        rows.append(Membership.objects.get(user=person))
        self.keys = {type(row): str(row.pk) for row in rows}

    def of(self, field: "models.Field[Any, Any]") -> str:
        """A value this field would take, known wherever it turns up."""
        if field.related_model is not None:
            return self.keys.get(field.related_model, str(uuid.UUID(int=NUMBER)))
        chosen = [str(value) for value, _ in field.flatchoices if value not in ("", None)]
        if chosen:
            return chosen[-1]
        match field:
            case models.BooleanField():
                return "true"
            case models.DateTimeField():
                return f"{DAY}T12:00:00Z"
            case models.DateField():
                return DAY
            case models.UUIDField():
                return str(uuid.UUID(int=NUMBER))
            case models.IntegerField():
                return str(NUMBER)
        return WORD


def every_field(decoys: Decoys) -> dict[str, str]:
    """Each field of each model of ours, by its name and by its column."""
    named = {"pk": decoys.keys[Case], "by": WORD, "by_id": WORD, "user.role": "team_manager"}
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            for field in model._meta.get_fields():
                if isinstance(field, models.Field):
                    value = decoys.of(field)
                    named |= {field.name: value, field.attname: value}
    return named


def set_from_outside(plain: list[Row], more: list[Row], decoys: Decoys) -> Iterator[str]:
    """Where a post with more in it changed something that the plain one did not, or to another value."""
    marks = {WORD, str(NUMBER), str(uuid.UUID(int=NUMBER)), *decoys.keys.values()}
    chosen = {(table, name, value) for table, _, columns in plain for name, value in columns.items()}
    for table, operation, columns in more:
        for name, value in columns.items():
            if (value in marks or value.startswith(DAY)) and (table, name, value) not in chosen:
                yield f"{operation} {table}.{name} = {value}"
    if [row[:2] for row in plain] != [row[:2] for row in more]:
        yield f"other rows: {[row[:2] for row in plain]}, {[row[:2] for row in more]}"
        return
    for (table, operation, before), (_, _, after) in zip(plain, more, strict=True):
        model = TABLES[table]
        for name in before.keys() | after.keys():
            one, other = (without_lot(name, row.get(name)) for row in (before, after))
            if one != other and is_told_apart(model, name):
                yield f"{operation} {table}.{name}: {one}, then {other}"


def without_lot(column: str, value: str | None) -> str | None:
    """A password that opens nothing is drawn by lot: any is as good as another."""
    is_unusable = column == "password" and value is not None and value.startswith(UNUSABLE_PASSWORD_PREFIX)
    return UNUSABLE_PASSWORD_PREFIX if is_unusable else value


def is_told_apart(model: type[models.Model], column: str) -> bool:
    """Whether two posts of the same would leave the same value in it."""
    field = next(each for each in model._meta.concrete_fields if each.attname == column)
    drawn = isinstance(field, models.UUIDField | models.DateTimeField | models.ForeignKey)
    return not drawn and column not in DRAWN


def test_no_form_sets_what_it_does_not_ask_for(cast: Cast, world: Places, sweep: Sweep) -> None:
    decoys = Decoys(cast)
    names, wrong, changed, seen = every_field(decoys), [], 0, 0
    for name, client, form in forms(cast, world, swept(sweep)):
        said = form.answered(timezone.localdate())
        more = {each: value for each, value in names.items() if not asked_for(each, form)}
        plain, status = written(lambda: client.post(form.action, said))  # noqa: B023
        extended, again = written(lambda: client.post(form.action, {**more, **said}))  # noqa: B023
        seen += 1
        changed += bool(plain)
        wrong += [f"{name} {form.action}: {what}" for what in set_from_outside(plain, extended, decoys)]
        if status != again:
            wrong.append(f"{name} {form.action}: {status}, {again}")
    sys.stdout.write(f"\n{len(names):,} names to {seen} forms, {changed} of which wrote\n")
    assert wrong == []
    assert changed > sweep.at_least(25)


def asked_for(name: str, form: Form) -> bool:
    """Whether the form itself has a box, a file or a button of this name."""
    return name in form.kinds or any(each.startswith(f"{name}_") for each in form.kinds)


@pytest.mark.parametrize("where", [CONCERNS, URL])
def test_the_api_sets_nothing_it_does_not_describe(cast: Cast, world: Places, where: str) -> None:
    decoys, client = Decoys(cast), signed_in(cast, "practitioner")
    said = body(key=str(uuid.uuid4())) if where == CONCERNS else DOCUMENT
    names = {name: value for name, value in every_field(decoys).items() if name not in said}

    def post(document: Any) -> Callable[[], Any]:
        return lambda: client.post(where, document, content_type="application/json")

    plain, status = written(post(said))
    extended, again = written(post(deepened(said, names)))
    assert (status, again) == (201, 201)
    assert list(set_from_outside(plain, extended, decoys)) == []


def deepened(document: Any, names: dict[str, str]) -> Any:
    """The same with every name at every depth, where it does not say something already."""
    match document:
        case dict():
            inner = {name: deepened(value, names) for name, value in document.items()}
            return {**{name: value for name, value in names.items() if name not in OFFERED}, **inner}
        case list():
            return [deepened(each, names) for each in document]
    return document


# Boxes that the API does offer at some depth: setting those is what it is for.
OFFERED = {
    "key", "text", "happened", "given_name", "family_name", "known_as", "date_of_birth", "approximate_age", "sex",
    "ethnicity", "disabilities", "nhs_number", "upn", "address", "postcode", "school", "lives_with", "legal_status",
    "name", "kind", "part", "details", "evidence", "provenance", "confidence", "timing", "code", "child", "sharing",
    "worry", "indicators", "mentions", "child_view", "parent_view", "not_told_reason", "others_who_know", "child_told",
    "parent_told", "agreement", "lawful_basis", "harm_evidence", "immediate_danger_action", "role", "age",
    "description",
    "other_names", "registration", "make_and_model", "colour", "lines", "subjects", "vehicles", "places", "contacts",
    "keep_from", "best_contact", "relation", "contact", "told_it_is_shared", "reliability", "value", "make", "told_by",
    "risk", "strands", "urgency", "learned_on", "first_hand", "meeting_may_discuss", "police_may_contact",
}  # fmt: skip


def test_whoever_sends_a_role_or_membership_stays_who_they_are(
    cast: Cast, world: Places, sweep: Sweep
) -> None:
    """The acts that once made managers of practitioners elsewhere, at every address one may post to."""
    client, before = signed_in(cast, "practitioner"), standing_of(cast)
    claims = {
        "role": "team_manager", "is_active": "true", "is_superuser": "true", "is_staff": "true", "groups": "1",
        "user_permissions": "1", "agency": str(cast.agency("police").pk), "agency_id": str(cast.agency("police").pk),
        "membership": "1", "ends_on": "2099-01-01",
        "starts_on": (timezone.localdate() - dt.timedelta(days=9)).isoformat(),
    }  # fmt: skip
    for _name, _, form in forms(cast, world, swept(sweep)):
        with transaction.atomic():
            client.post(form.action, claims)
            after = standing_of(cast)
            transaction.set_rollback(True)
        assert after == before, form.action


def standing_of(cast: Cast) -> list[Any]:
    """What the practitioner is."""
    person = type(cast.practitioner).objects.get(pk=cast.practitioner.pk)
    held = list(person.memberships.values_list("agency", "role", "starts_on", "ends_on"))
    return [person.is_superuser, person.groups.count(), person.user_permissions.count(), held]
