"""The people in a child's life, confidential addresses, sealed, and the health detail of a case."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, TextChoices
from django.db.models.functions import Lower
from django.utils import timezone

from cases.record.choices import Section
from cases.record.models.case import Case, CaseRecord
from cases.record.models.querysets import _showing
from cse_portal.access.records import described
from cse_portal.access.rows import among
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.encryption import decrypt
from cse_portal.keys import Keyed
from cse_portal.row_security import SeenWith


class AddressKind(TextChoices):
    """Whose address is kept confidential."""

    HOME = "home", "Where the child or young person lives"
    PLACEMENT = "placement", "Where the child or young person is placed"
    CARER = "carer", "Where a parent or carer lives"


class ConfidentialReason(TextChoices):
    """Why an address is kept confidential."""

    RISK = "risk", "Somebody who may harm them is looking for them"
    REFUGE = "refuge", "It is a refuge or a protected placement"
    COURT = "court", "A court has ordered it"
    WITNESS = "witness", "Witness protection"
    ASKED = "asked", "They have asked for it"


class HealthTopic(TextChoices):
    """What kind of health detail it is."""

    GENERAL = "general", "General health"
    SEXUAL = "sexual", "Sexual health"
    MENTAL = "mental", "Mental health and emotional wellbeing"
    CAMHS = "camhs", "CAMHS (child and adolescent mental health services)"
    MEDICINE = "medicine", "Medication and allergies"
    SUBSTANCE = "substance", "Alcohol and drugs"
    INJURY = "injury", "Injuries and hospital attendance"


class CamhsState(TextChoices):
    """How far child and adolescent mental health services are with a child."""

    REFERRED = "referred", "Referred, not accepted yet"
    WAITING = "waiting", "On the waiting list"
    YES = "yes", "Seen by CAMHS"
    CLOSED = "closed", "Closed to CAMHS"
    NO = "no", "Not known to CAMHS"


class SealedAddressQuerySet(models.QuerySet["SealedAddress"]):
    """Confidential addresses, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "SealedAddressQuerySet":
        """Of the cases of which this person may see this part. ADDRESS_VIEW is defined by the same cases."""
        return self.filter(among("address__case", _showing(self, "address__case", Section.ADDRESS, user)))


class ConfidentialAddress(Keyed):
    """There is a confidential address: whose, and who says so. Anyone who sees the case sees this, and no more.

    Appended, never changed: a new address of the same kind ends the one before.
    """

    disclosed = False
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="confidential_addresses")
    kind = models.CharField(max_length=12, choices=AddressKind)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-marked_at"]
        verbose_name_plural = "confidential addresses"
        constraints = [
            Watched(),
            SeenWith(),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(ended_at__isnull=True),
                name="address_one_current_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="address_ended_by_someone",
            ),
        ]

    @property
    def is_current(self) -> bool:
        """Whether it still holds."""
        return self.ended_at is None


class SealedAddress(Keyed):
    """The address itself and why it is kept confidential, for those alone to whom this part of the case was given.

    Encrypted before it reaches the database, so that neither the row nor the audit of its changes says where it is.
    """

    section = Section.ADDRESS
    address = models.OneToOneField(ConfidentialAddress, on_delete=models.PROTECT, related_name="sealed")
    reason = models.CharField(max_length=10, choices=ConfidentialReason)
    encrypted = models.TextField(max_length=4000)

    objects = SealedAddressQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "sealed addresses"
        constraints = [
            Watched(),
            SeenWith("address", sections=[(Section.ADDRESS, "")]),
            models.CheckConstraint(
                condition=Q(encrypted__startswith="gAAAA"), name="sealed_address_is_encrypted"
            ),
        ]

    def decrypted(self) -> str:
        """What it says. Asked by the service that puts the look on record, and by the system's match of conflicts."""
        return decrypt(self.encrypted)

    def as_disclosed(self) -> list[tuple[str, str]]:
        """Whose address it is and why. The address itself is never printed."""
        return [("Confidential address", self.address.get_kind_display()), ("Why", self.get_reason_display())]


class HealthNote(CaseRecord):
    """What a health agency knows, in facts. Read by those alone to whom this part of the case was given.

    Added, never changed; a correction is another note. The newest one about CAMHS says how things are with them, since
    its day.
    """

    section = Section.HEALTH
    topic = models.CharField(max_length=10, choices=HealthTopic)
    happened_on = models.DateField()
    text = models.TextField(max_length=4000, blank=True)
    camhs = models.CharField("known to CAMHS", max_length=10, choices=CamhsState, blank=True)
    camhs_worker = models.CharField("CAMHS worker", max_length=150, blank=True)
    next_on = models.DateField("next CAMHS appointment", null=True)

    class Meta:
        default_related_name = "health_notes"
        ordering = ["-happened_on", "-recorded_at"]
        indexes = [models.Index(fields=["case", "-happened_on", "-recorded_at"])]
        constraints = [
            Watched(),
            SeenWith(sections=[(Section.HEALTH, "")], write="see"),
            models.CheckConstraint(condition=~Q(text="") | ~Q(camhs=""), name="health_note_has_words"),
            models.CheckConstraint(
                condition=Q(topic=HealthTopic.CAMHS) & ~Q(camhs="")
                | ~Q(topic=HealthTopic.CAMHS) & Q(camhs="", camhs_worker="", next_on=None),
                name="health_note_camhs_by_its_topic",
            ),
        ]


class HealthSummary(CaseRecord):
    """What a health agency wants the others to know for their work, without the detail. Anyone who sees the case reads
    it.

    It names no note: how many there are, and of what, is detail too.
    """

    text = models.CharField(max_length=500)

    class Meta:
        default_related_name = "health_summaries"
        ordering = ["-recorded_at"]
        verbose_name_plural = "health summaries"
        constraints = [
            Watched(),
            SeenWith(write="see"),
            models.CheckConstraint(condition=~Q(text=""), name="health_summary_has_words"),
        ]


class YesNoUnknown(TextChoices):
    """An answer that keeps not knowing apart from no."""

    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known"


class NetworkMember(CaseRecord):
    """Somebody in the child's family or network: who they are to the child, and whether it is safe to contact them.

    Family, carers, friends, and professionals, whose `organisation` is named. `relation` is reference data.
    `sibling_case` is the reference of a sibling's own case, which shows this child too.
    """

    name = models.CharField(max_length=150)
    relation = models.CharField(max_length=20)
    organisation = models.CharField(max_length=100, blank=True)
    sex = models.CharField(max_length=2, blank=True)
    date_of_birth = models.DateField(null=True)
    lives_with_child = models.BooleanField(default=False)
    is_trusted = models.BooleanField(default=False)
    parental_responsibility = models.CharField(
        max_length=10, choices=YesNoUnknown, default=YesNoUnknown.UNKNOWN
    )
    contact_safe = models.CharField(max_length=10, choices=YesNoUnknown, default=YesNoUnknown.UNKNOWN)
    contact_reason = models.CharField(max_length=300, blank=True)
    first_language = models.CharField(max_length=60, blank=True)
    needs_interpreter = models.BooleanField(default=False)
    phone = models.CharField(max_length=30, blank=True)
    notes = models.TextField(max_length=1000, blank=True)
    sibling_case = models.CharField(max_length=20, blank=True)
    ended_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        default_related_name = "network_members"
        ordering = ["ended_on", "recorded_at"]
        indexes = [models.Index(fields=["phone"])]
        constraints = [
            *CaseRecord.Meta.constraints,
            models.UniqueConstraint(
                "case",
                "relation",
                Lower("name"),
                condition=Q(ended_on__isnull=True),
                name="family_member_once",
            ),
            models.CheckConstraint(
                condition=~Q(contact_safe=YesNoUnknown.NO) | ~Q(contact_reason=""),
                name="family_contact_unsafe_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def as_disclosed(self) -> list[tuple[str, str]]:
        """Everything but that a brother or sister has a case: that is theirs."""
        return described(self, without=("sibling_case", "version"))
