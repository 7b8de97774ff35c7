"""GET /api/v1/returns/ and /api/v1/returns/<quarter>/: signed-off returns, as they may leave the partnership."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.api.pagination import PortalPagination, page_of
from cse_portal.api.requests import SignedInRequest
from reporting.returns.selectors import returns as selectors
from reporting.returns.selectors.document import document_of, summary_of
from reporting.returns.services import files as exports
from reporting.returns.services import returns


class ReturnSummarySerializer(serializers.Serializer[dict[str, Any]]):
    """A signed-off return in the list; `reference` is its place in an address."""

    schema = serializers.IntegerField()
    reference = serializers.CharField()
    version = serializers.CharField()
    restated_because = serializers.CharField()
    quarter = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    signed_at = serializers.DateTimeField()
    code_version = serializers.CharField()


class PlaceSerializer(serializers.Serializer[dict[str, Any]]):
    """Where a number stands in a table."""

    row = serializers.CharField()
    row_label = serializers.CharField()
    column = serializers.CharField()
    column_label = serializers.CharField()
    unit = serializers.CharField()


class ToldSerializer(serializers.Serializer[dict[str, Any]]):
    """A number as it may be told; `value` is null where `withheld` is true, or where there is nothing to divide."""

    value = serializers.FloatField(allow_null=True)
    withheld = serializers.BooleanField()


class FigureSerializer(PlaceSerializer, ToldSerializer):
    """One number."""


class HeadlineSerializer(serializers.Serializer[dict[str, Any]]):
    """A headline beside last quarter and last year; in a restatement also what the version before said."""

    measure = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    dimension = serializers.CharField()
    row = serializers.CharField()
    column = serializers.CharField()
    this_quarter = ToldSerializer()
    last_quarter = ToldSerializer()
    last_year = ToldSerializer()
    version_before = ToldSerializer(allow_null=True)
    unit = serializers.CharField()
    explanation = serializers.CharField()


class RestatedSerializer(PlaceSerializer):
    """A number that a restatement changes."""

    measure = serializers.CharField()
    name = serializers.CharField()
    table = serializers.CharField()
    dimension = serializers.CharField()
    before = ToldSerializer()
    after = ToldSerializer()


class TableSerializer(serializers.Serializer[dict[str, Any]]):
    """One breakdown."""

    dimension = serializers.CharField()
    title = serializers.CharField()
    figures = FigureSerializer(many=True)


class MeasureSerializer(serializers.Serializer[dict[str, Any]]):
    """A measure with the definition its numbers were worked out by."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    definition = serializers.CharField()
    definition_version = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]
    note = serializers.CharField()
    tables = TableSerializer(many=True)


class CheckSerializer(serializers.Serializer[dict[str, Any]]):
    """A rule the figures were held against."""

    rule = serializers.CharField()
    title = serializers.CharField()
    passed = serializers.BooleanField()


class ReturnSerializer(ReturnSummarySerializer):
    """A whole signed-off return."""

    withheld = serializers.CharField()
    headlines = HeadlineSerializer(many=True)
    restated = RestatedSerializer(many=True)
    measures = MeasureSerializer(many=True)
    checks = CheckSerializer(many=True)


class ReturnList(APIView):
    """Signed-off returns, newest quarter first."""

    @extend_schema(operation_id="returns_list", responses=page_of(ReturnSummarySerializer))
    def get(self, request: SignedInRequest) -> Response:
        """One page of them."""
        gate.require(request.user, Permission.RETURN_VIEW)
        returns.record_view(regional_return=None, by=request.user)
        pages = PortalPagination()
        found = pages.paginate_queryset(selectors.return_list(request.user).signed(), request, self) or []
        return pages.get_paginated_response([summary_of(each) for each in found])


class ReturnDetail(APIView):
    """One signed-off return with its figures."""

    @extend_schema(operation_id="returns_retrieve", responses=ReturnSerializer)
    def get(self, request: SignedInRequest, quarter: str) -> Response:
        """The document of the downloads; 409 while the return is not signed off."""
        regional_return = selectors.find_return(request.user, quarter)
        document = document_of(regional_return)
        exports.record_export(regional_return=regional_return, file_format="api", by=request.user)
        return Response(document)
