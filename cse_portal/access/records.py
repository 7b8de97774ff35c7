"""Which models hang on a record, and what each says of itself: derived from the models, listed by nobody.

A model may say `disclosed = False` (never shown to the person it is about), or how it is shown by `as_disclosed()`.
"""

import datetime as dt
from collections.abc import Collection
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import CASCADE, DateField, Field, ForeignKey, JSONField, Model, UUIDField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from cse_portal.reference import selectors as reference


@lru_cache
def paths_to(root: type[Model]) -> dict[type[Model], str]:
    """Every model whose rows belong to a row of `root`, with the lookup that leads there, such as `meeting__case`.

    A foreign key to `root` counts, even one that may be empty. From there only foreign keys lead on that
    are required or cascade. The nearest path is taken; parents come before their children.
    """
    found: dict[type[Model], str] = {}
    models = [model for model in apps.get_models() if model is not root]
    for model in models:
        for field in _foreign_keys(model):
            if field.related_model is root and model not in found:
                found[model] = field.name
    nearest = list(found)
    while nearest:
        parents, nearest = nearest, []
        for model in models:
            for field in _foreign_keys(model):
                if model not in found and field.related_model in parents and leads_on(field):
                    found[model] = f"{field.name}__{found[field.related_model]}"
                    nearest.append(model)
    return found


@lru_cache
def dependent_models(*roots: type[Model]) -> dict[type[Model], list["ForeignKey[Model, Model]"]]:
    """The roots and every model in `paths_to` them, parents first, with all foreign keys by which a row belongs."""
    models = {*roots, *(model for root in roots for model in paths_to(root))}
    found = {
        model: [field for field in _foreign_keys(model) if _belongs(field, models, roots)]
        for model in sorted(models, key=lambda each: each._meta.label)
    }
    parents = {model: [field.related_model for field in fields] for model, fields in found.items()}
    return {model: found[model] for model in TopologicalSorter(parents).static_order()}


def links_to(*roots: type[Model]) -> list["ForeignKey[Model, Model]"]:
    """Foreign keys that only name a row that would go: they are emptied, and the rows that have them stay."""
    going = dependent_models(*roots)
    every = [
        field
        for model in apps.get_models()
        for field in _foreign_keys(model)
        if getattr(field, "db_constraint", True)
    ]
    return [
        field for field in every if field.related_model in going and field not in going.get(field.model, [])
    ]


def leads_on(field: "ForeignKey[Model, Model]") -> bool:
    """Whether a row belongs to the one that this names, and goes with it."""
    return not field.null or field.remote_field.on_delete is CASCADE


def _belongs(
    field: "ForeignKey[Model, Model]", models: set[type[Model]], roots: tuple[type[Model], ...]
) -> bool:
    to = field.related_model
    return to is not field.model and (to in roots or to in models and leads_on(field))


def _foreign_keys(model: type[Model]) -> list["ForeignKey[Model, Model]"]:
    """The model's own foreign keys, one-to-one relations among them."""
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]


# By the field that holds them (or model and field), the list in which codes have their words.
CODE_LISTS = {
    "agreement": "agreement",
    "caseaudit.grade": "audit-grade",
    "authoritytransfer.authority": "local-authority",
    "child_not_invited": "not-invited",
    "child_told": "told",
    "clockpause.reason": "pause-reason",
    "closing_code": "closure-reason",
    "declined_reason": "interview-declined",
    "disabilities": "disability",
    "disagreement.issue": "escalation-issue",
    "ethnicity": "ethnicity",
    "exploitation_models": "exploitation-model",
    "exploitation": "nrm-exploitation",
    "expected_grade": "police-risk-grade",
    "first_responder": "nrm-responder",
    "gender_identity": "gender-identity",
    "networkmember.relation": "family-relation",
    "harm_while_away": "harm-while-away",
    "invitation.role": "meeting-role",
    "lawful_basis": "lawful-basis",
    "no_action_reason": "no-further-action",
    "late_reason": "late-reason",
    "legal_status": "legal-status-group",
    "missing_from": "missing-from",
    "missingepisode.kind": "missing-type",
    "missingriskgrade.grade": "police-risk-grade",
    "not_obtained": "voice-not-obtained",
    "outcome_code": "escalation-outcome",
    "parent_how": "parent-heard",
    "parent_not_invited": "not-invited",
    "parent_told": "told",
    "provenance": "provenance",
    "pull_factors": "pull-factor",
    "push_factors": "push-factor",
    "restricted_reason": "restricted-reason",
    "sex": "sex",
    "sexual_orientation": "sexual-orientation",
    "special_needs": "special-needs",
    "courtevent.kind": "court-event",
    "courtoutcome.result": "court-outcome",
    "specialmeasure.code": "special-measure",
    "service.needs": "support-need",
    "stepdownpoint.code": "step-down",
    "supportreferral.need": "support-need",
    "supportreferral.outcome": "support-outcome",
    "themes": "voice-theme",
    "tool": "voice-tool",
    "ward": "ward",
}
_AUTHORS = ("author_agency", "agency")
# Names of fields that say how a row is kept, not what it says.
TECHNICAL = frozenset(
    {
        "clock_rule", "code", "content_type", "due_rule", "indicator_set", "order", "recorded_at", "restricted",
        "saved_at", "scoring_profile", "sha256", "size", "stored_as", "version",
    }
)  # fmt: skip


def disclosed_as(record: Model) -> list[tuple[str, str]]:
    """What a record says, for the person it is about: its own `as_disclosed()`, or each of its fields."""
    own = getattr(record, "as_disclosed", None)
    return own() if own else described(record)


def described(record: Model, *, without: Collection[str] = ()) -> list[tuple[str, str]]:
    """Each field's name and its value in words.

    Left out are keys, people, what is empty or technical, a "no" that nobody said, and when a row was written: its day
    is told beside it.
    """
    rows = []
    for field in record._meta.concrete_fields:
        if field.name not in without and not _is_technical(field):
            rows.append((str(capfirst(field.verbose_name)), _in_words(record, field)))
    return [(label, words) for label, words in rows if words]


def author_agency(record: Model) -> Any:
    """The agency that wrote a record, as far as the record says."""
    own = next((name for name in _AUTHORS if hasattr(record, f"{name}_id")), None)
    return getattr(record, own) if own else None


def day_of(record: Model) -> dt.date | None:
    """The day that a record is about: its first required date, or its first known one. Due days are not asked."""
    dates = [
        each for each in record._meta.concrete_fields if isinstance(each, DateField) and each.name != "due_on"
    ]
    for field in sorted(dates, key=lambda each: each.null):
        value = getattr(record, field.attname)
        if value is not None:
            return timezone.localtime(value).date() if isinstance(value, dt.datetime) else value
    return None


def _is_technical(field: "Field[Any, Any]") -> bool:
    if isinstance(field, ForeignKey):
        return field.related_model is not apps.get_model("accounts", "Agency") or field.name in _AUTHORS
    if field.primary_key or isinstance(field, UUIDField) or field.default is timezone.now:
        return True
    return code_list(field) is None and (field.name in TECHNICAL or isinstance(field, ArrayField | JSONField))


def code_list(field: "Field[Any, Any]") -> str | None:
    """The list of codes that a field holds codes of; None where it holds none."""
    return CODE_LISTS.get(f"{field.model._meta.model_name}.{field.name}", CODE_LISTS.get(field.name))


def _in_words(record: Model, field: "Field[Any, Any]") -> str:
    value = getattr(record, field.name)
    codes = code_list(field)
    if value in (None, "", []):
        return ""
    if field.choices:
        return str(getattr(record, f"get_{field.name}_display")())
    if codes:
        return ", ".join(
            reference.label(codes, each) for each in (value if isinstance(value, list) else [value])
        )
    if isinstance(value, bool):
        return "Yes" if value else "" if field.default is False else "No"
    if isinstance(value, dt.datetime):
        moment = timezone.localtime(value)
        return f"{date_format(moment, 'j F Y')} at {format(moment, '%-I:%M%p').lower()}"
    return date_format(value, "j F Y") if isinstance(value, dt.date) else str(value)
