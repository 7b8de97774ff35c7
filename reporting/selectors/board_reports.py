"""What a person may read of the board's reports."""

from django.db.models import QuerySet

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from reporting.models import BoardReport


def reports(user: User) -> QuerySet[BoardReport]:
    """Published reports, newest quarter first; NotPermitted for whoever reads none."""
    gate.require(user, Permission.BOARD_REPORT_VIEW)
    return BoardReport.objects.visible_to(user).select_related("regional_return", "published_by")


def find_report(user: User, quarter: str) -> BoardReport:
    """The published report of a quarter; NotVisible when there is none this person may read."""
    found = BoardReport.objects.visible_to(user).filter(regional_return__quarter=quarter)
    report = found.select_related("regional_return").first()
    if report is None:
        raise NotVisible
    return report
