"""The row every step of a request locks first, and the states it may be in."""

from cases.errors import NotBeingPrepared, RequestNotOpen
from cases.models import SubjectAccessItem, SubjectAccessRequest
from cse_portal.accounts.models import User


def locked(request: SubjectAccessRequest) -> SubjectAccessRequest:
    """The request as it stands now, held until the transaction ends."""
    rows = SubjectAccessRequest.objects.select_for_update(of=("self",)).select_related("case")
    return rows.get(pk=request.pk)


def locked_open(request: SubjectAccessRequest) -> SubjectAccessRequest:
    """The same, while it has not been answered."""
    found = locked(request)
    if not found.is_open:
        raise RequestNotOpen
    return found


def locked_in_preparation(request: SubjectAccessRequest, by: User) -> SubjectAccessRequest:
    """The same, while what it holds may be changed; whoever does so is on record as having worked on it."""
    found = locked(request)
    if not found.is_being_prepared:
        raise NotBeingPrepared
    if by.pk not in found.worked_on_by:
        found.worked_on_by = [*found.worked_on_by, by.pk]
        found.save(update_fields=["worked_on_by"])
    return found


def touch(item: SubjectAccessItem) -> None:
    """Something of the item changed: whoever said it is ready, or agreed to it, says so again."""
    taken_back = ["prepared_by", "prepared_at"]
    item.prepared_by = item.prepared_at = None
    if item.verdict == "agreed":
        item.verdict, item.verdict_by, item.verdict_at = "", None, None
        taken_back += ["verdict", "verdict_by", "verdict_at"]
    item.save(update_fields=taken_back)  # and not what a colleague took back of it a moment ago
