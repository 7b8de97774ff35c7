"""A row of every model that hangs on a case, made from the models' fields: a disposal has all of them to delete."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, models, transaction
from django.utils import timezone

from cases.concerns.models import Concern
from cases.matching.models import ConcernLink
from cases.merging.models import ChildMerge
from cases.record.models.case import Case
from cse_portal import files
from cse_portal.access.records import dependent_models, paths_to
from cse_portal.accounts.models import Agency, User
from cse_portal.keys import new_key
from intelligence.disruption.models import Disruption, ProtectedChild
from intelligence.links.models import Connection, ConnectionTask
from intelligence.outcomes.models import CourtOutcome
from intelligence.subjects.models import Subject, SubjectKind
from reporting.retention.services.disposal_sql import ROOTS
from reporting.retention.services.stray_files import HELD_BY
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.concerns import make_concern

CANARY = "Zebrawood"
FOLDERS = {(model, column): folder for folder, (model, column) in HELD_BY.items()}
# A CMOG's agreed minutes and a bundle of the record, made whole, have these.
LEFT = {
    "mase.SentWords",
    "cases.Redaction",
    "cases.ConcernLink",
    "cases.ChildMerge",
    "intelligence.Connection",
    "intelligence.ConnectionTask",
    "intelligence.ProtectedChild",
    "intelligence.CourtOutcome",
}
# What PostgreSQL asks of a row of this case besides.
ALSO = {
    "mase.AgendaItem": ("code",),
    "mase.Meeting": ("category_at_entry", "due_on", "child_invited", "parent_invited"),
}
_numbers = itertools.count(1)


def fill(cast: Cast, case: Case) -> None:
    """Add a row of each kind that this case has none of yet."""
    people = [who for who in cast.people.values() if who not in (cast.privacy, cast.manager)]  # they sign
    others = {User: itertools.cycle(people), Agency: itertools.cycle(Agency.objects.all())}
    for model, path in paths_to(Case).items():
        if model._meta.label not in LEFT and not model._default_manager.filter(**{path: case}).exists():
            _make(model, case, others)
    _link(cast, case, others)


def _link(cast: Cast, case: Case, others: Any) -> None:
    """An older concern about another child was linked to one of this case's, and another record to this one."""
    other = make_case(cast)
    ChildMerge.objects.create(kept=case, merged=other, why=CANARY, merged_by=cast.manager)
    Connection.objects.create(
        case=other, other_case=case, kind="FRIEND", role=CANARY, source="CONCERN", source_evaluation="2",
        assessment="A", recorded_by=cast.manager,
    )  # fmt: skip
    first, second = sorted((case.pk, other.pk))
    ConnectionTask.objects.create(case_id=first, other_case_id=second, taken_by=cast.manager)
    subject = Subject.objects.create(
        kind=SubjectKind.PERSON, reference=f"POC-{next(_numbers)}", name="Kestrel", added_by=cast.police
    )
    order = Disruption.objects.create(
        subject=subject, tactic="D01", text="Serve the notice.", agency=cast.agency("police"),
        asked_by=cast.police, due_on=timezone.localdate(),
    )  # fmt: skip
    ProtectedChild.objects.create(
        disruption=order, case=case, added_by=cast.police, told_by=cast.manager, not_told_because=CANARY
    )
    CourtOutcome.objects.create(
        subject=subject, case=case, investigation=case.investigations.first(), result="CHARGED", text=CANARY,
        decided_on=timezone.localdate(), recorded_by=cast.manager, agency=cast.agency("police"),
    )  # fmt: skip
    older = make_concern(cast.outsider)
    ConcernLink.objects.create(first=older, second=_make(Concern, case, others), linked_by=cast.manager)


def files_of(case: Case) -> list[str]:
    """The names of the files beside its rows."""
    return [
        name
        for (model, column) in FOLDERS
        if (path := paths_to(Case).get(model))
        for name in model._default_manager.filter(**{path: case}).values_list(column, flat=True)
    ]


def _make(model: type[models.Model], case: Case, others: Any) -> models.Model:
    """The smallest row that the constraints allow: with required columns, one more of the others, or all."""
    leads = paths_to(Case)[model].partition("__")[0] if model in paths_to(Case) else ""
    fields = [
        each
        for each in model._meta.concrete_fields
        if not each.has_default() and each.related_model is not model
    ]
    least = [
        each
        for each in fields
        if each.name == leads
        or each.name in ALSO.get(model._meta.label, ())
        or not (each.null or each.blank)
        or (model, each.name) in FOLDERS
    ]
    more = [each for each in fields if each not in least]
    refused: list[str] = []
    columns = [least, *([*least, each] for each in more), fields]
    for wanted, yes in itertools.product(columns, (True, False)):
        values = {
            each.name: yes if isinstance(each, models.BooleanField) else _value(model, each, case, others)
            for each in wanted
            if not each.auto_created
        }
        try:
            with transaction.atomic():
                row = model(**values)
                row.save(force_insert=True)
                return row
        except DatabaseError as problem:
            refused.append(str(problem))
    raise AssertionError(f"{model._meta.label}: {refused}")


def _value(model: type[models.Model], field: Any, case: Case, others: Any) -> Any:
    if isinstance(field, models.ForeignKey):
        return _parent(field.related_model, case, others)
    if folder := FOLDERS.get((model, field.name)):
        return files.keep(folder, CANARY.encode())
    if field.choices:
        return field.choices[0][0]
    for kind, value in (
        (models.DateTimeField, timezone.now()), (models.DateField, dt.date(2020, 1, 1)), (models.TimeField, dt.time(9)),
        (models.IntegerField, 1), (models.UUIDField, new_key()),
        (models.JSONField, {"said": CANARY}), (models.BinaryField, b"0" * 32),
    ):  # fmt: skip
        if isinstance(field, kind):
            return value
    if isinstance(field, ArrayField):
        return [_value(model, field.base_field, case, others) for _ in range(2)]
    number = next(_numbers)
    if isinstance(field, models.SlugField) or (field.max_length or 1000) < 32:
        return f"Z{number}"
    said = CANARY if model in dependent_models(*ROOTS) else "Elsewhere"
    return f"{'gAAAA' if field.name == 'encrypted' else said} {number}"[: field.max_length]


def _parent(model: type[models.Model], case: Case, others: Any) -> Any:
    if model is Case:
        return case
    if model in others:
        return next(others[model])
    path = paths_to(Case).get(model)
    rows = model._default_manager.filter(**({path: case} if path else {}))
    return rows.first() or _make(model, case, others)
