"""Texts that somebody typed about an item of a CMOG while another saved first."""

from django.utils import timezone

from cse_portal.accounts.models import User
from mase.models import CmogItem, CmogTextAside


def settle(item: CmogItem, by: User) -> None:
    """This person's own about the item wait no longer."""
    mine = CmogTextAside.objects.filter(item=item, by=by, settled_at__isnull=True)
    mine.update(settled_at=timezone.now())
