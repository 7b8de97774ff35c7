"""The API of a case's documents: the list and the files, for anyone who sees the case."""

import uuid

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.documents import services as documents
from cases.documents.models import Document
from cases.documents.selectors import document_for, documents_of
from cases.record.selectors import case_for
from cases.record.services import record_view
from cse_portal.api.requests import SignedInRequest
from cse_portal.ui.downloads import attachment


class DocumentSerializer(serializers.ModelSerializer[Document]):
    """A document as the list shows it; `sha256` is that of the file as it is handed out."""

    uploaded_by = serializers.CharField(source="uploaded_by.full_name")
    agency = serializers.CharField(source="agency.code")

    class Meta:
        model = Document
        fields = (
            "id", "title", "kind", "handling", "name", "content_type", "size", "sha256", "state", "uploaded_by",
            "agency", "uploaded_at", "removed_at", "removed_reason",
        )  # fmt: skip


class Documents(APIView):
    """What agencies have brought to a case, the newest first; what was removed stays in the list."""

    @extend_schema(responses=DocumentSerializer(many=True))
    def get(self, request: SignedInRequest, reference: str) -> Response:
        """All of them: a case holds few."""
        case = case_for(request.user, reference)
        record_view(case=case, by=request.user, page="api-documents")
        return Response(DocumentSerializer(documents_of(request.user, case), many=True).data)


class DocumentFile(APIView):
    """One file."""

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})
    def get(self, request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
        """The bytes; 409 while it is being checked, after it was refused, and after it was removed."""
        document = document_for(request.user, reference, pk)
        content = documents.download(document=document, by=request.user)
        return attachment(content, name=document.name, content_type=document.content_type)
