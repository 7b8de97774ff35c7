"""The audit's tables. Rows are added, never changed or removed."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q, TextChoices
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from cse_portal.accounts.models import Agency, User
from cse_portal.audit.actions import Action
from cse_portal.audit.constraints import AppendOnly, Watched
from cse_portal.encryption import Unreadable, decrypt, encrypt
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenBy


class Operation(TextChoices):
    """What happened to a row."""

    INSERT = "INSERT", "Added"
    UPDATE = "UPDATE", "Changed"
    DELETE = "DELETE", "Removed"


class Verdict(TextChoices):
    """What the privacy officer found."""

    IN_ORDER = "in_order", "In order: part of the person’s work"
    EXPLAINED = "explained", "Explained by the person or their agency"
    BREACH = "breach", "Not in order: to be followed up"


REASONS = "cse-portal audit reasons"
CANNOT_BE_READ = "(This reason cannot be read.)"


def every_action() -> list[tuple[str, str]]:
    """Read when asked, so that a new act needs no migration."""
    return Action.choices


AUDITOR = "(SELECT gate.opens('AUDIT_VIEW'))"
NOT_EXCLUDED = "({row}.case_id IS NULL OR {row}.case_id <> ALL ((SELECT gate.excluded())::uuid[]))"
# The privacy officer's; and of a return's own history, who reads returns.
NAMES_NOBODY_EXCLUDED = f"""{NOT_EXCLUDED}
    AND ({{row}}.object_id IS NULL OR {{row}}.object_id <> ALL ((SELECT gate.excluded())::uuid[]))
    AND NOT COALESCE({{row}}.detail -> 'cases' ?| (SELECT gate.excluded())::text[], false)
    AND NOT COALESCE({{row}}.detail -> 'about' ?| (SELECT gate.excluded())::text[], false)"""
EVENT = f"""{AUDITOR} AND {NAMES_NOBODY_EXCLUDED} OR (SELECT gate.opens('RETURN_VIEW')) AND {{row}}.case_id IS NULL
    AND {{row}}.object_type IN ('reporting.RegionalReturn', 'reporting.BoardPack')"""
OF_AN_EVENT_SEEN = (
    "({row}.event_id IS NULL"
    " OR COALESCE((SELECT true FROM audit_auditevent e WHERE e.id = {row}.event_id LIMIT 1), false))"
)
REASON = "COALESCE((SELECT true FROM audit_auditevent e WHERE e.id = {row}.id LIMIT 1), false)"


class AuditEvent(Keyed):
    """One act: who, for which agency, did or saw what, when and in which request.

    Holds no personal values: objects by key, changes by field name, searches by what kind of field was used
    (Data Protection Act 2018 s.62 asks for consultation and disclosure to be logged with date, time and identity).
    `session` and `network` say where a request came from; a job has neither. `written_at` is the database's own clock.
    A seal covers every column: see sealing.ROWS before you add one.
    """

    at = models.DateTimeField(default=timezone.now)
    written_at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30, blank=True)
    action = models.CharField(max_length=60, choices=every_action)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    request_id = models.UUIDField(default=uuid.uuid4)
    session = models.CharField(max_length=16, blank=True)
    network = models.CharField(max_length=43, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["case_id", "-at"]),
            models.Index(fields=["actor", "-at"]),
            models.Index(fields=["action", "-at"]),
            # A list or a copy that showed several children is found from each of them.
            GinIndex(
                OpClass(KeyTransform("cases", "detail"), name="jsonb_path_ops"),
                name="audit_event_cases",
                condition=Q(detail__has_key="cases"),
            ),
        ]
        constraints = [
            SeenBy(EVENT, written="false"),
            AppendOnly(),
        ]

    @property
    def reason(self) -> str:
        """Why, in the words of the person who did it; empty where nobody said, or where it went with its record."""
        why = getattr(self, "why", None)
        return why.said if why else ""


class Reason(models.Model):
    """Why somebody did something, in their own words: encrypted, and beside the event, which can never be changed.

    People write names where they are asked not to. Who may read the event may read why, until it goes with the record.
    """

    event = models.OneToOneField(
        AuditEvent, primary_key=True, db_column="id", on_delete=models.PROTECT, related_name="why"
    )
    case_id = models.UUIDField(null=True)
    object_id = models.UUIDField(null=True)
    words = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["case_id"]), models.Index(fields=["object_id"])]
        constraints = [
            SeenBy(REASON, written="false"),
        ]

    @property
    def said(self) -> str:
        """The words; of what was written for another event, or under a key that is gone, that they cannot be read."""
        try:
            event, _, words = decrypt(self.words, REASONS).partition(" ")
        except Unreadable:
            return CANNOT_BE_READ
        return words if event == str(self.pk) else CANNOT_BE_READ


def kept_for(event: AuditEvent, words: str) -> str:
    """The words as they are kept beside this event, and beside no other."""
    return encrypt(f"{event.pk} {words}", REASONS) if words else ""


class Change(models.Model):
    """One row of a watched table that was added, changed or removed, as PostgreSQL itself noted it.

    Names columns and holds no value of theirs: `values_hash` is a salted hash of what `ChangedValue` keeps.
    Who acted is what the portal signed for this transaction, and nothing that a statement could say of itself.
    """

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    written_at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    agency_id = models.UUIDField(null=True)
    role = models.CharField(max_length=30, blank=True)
    request_id = models.UUIDField(null=True)
    of_table = models.CharField(max_length=63)
    row_key = models.CharField(max_length=40)
    case_id = models.UUIDField(null=True)
    subject = models.UUIDField(null=True)
    operation = models.CharField(max_length=6, choices=Operation)
    columns = ArrayField(models.CharField(max_length=63))
    values_hash = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["case_id", "-at"])]
        constraints = [
            SeenBy(f"{AUDITOR} AND {NOT_EXCLUDED}", written="false"),
            AppendOnly(),
        ]


class ChangedValue(models.Model):
    """What a changed row held before and after. The application cannot read it; it goes with its subject's disposal."""

    change_id = models.UUIDField(primary_key=True)
    subject = models.UUIDField(null=True, db_index=True)
    salt = models.BinaryField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)


class Unsealed(models.Model):
    """An event or a change that waits for its seal: written with it, and taken away by the sealer."""

    id = models.UUIDField(primary_key=True)
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["written_at"])]
        constraints = [
            SeenBy("false"),
        ]


class Seal(models.Model):
    """Proof of up to a thousand rows, chained to the seal before it and signed with a key no database knows.

    `entries` are the rows in order, each as its key and its SHA-256; `root` is the hash of them all.
    """

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.BigIntegerField()  # microseconds since 1970, as they are signed
    rows = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)
    entries = ArrayField(models.CharField(max_length=101))

    class Meta:
        constraints = [
            SeenBy(AUDITOR, written="false"),
            AppendOnly(),
        ]


class Finding(Keyed):
    """Something a rule or the monthly sample asks the privacy officer to look at, and what they found.

    `why` is the rule's own sentence about the act; it holds no personal value of a child.
    """

    rule = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    about_on = models.DateField()
    found_at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    case_id = models.UUIDField(null=True)
    event_id = models.UUIDField(null=True)
    why = models.CharField(max_length=300)
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-about_on", "-found_at"]
        constraints = [
            SeenBy(f"(SELECT gate.opens('AUDIT_REVIEW')) AND {NOT_EXCLUDED} AND {OF_AN_EVENT_SEEN}"),
            Watched(name="%(app_label)s_%(class)s_watched"),
            models.UniqueConstraint(fields=["rule", "key"], name="finding_once"),
            models.CheckConstraint(
                condition=Q(verdict="", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(verdict="") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="finding_decided_by_someone",
            ),
        ]
