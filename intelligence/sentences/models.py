"""A sentence about a subject of concern that an agency reads until a day, and what its visits found."""

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Agency, User
from cse_portal.audit.constraints import Watched
from cse_portal.keys import Keyed
from cse_portal.row_security import Frozen, SeenBy, SeenWith
from intelligence.subjects.models import Subject, SubjectKind


class SentenceQuerySet(models.QuerySet["SharedSentence"]):
    """Sentences shared with agencies, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "SentenceQuerySet":
        """With the subject; and those shared with one's own agency, until their day."""
        who = user_context(user)
        if who is None or Permission.SENTENCE_ANSWER not in ROLES[who.role].permissions:
            return self.none()
        ours = Q(agency=who.agency, until__gte=timezone.localdate(), ended_at=None)
        return self.filter(Q(among("subject", Subject.objects.visible_to(user).values("pk"))) | ours)

    def of_agency(self, user: User) -> "SentenceQuerySet":
        """What this person's agency was told and may still use."""
        who = user_context(user)
        agency = who.agency if who else None
        return self.visible_to(user).filter(agency=agency, until__gte=timezone.localdate(), ended_at=None)


# With the subject; and what one's own agency was told, until its day. The agency sees no subject by it.
SENTENCE = """(SELECT gate.opens('SENTENCE_ANSWER')) AND (
    COALESCE((SELECT true FROM intelligence_subject s WHERE s.id = {row}.subject_id LIMIT 1), false)
    OR {row}.agency_id = (SELECT gate.agency_id()) AND {row}.ended_at IS NULL
        AND {row}.until >= (SELECT gate.moment())::date)"""


class SharedSentence(Keyed):
    """One sanitised sentence that an agency reads until a day: no child, no report, no link.

    Its kind is kept here, for the agency may not see the subject.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="sentences")
    kind = models.CharField(max_length=10, choices=SubjectKind)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    until = models.DateField()
    shared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = SentenceQuerySet.as_manager()

    class Meta:
        ordering = ["-shared_at"]
        constraints = [
            Watched(subject="subject_id"),
            SeenBy(SENTENCE),
            models.CheckConstraint(condition=~Q(text=""), name="sentence_says_something"),
        ]

    @property
    def is_over(self) -> bool:
        """Whether its agency no longer reads it."""
        return self.ended_at is not None or self.until < timezone.localdate()


class Visit(Keyed):
    """What an agency did about a sentence it was told, and what it found."""

    sentence = models.ForeignKey(SharedSentence, on_delete=models.PROTECT, related_name="visits")
    on = models.DateField()
    found = models.CharField(max_length=500)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-on", "-recorded_at"]
        constraints = [
            Watched(subject="sentence_id:intelligence_sharedsentence.subject_id"),
            SeenWith("sentence", write="see"),
            Frozen(),
            models.CheckConstraint(condition=~Q(found=""), name="visit_found_something"),
        ]
