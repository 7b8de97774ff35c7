"""The API of intelligence: send it once, and read what came of one's own."""

import uuid

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.api.pagination import page_answer, page_of
from cse_portal.api.requests import SignedInRequest
from cse_portal.audit.actions import Action
from cse_portal.keys import key_from
from intelligence.api.serializers import NewSubmissionSerializer, SubmissionSerializer
from intelligence.selectors.submissions import my_submissions
from intelligence.services import sending
from intelligence.services.viewing import record_list

KEY_HEADER = "Idempotency-Key"


class Submissions(APIView):
    """What this person has told the police. Who else reads it: the police intelligence unit, and nobody."""

    @extend_schema(
        operation_id="submissions_list",
        parameters=[OpenApiParameter("page", int)],
        responses=page_of(SubmissionSerializer),
    )
    def get(self, request: SignedInRequest) -> Response:
        """One page of one's own submissions, newest first."""
        gate.require(request.user, Permission.INTELLIGENCE_SUBMIT)
        page = my_submissions(request.user, page=request.query_params.get("page", "1"))
        record_list(action=Action.SUBMISSIONS_LISTED, by=request.user, list="api", page=page.number)
        context = {"reader": request.user}
        rows = [SubmissionSerializer(each, context=context).data for each in page]
        return page_answer(
            request, rows, number=page.number, has_next=page.has_next(), count=page.paginator.count
        )

    @extend_schema(
        request=NewSubmissionSerializer,
        responses={status.HTTP_201_CREATED: SubmissionSerializer},
        parameters=[OpenApiParameter(KEY_HEADER, uuid.UUID, OpenApiParameter.HEADER)],
    )
    def post(self, request: SignedInRequest) -> Response:
        """Send intelligence. The same Idempotency-Key again answers with the same submission."""
        gate.require(request.user, Permission.INTELLIGENCE_SUBMIT)
        said = NewSubmissionSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        sent = sending.send(answers=said.answers, by=request.user, key=_key(request))
        answer = SubmissionSerializer(sent, context={"reader": request.user}).data
        return Response(answer, status=status.HTTP_201_CREATED)


def _key(request: Request) -> uuid.UUID | None:
    given = request.headers.get(KEY_HEADER)
    try:
        return key_from(uuid.UUID(given), of=f"submissions of {request.user.pk}") if given else None
    except ValueError:
        raise ValidationError({KEY_HEADER: ["Use a UUID."]}) from None
