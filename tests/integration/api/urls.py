"""The portal's addresses and, below /api/v1/test/, one view for each way an API call can fail."""

from django.core.exceptions import ValidationError as DjangoValidationError
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.record.services import CaseClosed
from cse_portal import urls
from cse_portal.errors import NotPermitted, NotVisible

handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500


class PersonSerializer(serializers.Serializer):
    name = serializers.CharField()


class GivenSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    people = PersonSerializer(many=True)


class Failing(APIView):
    """Fails as it is told."""

    def get(self, request: Request, how: str) -> Response:
        raise {
            "hidden": NotVisible(),
            "refused": NotPermitted(),
            "closed": CaseClosed(),
            "invalid": DjangoValidationError({"worry": "Say what you saw"}),
        }[how]

    def post(self, request: Request, how: str) -> Response:
        GivenSerializer(data=request.data).is_valid(raise_exception=True)
        return Response({})


urlpatterns = [*urls.urlpatterns, path("api/v1/test/<how>/", Failing.as_view())]
