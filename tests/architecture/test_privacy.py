"""Every stored field is classified, and what must not hold personal data about a child has no field for it."""

from django.apps import apps
from django.db.models import Model

from cases.models import Case
from cse_portal.access.records import paths_to
from tests.architecture.privacy import NOT_ABOUT_A_CHILD, PERSONAL, REGISTER

CLOSED = "audit.ChangedValue"  # the application cannot read it
OURS = ("cse_portal.", "cases.", "intelligence.", "mase.", "reporting.")


def test_every_field_of_every_model_is_classified_once() -> None:
    registered = {label: sorted(" ".join(kinds.values()).split()) for label, kinds in REGISTER.items()}
    stored = {model._meta.label: sorted(own_fields(model)) for model in our_models()}
    assert registered == stored


def test_what_the_gate_does_not_guard_has_no_field_about_a_child() -> None:
    guarded = {model._meta.label for model in paths_to(Case)}
    about = {
        label: sorted(kind.name for kind in PERSONAL & set(kinds))
        for label, kinds in REGISTER.items()
        if label.startswith(NOT_ABOUT_A_CHILD) and label not in guarded | {CLOSED}
    }
    assert {label: kinds for label, kinds in about.items() if kinds} == {}


def test_a_source_is_kept_apart_from_what_was_said() -> None:
    submission = next(
        model for model in our_models() if model._meta.label == "intelligence.IntelligenceSubmission"
    )
    assert {"name", "relation", "contact", "risk"}.isdisjoint(own_fields(submission))


def our_models() -> list[type[Model]]:
    """The product's models, but for reference data."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith(OURS) and model._meta.app_label != "reference"
    ]


def own_fields(model: type[Model]) -> list[str]:
    """The names of the fields that are stored with a row."""
    return [field.name for field in (*model._meta.fields, *model._meta.many_to_many)]
