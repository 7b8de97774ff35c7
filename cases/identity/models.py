"""What a child says of their gender identity and sexual orientation, and the phones and accounts that are theirs."""

from django.db import models
from django.db.models import F, Q, TextChoices
from django.db.models.functions import Lower

from cases.record.choices import Section
from cases.record.models.case import CaseRecord
from cse_portal.audit.constraints import Watched
from cse_portal.row_security import SeenWith


class ToldBy(TextChoices):
    """Who said so."""

    CHILD = "child", "The child or young person told me"
    PROFESSIONAL = "professional", "Another professional, whom they told"
    FAMILY = "family", "Family or a friend"
    RECORD = "record", "A record"


class IdentityAnswer(CaseRecord):
    """What a child wanted said of their gender identity and sexual orientation. Added, never changed: the newest holds.

    Voluntary. Read by people who hold the health and identity detail; no list, sheet, copy or paper has it. Both
    answers are reference data, which has "prefers not to say" and "not asked".
    """

    section = Section.HEALTH
    gender_identity = models.CharField(max_length=12)
    sexual_orientation = models.CharField(max_length=12)
    own_words = models.CharField("in their own words", max_length=200, blank=True)
    told_by = models.CharField("who told it", max_length=12, choices=ToldBy)
    who_knows = models.CharField("who knows, and who must not be told", max_length=300, blank=True)

    class Meta:
        default_related_name = "identity_answers"
        ordering = ["-recorded_at"]
        indexes = [models.Index(fields=["case", "-recorded_at"])]
        constraints = [Watched(), SeenWith(sections=[(Section.HEALTH, "")])]

    @property
    def is_lgbt(self) -> bool:
        """Whether the answer says so; "not sure" and what was not answered do not."""
        is_trans = self.gender_identity not in ("SAME", "NOT_SAID", "NOT_ASKED")
        return is_trans or self.sexual_orientation not in ("STRAIGHT", "NOT_SURE", "NOT_SAID", "NOT_ASKED")


class ContactKind(TextChoices):
    """What it is."""

    PHONE = "phone", "Phone"
    ACCOUNT = "account", "Online account"
    HANDLE = "handle", "User name"
    GAME = "game", "Name in a game"
    CARD = "card", "Bus or bank card"


class ContactPoint(CaseRecord):
    """A phone, account or card of the child's own. Police look for these when the child is missing.

    Phone numbers are kept in one form, so that a search finds them. Only a phone may have no number yet. `provenance`
    is reference data. Without a last day it is in use.
    """

    kind = models.CharField(max_length=10, choices=ContactKind)
    value = models.CharField("number or name", max_length=150, blank=True)
    platform = models.CharField("network, game or bank", max_length=60, blank=True)
    used_for = models.CharField(max_length=200, blank=True)
    provenance = models.CharField("how it is known", max_length=20)
    began_on = models.DateField("used since", null=True)
    ended_on = models.DateField("used until", null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        default_related_name = "contact_points"
        ordering = ["-ended_on", "recorded_at"]  # PostgreSQL puts those in use first
        indexes = [models.Index(fields=["value"])]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(
                "case",
                "kind",
                Lower("value"),
                Lower("platform"),
                condition=Q(ended_on__isnull=True) & ~Q(value=""),
                name="contact_point_once",
            ),
            models.CheckConstraint(
                condition=~Q(value="") | Q(kind=ContactKind.PHONE), name="contact_point_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(began_on__isnull=True)
                | Q(ended_on__isnull=True)
                | Q(ended_on__gte=F("began_on")),
                name="contact_point_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.value or self.get_kind_display()
