"""Rows two people may edit: a version, and who saved it last."""

from django.conf import settings
from django.db import models


class Edited(models.Model):
    """A stale save is refused by `version`; both texts are then shown and neither is lost."""

    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True
