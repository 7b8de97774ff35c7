"""The API of concerns: logging one, and following one's own."""

import uuid
from dataclasses import asdict
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.api.concern_fields import NewConcernSerializer
from cases.choices import ConcernState, ConcernStep
from cases.forms.concern_following import ConcernFilterForm
from cases.models import Concern
from cases.selectors.concern_reading import WHEREABOUTS, kept_outcomes, reading_of, reads_words
from cases.selectors.concerns import answers_of, concern_for, submitted_list
from cases.services import concerns
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.api.pagination import page_answer, page_of
from cse_portal.api.requests import SignedInRequest
from cse_portal.keys import key_from


class ConcernSerializer(serializers.ModelSerializer[Concern]):
    """A concern as its author follows it. An agency's system is told where it stands, and null for what is in words."""

    child_name = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField()
    feedback = serializers.SerializerMethodField()

    class Meta:
        model = Concern
        fields = (
            "reference", "state", "urgency", "child_name", "submitted_at", "decide_by", "outcome", "feedback",
        )  # fmt: skip

    def get_child_name(self, concern: Concern) -> str | None:
        """The name as it was given."""
        return concern.child_name if self.context["words"] else None

    def get_outcome(self, concern: Concern) -> str | None:
        """What was decided; nothing where it became part of a restricted case that the reader does not see."""
        told = concern.state == ConcernState.DECIDED and concern.pk not in self.context["kept"]
        return concern.decision.outcome if told else None

    def get_feedback(self, concern: Concern) -> str | None:
        """What the author is told."""
        told = concern.state == ConcernState.DECIDED and self.context["words"]
        return concern.decision.feedback if told else None


class ConcernDetailSerializer(ConcernSerializer):
    """The concern with everything that was sent, step by step; codes are those of the reference lists."""

    answers = serializers.SerializerMethodField()
    addenda = serializers.SerializerMethodField()

    class Meta(ConcernSerializer.Meta):
        fields = (*ConcernSerializer.Meta.fields, "answers", "addenda")  # type: ignore[assignment]

    def get_answers(self, concern: Concern) -> dict[str, Any] | None:
        """What each step says; without address, postcode and school where the child's home is confidential."""
        if not self.context["words"]:
            return None
        said = {step.value: asdict(answers_of(concern, step)) for step in ConcernStep}
        if self.context["hides_home"]:
            for name in WHEREABOUTS:
                said[ConcernStep.CHILD.value]["fields"].pop(name)
        return said

    def get_addenda(self, concern: Concern) -> list[dict[str, Any]] | None:
        """What was added since."""
        if not self.context["words"]:
            return None
        return [{"added_at": row.added_at, "text": row.text} for row in concern.addenda.all()]


class Concerns(APIView):
    """One's own concerns, or with `scope=agency` those of one's agency."""

    @extend_schema(
        operation_id="concerns_list",
        responses=page_of(ConcernSerializer),
        parameters=[OpenApiParameter(name, str) for name in ("scope", "state", "page")],
    )
    def get(self, request: SignedInRequest) -> Response:
        """Sent concerns, the newest first, 25 a page."""
        gate.require(request.user, Permission.CONCERN_LIST)
        form = ConcernFilterForm(request.query_params)
        said = form.answers
        page = submitted_list(
            request.user, scope=said.get("scope", "mine"), state=said.get("state", ""), page=form.page
        )
        concerns.record_listed(shown=list(page), by=request.user, detail=said)
        context = {"kept": kept_outcomes(request.user, page), "words": reads_words(request.user)}
        rows = list(ConcernSerializer(page, many=True, context=context).data)
        return page_answer(
            request, rows, number=page.number, has_next=page.has_next(), count=page.paginator.count
        )

    @extend_schema(request=NewConcernSerializer, responses={201: ConcernSerializer})
    def post(self, request: SignedInRequest) -> Response:
        """Write and send a concern at once. The same `key` again answers with the same concern."""
        gate.require(request.user, Permission.CONCERN_CREATE)
        said = NewConcernSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        given = said.validated_data.get("key")
        key = key_from(given, of=f"concerns of {request.user.pk}") if given else None
        made = concerns.log(answers=said.answers, by=request.user, key=key)
        found = concern_for(request.user, made.reference)  # the same key may find one that was decided since
        context = {"kept": kept_outcomes(request.user, [found]), "words": reads_words(request.user)}
        return Response(
            ConcernSerializer(found, context=context).data,
            status=status.HTTP_201_CREATED,
            headers={"Location": reverse("api-concern", args=[made.reference])},
        )


class OneConcern(APIView):
    """One concern."""

    @extend_schema(responses=ConcernDetailSerializer)
    def get(self, request: SignedInRequest, reference: str) -> Response:
        """Everything that was sent, the decision and the feedback; for an agency's system where it stands."""
        concern = concern_for(request.user, reference)
        concerns.record_view(concern=concern, by=request.user, page="api")
        reading = reading_of(request.user, concern)
        kept = {concern.pk} if reading.hides_outcome else set[uuid.UUID]()
        context = {"kept": kept, "hides_home": reading.hides_home, "words": reads_words(request.user)}
        return Response(ConcernDetailSerializer(concern, context=context).data)
