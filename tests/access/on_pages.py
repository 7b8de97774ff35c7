"""What a page asks: each list and the gate in a request of the person's own, with PostgreSQL's rules on every table.

A list that joins a row which its asker may not see loses what they may see, and only then: asked as the system it is
whole. So it is asked as both.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from cases.choices import Section
from cases.models import Case
from cse_portal import acting
from cse_portal.access import gate, row_security
from cse_portal.access.permissions import Permission
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.jobs.selectors import readable
from intelligence.models import IntelligenceReport, Link
from mase.models import MaseMeeting
from tests.access import nested

Question = Callable[[User], QuerySet[Any, Any]]


def _showing(part: Section) -> Question:
    return lambda user: Case.objects.showing(part, user)


def _told(user: User) -> QuerySet[Any, Any]:
    return Link.objects.telling(user).filter(
        report__in=IntelligenceReport.objects.visible_to(user).values("pk")
    )


def _lists() -> dict[str, Question]:
    """Every list that a person is shown some of, by its name."""
    models = [model for floor in row_security.FLOORS for model in apps.get_app_config(floor).get_models()]
    managers: dict[str, Any] = {model.__name__: model._default_manager for model in models}
    return {
        **{name: rows.visible_to for name, rows in managers.items() if hasattr(rows, "visible_to")},
        **{f"cases that show {part.name}": _showing(part) for part in Section},
        "lines": readable,
        "links of reports": _told,
        "meetings that are read": MaseMeeting.objects.read_by,
    }


LISTS = _lists()


def asked_otherwise(user: User) -> list[str]:
    """Lists, and the gate about their rows, that answer somebody's own request otherwise than the system asking."""
    who, wrong = standing(user), []
    if who is None:
        return []
    with context.request():
        whole = {name: _keys(question(user)) for name, question in LISTS.items()}
    with acting.acting(who.actor), context.request():
        for name, question in LISTS.items():
            found = _keys(question(user))
            if found != whole[name]:
                wrong.append(f"{user}: {name} are {len(found)} on a page and {len(whole[name])} listed")
        for model, permission in nested.SEEN_BY.items():
            shown = {row.pk for row in model.objects.all() if gate.can(user, permission, row)}
            if shown != whole[model.__name__]:
                wrong.append(f"{user}: of {model.__name__} the gate shows {len(shown)} on a page")
    return wrong


def answered_otherwise(user: User, of_cases: Iterable[Permission]) -> list[str]:
    """What the gate says of cases and rows that somebody sees, where it says otherwise in a request of their own."""
    if (who := standing(user)) is None:
        return []
    asked = [(each, Case) for each in of_cases] + [(each, model) for each, (model, _) in nested.RULES.items()]

    def answers(keys: Mapping[Any, set[Any]] | None = None) -> dict[tuple[Permission, Any], bool]:
        with context.request():
            return {
                (permission, row.pk): gate.can(user, permission, row)
                for permission, model in asked
                for row in (model.objects.filter(pk__in=keys[model]) if keys else model.objects.all())
            }

    with acting.acting(who.actor):
        seen = {model: _keys(model.objects.all()) for _, model in asked}
        on_a_page = answers()
    listed = answers(seen)
    return [
        f"{user}: {permission.name} of {pk}: {said} on a page"
        for (permission, pk), said in on_a_page.items()
        if listed[permission, pk] != said
    ]


def _keys(rows: QuerySet[Any, Any]) -> set[Any]:
    return set(rows.values_list("pk", flat=True))
