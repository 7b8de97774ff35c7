"""The API of meetings and actions: the rows the pages show, to the same people, on the same record."""

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.api.pagination import PAGES, page_of
from cse_portal.api.requests import SignedInRequest
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.selectors.meetings import meeting_for, meeting_list, with_invitations_and_actions
from mase.meetings.services import meeting_reading
from mase.plans.forms import ActionFilter
from mase.plans.models.plan import PlanAction
from mase.plans.selectors.actions import ALL, OPEN, action_list
from mase.plans.services import readers


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    """A meeting as a list shows it."""

    case = serializers.CharField(source="case.reference")
    chair = serializers.CharField(source="chair.full_name")

    class Meta:
        model = Meeting
        fields = (
            "id", "case", "kind", "state", "scheduled_for", "place", "chair", "due_on", "review_on", "ended_at",
        )  # fmt: skip


class InvitedSerializer(serializers.Serializer[object]):
    """Who was asked, in which role, and how they answered."""

    agency = serializers.CharField(source="agency.code", default=None, allow_null=True)
    role = serializers.CharField()
    attendance = serializers.SerializerMethodField()

    def get_attendance(self, seat: Invitation) -> str | None:
        """How they came, once that is marked."""
        return seat.came_as or None


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
            "issued_at", "done_on", "outcome", "effect_on_child", "priority", "measure_of_success", "verified_at",
            "escalation",
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
    def get_actions(self, meeting: Meeting) -> list[dict[str, object]]:
        """The actions that were issued."""
        rows = [action for action in meeting.actions.all() if action.issued_at]
        return list(ActionSerializer(rows, many=True).data)


class Meetings(GenericAPIView[Meeting]):
    """Upcoming meetings, soonest first; with `past=true`, those that are over, newest first."""

    serializer_class = MeetingSerializer

    @extend_schema(
        operation_id="meetings_list",
        responses=page_of(MeetingSerializer),
        parameters=[OpenApiParameter("past", bool), *PAGES],
    )
    def get(self, request: SignedInRequest) -> Response:
        """One page of the meetings this person may see."""
        gate.require(request.user, Permission.MEETING_LIST)
        past = request.query_params.get("past") in ("true", "1")
        rows = self.paginate_queryset(meeting_list(request.user, past=past)) or []
        meeting_reading.record_listed(shown=rows, by=request.user, which="api past" if past else "api")
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)


class MeetingDetail(APIView):
    """One meeting."""

    @extend_schema(responses=MeetingDetailSerializer)
    def get(self, request: SignedInRequest, pk: uuid.UUID) -> Response:
        """Who was asked, what was decided, the plan."""
        meeting = with_invitations_and_actions(request.user, meeting_for(request.user, pk))
        meeting_reading.record_view(meeting=meeting, by=request.user, page="api")
        return Response(MeetingDetailSerializer(meeting).data)


class Actions(GenericAPIView[PlanAction]):
    """Issued actions, the longest overdue first; `whose`, `show` and `p` as on the page, and `whose=all` if unsaid."""

    serializer_class = ActionSerializer

    @extend_schema(
        operation_id="actions_list",
        responses=page_of(ActionSerializer),
        parameters=[*(OpenApiParameter(name, str) for name in ("whose", "show", "p")), *PAGES],
    )
    def get(self, request: SignedInRequest) -> Response:
        """One page of the actions this person may see."""
        gate.require(request.user, Permission.ACTION_LIST)
        answers = ActionFilter(request.query_params).answers
        asked: dict[str, Any] = {"whose": ALL, "show": OPEN, "p": "", **answers}
        rows = self.paginate_queryset(action_list(request.user, **asked)) or []
        readers.record_listed(shown=rows, by=request.user, page="api", **asked)
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)
