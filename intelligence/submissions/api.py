"""The API of intelligence: send a submission once, and read what came of one's own."""

import uuid
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
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
from cse_portal.reference.selectors import choices
from cse_portal.ui.forms.fields import clean_text
from intelligence.submissions import services as sending
from intelligence.submissions.models import IntelligenceFeedback, IntelligenceSubmission, SubmissionStep, Told
from intelligence.submissions.selectors import (
    ROW_FIELDS,
    SOURCE_FIELDS,
    STEP_FIELDS,
    STEP_ROWS,
    StepAnswers,
    my_submissions,
)
from intelligence.submissions.services import record_list


class TextField(serializers.CharField):
    """Text without hidden marks, as the pages take it."""

    def to_internal_value(self, data: Any) -> str:
        """The text, cleaned."""
        return clean_text(super().to_internal_value(data))


class CodeField(serializers.CharField):
    """A code of a reference list, as it reads today."""

    def __init__(self, *, code_list: str, **kwargs: Any) -> None:
        self.code_list = code_list
        super().__init__(max_length=40, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The code, if the list has it."""
        code = super().to_internal_value(data)
        if code and code not in dict(choices(self.code_list)):
            raise serializers.ValidationError(f"Use a code of the list {self.code_list}.")
        return code


def optional(max_length: int) -> TextField:
    """Text that may be left out."""
    return TextField(max_length=max_length, required=False, allow_blank=True)


class LineSerializer(serializers.Serializer[Any]):
    """One fact."""

    text = TextField(max_length=2000)
    happened = optional(100)


class SubjectSerializer(serializers.Serializer[Any]):
    """A person it is about."""

    given_name = optional(100)
    family_name = optional(100)
    other_names = optional(200)
    role = CodeField(code_list="subject-role", required=False, allow_blank=True)
    date_of_birth = serializers.DateField(required=False, allow_null=True)
    age = optional(60)
    description = optional(4000)


class VehicleSerializer(serializers.Serializer[Any]):
    """A vehicle."""

    registration = optional(15)
    make_and_model = optional(100)
    colour = optional(40)
    details = optional(2000)


class PlaceSerializer(serializers.Serializer[Any]):
    """A place."""

    name = optional(200)
    address = optional(300)
    postcode = optional(10)
    details = optional(2000)


class ContactSerializer(serializers.Serializer[Any]):
    """A phone number, e-mail address, account or device."""

    kind = CodeField(code_list="comms-kind")
    value = TextField(max_length=200)
    details = optional(2000)


class SourceSerializer(serializers.Serializer[Any]):
    """Who the author has it from; read by the author and the police intelligence unit alone."""

    name = optional(200)
    relation = optional(200)
    contact = optional(200)
    reliability = optional(2000)
    risk = TextField(max_length=4000)
    told_it_is_shared = serializers.ChoiceField(choices=Told.choices, required=False)


class NewSubmissionSerializer(serializers.Serializer[Any]):
    """Everything the guided form asks, in one document."""

    strands = serializers.ListField(child=CodeField(code_list="fib-strand"), min_length=1, max_length=11)
    urgency = CodeField(code_list="fib-urgency")
    learned_on = serializers.DateField()
    lines = serializers.ListField(child=LineSerializer(), min_length=1, max_length=30)
    subjects = serializers.ListField(child=SubjectSerializer(), required=False, max_length=10)
    vehicles = serializers.ListField(child=VehicleSerializer(), required=False, max_length=10)
    places = serializers.ListField(child=PlaceSerializer(), required=False, max_length=10)
    contacts = serializers.ListField(child=ContactSerializer(), required=False, max_length=10)
    provenance = CodeField(code_list="fib-provenance")
    first_hand = serializers.BooleanField()
    told_by = SourceSerializer()
    meeting_may_discuss = serializers.BooleanField()
    others_who_know = optional(2000)
    keep_from = optional(2000)
    police_may_contact = serializers.BooleanField()
    best_contact = optional(200)

    def validate_learned_on(self, value: Any) -> Any:
        """Nobody learns something tomorrow."""
        if value > timezone.localdate():
            raise serializers.ValidationError("Give a date that is not in the future.")
        return value

    @property
    def answers(self) -> dict[SubmissionStep, StepAnswers]:
        """The document, page by page."""
        said = self.validated_data
        return {
            step: StepAnswers(
                fields={name: said[name] for name in STEP_FIELDS.get(step, ()) if name in said},
                source=_only(said["told_by"], SOURCE_FIELDS) if step == SubmissionStep.SOURCE else {},
                rows={
                    noun: [_only(row, ROW_FIELDS[noun]) for row in said.get(noun, [])]
                    for noun in STEP_ROWS.get(step, ())
                },
            )
            for step in SubmissionStep
        }


class FeedbackSerializer(serializers.ModelSerializer[IntelligenceFeedback]):
    """What the author may know of what became of it. An agency's system is told the codes, and null for the words."""

    text = serializers.SerializerMethodField()

    class Meta:
        model = IntelligenceFeedback
        fields = ("code", "outcome", "text", "given_at")

    def get_text(self, feedback: IntelligenceFeedback) -> str | None:
        """The unit's words, for the person who wrote; a system's token has been read by its agency's lead."""
        return None if self.context["reader"].is_system else feedback.text


class SubmissionSerializer(serializers.ModelSerializer[IntelligenceSubmission]):
    """One's own submission in a list: where it stands, not what it says."""

    feedback = FeedbackSerializer(many=True, read_only=True)

    class Meta:
        model = IntelligenceSubmission
        fields = ("reference", "state", "strands", "urgency", "submitted_at", "answer_by", "feedback")


def _only(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names if name in row}


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
