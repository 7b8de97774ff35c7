"""What must not hold personal data about a child has no field for it."""

from django.apps import apps
from django.db.models import Model

from cases.record.models.case import Case
from cases.record.models.child import Child
from cse_portal.access.records import paths_to
from tests.architecture.privacy import NOT_ABOUT_A_CHILD, ORDINARY, our_models, personal_texts, takes_words

CLOSED = {"audit.ChangedValue"}  # the application cannot read it
OF_A_CHILD = {field.name for field in Child._meta.fields} - {"id", "version", "created_at"}


def test_what_the_gate_does_not_guard_has_no_field_about_a_child() -> None:
    guarded = CLOSED | {model._meta.label for model in paths_to(Case)}
    told = {
        model._meta.label: [field.name for field in personal_texts(model)]
        + sorted(OF_A_CHILD & set(own_fields(model)))
        for model in our_models()
        if model._meta.label.startswith(NOT_ABOUT_A_CHILD) and model._meta.label not in guarded
    }
    assert {label: names for label, names in told.items() if names} == {}


def test_every_exception_is_a_text_that_there_is() -> None:
    for label, names in ORDINARY.items():
        fields = {field.name for field in apps.get_model(label)._meta.fields if takes_words(field)}
        assert set(names.split()) <= fields, label


def test_a_source_is_kept_apart_from_what_was_said() -> None:
    submission = next(
        model for model in our_models() if model._meta.label == "intelligence.IntelligenceSubmission"
    )
    assert {"name", "relation", "contact", "risk"}.isdisjoint(own_fields(submission))


def own_fields(model: type[Model]) -> list[str]:
    """The names of the fields that are stored with a row."""
    return [field.name for field in (*model._meta.fields, *model._meta.many_to_many)]
