"""Copies of people's records, asked for and made by the services."""

from typing import Any

from cases.exports import services as exports
from cases.exports.models import PeopleExport
from cases.record.selectors import CaseFilters
from cse_portal.accounts.models import User
from tests.factories.cases import LAWFUL_BASIS
from tests.factories.requests import in_one_request


@in_one_request
def ask(by: User, **fields: Any) -> PeopleExport:
    """A copy of every open case this person sees."""
    given: dict[str, Any] = {
        "filters": CaseFilters(), "file_format": "csv", "columns": ["reference", "name"],
        "reason": "To check our register before the inspection", "lawful_basis": LAWFUL_BASIS,
    }  # fmt: skip
    return exports.ask(wanted=exports.Wanted(**{**given, **fields}), by=by)


@in_one_request
def ready_export(by: User, **fields: Any) -> PeopleExport:
    """The same, made."""
    return exports.make(export_id=ask(by, **fields).pk)
