"""What the API says about a meeting and an action: ids, codes and words that its reader may read on the pages."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from mase.models import MaseMeeting, PlanAction


class MeetingSerializer(serializers.ModelSerializer[MaseMeeting]):
    """A meeting as a list shows it."""

    case = serializers.CharField(source="case.reference")
    chair = serializers.CharField(source="chair.full_name")

    class Meta:
        model = MaseMeeting
        fields = (
            "id",
            "case",
            "kind",
            "state",
            "scheduled_for",
            "place",
            "chair",
            "due_on",
            "review_on",
            "ended_at",
        )


class InvitedSerializer(serializers.Serializer[object]):
    """Who was asked, in which role, and how they answered."""

    agency = serializers.CharField(source="agency.code", default=None, allow_null=True)
    role = serializers.CharField()
    attendance = serializers.CharField(source="attendance.code", default=None, allow_null=True)


class ActionSerializer(serializers.ModelSerializer[PlanAction]):
    """One action, and what came of it. One that a CMOG agreed about no child has no case and no meeting."""

    case = serializers.CharField(source="case.reference", default=None, allow_null=True)
    agency = serializers.CharField(source="agency.code")
    owner = serializers.CharField(source="owner.full_name", default=None, allow_null=True)
    overdue = serializers.BooleanField(source="is_overdue")

    class Meta:
        model = PlanAction
        fields = (
            "id", "case", "meeting", "p", "text", "restricted", "agency", "owner", "due_on", "state", "overdue",
            "issued_at",
            "done_on", "outcome", "effect_on_child", "priority", "measure_of_success", "verified_at", "escalation",
        )  # fmt: skip


class MeetingDetailSerializer(MeetingSerializer):
    """A meeting with who was asked and, once it has ended, its decision and plan."""

    purpose = serializers.CharField()
    invitations = InvitedSerializer(many=True)
    category = serializers.IntegerField(source="decision.category", default=None, allow_null=True)
    harm_status = serializers.CharField(source="decision.harm_status", default=None, allow_null=True)
    actions = serializers.SerializerMethodField()

    class Meta(MeetingSerializer.Meta):
        fields = (  # type: ignore[assignment]
            *MeetingSerializer.Meta.fields, "purpose", "invitations", "category", "harm_status", "actions",
        )  # fmt: skip

    @extend_schema_field(ActionSerializer(many=True))
    def get_actions(self, meeting: MaseMeeting) -> list[dict[str, object]]:
        """The actions that were issued."""
        rows = [action for action in meeting.actions.all() if action.issued_at]
        return list(ActionSerializer(rows, many=True).data)
