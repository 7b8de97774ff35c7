"""Pages of a list in the API; one shape, no matter who counted."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

MOST = 100
PAGES = (OpenApiParameter("page", int), OpenApiParameter("page_size", int))


class PortalPagination(PageNumberPagination):
    """25 rows a page, up to 100 if asked; `page` and `page_size` in the address."""

    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = MOST


def page_answer(
    request: Request, results: Sequence[Any], *, number: int, has_next: bool, count: int | None = None
) -> Response:
    """A page that a selector cut itself, in PortalPagination's shape; `count` is None where nobody counted."""
    here = request.build_absolute_uri()
    before = replace_query_param(here, "page", number - 1) if number > 2 else remove_query_param(here, "page")
    return Response(
        {
            "count": count,
            "next": replace_query_param(here, "page", number + 1) if has_next else None,
            "previous": before if number > 1 else None,
            "results": results,
        }
    )


def page_of(row: type[serializers.BaseSerializer[Any]]) -> serializers.Serializer[Any]:
    """The shape of `page_answer`, for the schema."""
    return inline_serializer(
        f"{row.__name__.removesuffix('Serializer')}Page",
        {
            "count": serializers.IntegerField(allow_null=True),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": row(many=True),
        },
    )
