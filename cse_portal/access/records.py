"""Which models hang on a record, and by which path of foreign keys: derived from the models, listed by nobody."""

from functools import lru_cache
from graphlib import TopologicalSorter

from django.apps import apps
from django.db.models import CASCADE, ForeignKey, Model


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
def what_hangs_on(*roots: type[Model]) -> dict[type[Model], list["ForeignKey[Model, Model]"]]:
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
    going = what_hangs_on(*roots)
    every = [field for model in apps.get_models() for field in _foreign_keys(model) if field.db_constraint]
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
