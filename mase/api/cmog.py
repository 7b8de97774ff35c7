"""The API of CMOGs: the items the page shows, to the same people, on the same record."""

import uuid

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.api.pagination import PAGES, page_of
from mase.api.views import SignedInRequest
from mase.models import CmogMeeting
from mase.presenters.cmog import Part, agenda
from mase.selectors import cmog as selectors
from mase.services import cmog_reading


class CmogSerializer(serializers.ModelSerializer[CmogMeeting]):
    """A CMOG as a list shows it."""

    chair = serializers.CharField(source="chair.full_name")

    class Meta:
        model = CmogMeeting
        fields = ("id", "month", "scheduled_for", "place", "chair", "state", "started_at", "ended_at")


class CmogSlotSerializer(serializers.Serializer[object]):
    """One item that this person may see."""

    id = serializers.UUIDField(source="key")
    name = serializers.CharField()
    reference = serializers.CharField(allow_blank=True)
    why = serializers.ListField(child=serializers.CharField())
    notes = serializers.CharField(allow_blank=True)
    decision = serializers.CharField(allow_blank=True)
    deferred = serializers.CharField(allow_blank=True)
    actions = serializers.ListField(child=serializers.CharField())


class CmogPartSerializer(serializers.Serializer[Part]):
    """A heading of the standing agenda."""

    code = serializers.CharField()
    title = serializers.CharField()
    slots = CmogSlotSerializer(many=True)


class CmogDetailSerializer(CmogSerializer):
    """A CMOG with the agenda as this person sees it."""

    agenda = serializers.SerializerMethodField()

    class Meta(CmogSerializer.Meta):
        fields = (*CmogSerializer.Meta.fields, "agenda")  # type: ignore[assignment]

    @extend_schema_field(CmogPartSerializer(many=True))
    def get_agenda(self, meeting: CmogMeeting) -> list[dict[str, object]]:
        """The parts, given with the context."""
        return list(CmogPartSerializer(self.context["parts"], many=True).data)


class Cmogs(GenericAPIView[CmogMeeting]):
    """Every CMOG, newest first."""

    serializer_class = CmogSerializer

    @extend_schema(operation_id="cmogs_list", responses=page_of(CmogSerializer), parameters=[*PAGES])
    def get(self, request: SignedInRequest) -> Response:
        """One page of those this person sees."""
        gate.require(request.user, Permission.CMOG_LIST)
        rows = self.paginate_queryset(selectors.cmog_list(request.user)) or []
        cmog_reading.record_listed(shown=rows, by=request.user, page="api")
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)


class Cmog(APIView):
    """One CMOG."""

    @extend_schema(responses=CmogDetailSerializer)
    def get(self, request: SignedInRequest, pk: uuid.UUID) -> Response:
        """Its agenda as this person may see it."""
        meeting = selectors.cmog_for(request.user, pk)
        items = selectors.items_for(request.user, meeting)
        cmog_reading.record_view(meeting=meeting, shown=items, by=request.user, page="api")
        parts = agenda(meeting, items, selectors.agreed_under(request.user, items))
        return Response(CmogDetailSerializer(meeting, context={"parts": parts}).data)
