"""One submission as a file for the force, by a published schema."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.api.requests import SignedInRequest
from intelligence.desk import services as reports
from intelligence.submissions.api import (
    ContactSerializer,
    PlaceSerializer,
    SubjectSerializer,
    VehicleSerializer,
)
from intelligence.submissions.models import IntelligenceLine, IntelligenceSubmission, SubmissionFile
from intelligence.submissions.selectors import submission_for


class ForceLineSerializer(serializers.ModelSerializer[IntelligenceLine]):
    """One fact: as written, as graded on 3x5x2, as sanitised; or why it stays in the unit."""

    class Meta:
        model = IntelligenceLine
        fields = (
            "order", "text", "happened", "source_evaluation", "assessment", "handling", "conditions", "sanitised",
            "left_out", "legacy",
        )  # fmt: skip


class ForceFileSerializer(serializers.ModelSerializer[SubmissionFile]):
    """A file that goes with it. It is opened at the desk; its hash tells whether a copy is the same."""

    class Meta:
        model = SubmissionFile
        fields = ("order", "title", "content_type", "size", "sha256")


class ForceSerializer(serializers.ModelSerializer[IntelligenceSubmission]):
    """A submission for the force. The author and the source are not in it."""

    marking = serializers.CharField(help_text="How the file must be handled.")
    agency = serializers.CharField(source="author_agency.name")
    lines = ForceLineSerializer(many=True)
    subjects = SubjectSerializer(many=True)
    vehicles = VehicleSerializer(many=True)
    places = PlaceSerializer(many=True)
    contacts = ContactSerializer(many=True)
    files = ForceFileSerializer(many=True)

    class Meta:
        model = IntelligenceSubmission
        fields = (
            "reference", "marking", "agency", "strands", "urgency", "learned_on", "submitted_at", "provenance",
            "first_hand", "lines", "subjects", "vehicles", "places", "contacts", "files", "force_reference",
        )  # fmt: skip


class ForceSubmission(APIView):
    """One submission for the force: the police intelligence unit's alone, and on record."""

    @extend_schema(operation_id="submission_for_force", responses=ForceSerializer)
    def get(self, request: SignedInRequest, reference: str) -> Response:
        """The file. Its schema is this document's."""
        found: Any = submission_for(request.user, reference)
        gate.require(request.user, Permission.SUBMISSION_WORK, found)
        reports.record_copy(submission=found, kind="json", by=request.user)
        headers = {"Content-Disposition": f'attachment; filename="{found.reference}.json"'}
        return Response(ForceSerializer(found).data, headers=headers)
