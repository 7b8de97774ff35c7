"""Guardian's two tables of a model: grants to people, and grants to agencies."""

from typing import Any

from django.db.models import Model, Q, QuerySet
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model


def grants_to_people(target: Model | type[Model]) -> QuerySet[Any]:
    """Every grant of this kind of record to a person by name."""
    return get_user_obj_perms_model(target)._default_manager.all()  # type: ignore[arg-type]


def grants_to_agencies(target: Model | type[Model]) -> QuerySet[Any]:
    """Every grant of this kind of record to an agency's group."""
    return get_group_obj_perms_model(target)._default_manager.all()  # type: ignore[arg-type]


def exclusions_of(target: Model | type[Model], who: Any) -> QuerySet[Any]:
    """The keys of the records of this kind from which a person is excluded, by name or with their agency."""
    related: Any = target._meta.get_field("exclusions").related_model
    about = Q(user=who.user) | Q(agency=who.agency)
    keys: QuerySet[Any] = related._default_manager.filter(about).order_by().values("case")
    return keys
