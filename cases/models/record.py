"""What hangs on a case: one declaration for a record that a professional adds to it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from cases.choices import Section
from cases.models.case import Case
from cases.querysets import CaseRecordQuerySet
from cse_portal.accounts.models import Agency
from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenWith


class CaseRecord(models.Model):
    """Recorded on a case by somebody, for their agency. It is seen with the case, audited, and disposed of with it.

    Where `section` names a part of the case, the record is read by people to whom that part was given; its `SeenWith`
    says so to PostgreSQL. `default_related_name` is the name of the records on their case.
    """

    section: ClassVar[Section | None] = None
    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = CaseRecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [Watched(), SeenWith()]
