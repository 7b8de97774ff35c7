"""Which models hang on a record, and by which path of foreign keys: derived from the models, listed by nobody."""

from functools import lru_cache

from django.apps import apps
from django.db.models import ForeignKey, Model


@lru_cache
def paths_to(root: type[Model]) -> dict[type[Model], str]:
    """Every model whose rows belong to a row of `root`, with the lookup that leads there, such as `meeting__case`.

    A foreign key to `root` counts, even one that may be empty. From there only required foreign keys lead on.
    The nearest path is taken; parents come before their children.
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
                if model not in found and field.related_model in parents and not field.null:
                    found[model] = f"{field.name}__{found[field.related_model]}"
                    nearest.append(model)
    return found


def _foreign_keys(model: type[Model]) -> list["ForeignKey[Model, Model]"]:
    """The model's own foreign keys, one-to-one relations among them."""
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
