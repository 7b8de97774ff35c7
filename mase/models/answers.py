"""How invitations are answered before a meeting, and in whose calendar it stands."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cse_portal.audit.constraints import Watched
from cse_portal.keys import new_key
from cse_portal.row_security import SeenWith
from mase.choices import AnswerKind
from mase.models.meeting import Invitation, MaseMeeting


class InvitationAnswer(models.Model):
    """One answer to an invitation, never changed: the last one for the meeting's time counts.

    `about` is the time it was given for; a meeting that moves asks everybody again. A deputy has a name, and an account
    where they have one.
    """

    disclosed = False
    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=8, choices=AnswerKind)
    about = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    deputy_name = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["answered_at", "id"]
        constraints = [
            Watched(case="invitation_id:mase_invitation.meeting_id:mase_masemeeting.case_id"),
            SeenWith("invitation", write="see"),
            models.CheckConstraint(
                condition=~Q(kind=AnswerKind.DECLINE) | ~Q(reason=""), name="answer_declines_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.DEPUTY) & ~Q(deputy_name="")
                | ~Q(kind=AnswerKind.DEPUTY) & Q(deputy__isnull=True, deputy_name=""),
                name="answer_names_its_deputy",
            ),
        ]


class CalendarEntry(models.Model):
    """A person who was sent a meeting for their calendar, so that its moves and its end reach the same calendar.

    It is out of the calendar of whoever somebody else comes for, from `taken_out_at` on, until it is put back. `turns`
    counts both: each has to be newer in that calendar than what went before, while the meeting itself is unchanged.
    """

    disclosed = False
    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    meeting = models.ForeignKey(MaseMeeting, on_delete=models.CASCADE, related_name="calendar_entries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_sent_at = models.DateTimeField(default=timezone.now)
    taken_out_at = models.DateTimeField(null=True)
    turns = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["first_sent_at", "id"]
        verbose_name_plural = "calendar entries"
        constraints = [
            Watched(),
            SeenWith("meeting", write="see"),
            models.UniqueConstraint(fields=["meeting", "person"], name="calendarentry_once_a_person"),
        ]
