"""Guardian's two tables of a model: grants to people, and grants to agencies."""

from typing import Any

from django.db.models import Model, QuerySet
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model


def grants_to_people(target: Model | type[Model]) -> QuerySet[Any]:
    """Every grant of this kind of record to a person by name."""
    return get_user_obj_perms_model(target)._default_manager.all()  # type: ignore[arg-type]


def grants_to_agencies(target: Model | type[Model]) -> QuerySet[Any]:
    """Every grant of this kind of record to an agency's group."""
    return get_group_obj_perms_model(target)._default_manager.all()  # type: ignore[arg-type]
