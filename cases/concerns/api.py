"""The API of concerns: logging one by the same rules as the pages, and following one's own."""

import uuid
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.concerns import services as concerns
from cases.concerns.choices import (
    ConcernStep,
    Confidence,
    IndicatorTiming,
    Known,
    MentionKind,
    MentionPart,
)
from cases.concerns.forms.following import ConcernFilterForm
from cases.concerns.forms.numbers import clean_nhs_number, clean_postcode, clean_upn
from cases.concerns.forms.steps import WITHHELD, known_codes
from cases.concerns.models import Concern
from cases.concerns.selectors import (
    STEP_FIELDS,
    WHEREABOUTS,
    StepAnswers,
    answers_of,
    concern_for,
    hidden_outcomes,
    reading_of,
    reads_words,
    submitted_list,
)
from cases.record.choices import HarmStatus
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.api.pagination import page_answer, page_of
from cse_portal.api.requests import SignedInRequest
from cse_portal.keys import key_from
from cse_portal.reference import selectors as reference
from cse_portal.ui.forms.fields import clean_text


class Text(serializers.CharField):
    """Text without hidden marks; may be left out unless told otherwise."""

    def __init__(self, max_length: int, *, required: bool = False, clean: Callable[[str], str] = str) -> None:
        self.own_clean = clean
        super().__init__(max_length=max_length, required=required, allow_blank=not required)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """As it is stored."""
        value = super().run_validation(data)
        return self.own_clean(clean_text(value)) if isinstance(value, str) else value


class CodeField(serializers.CharField):
    """A code that its reference list holds today."""

    def __init__(self, list_code: str, **kwargs: Any) -> None:
        self.list_code = list_code
        super().__init__(max_length=40, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The code, if the list has it."""
        code = super().to_internal_value(data)
        if code not in dict(known_codes(self.list_code)):
            raise serializers.ValidationError(f"Not a code of the list {self.list_code}.")
        return code


class ChildSerializer(serializers.Serializer[Any]):
    """The child, as far as known; what is left out is not known."""

    given_name = Text(100)
    family_name = Text(100)
    known_as = Text(150)
    date_of_birth = serializers.DateField(required=False, allow_null=True)
    approximate_age = serializers.IntegerField(min_value=0, max_value=120, required=False, allow_null=True)
    sex = CodeField("sex", required=False)
    ethnicity = CodeField("ethnicity", required=False)
    disabilities = serializers.ListField(child=CodeField("disability"), required=False, max_length=20)
    nhs_number = Text(20, clean=clean_nhs_number)
    upn = Text(20, clean=clean_upn)
    address = Text(300)
    postcode = Text(20, clean=clean_postcode)
    school = Text(150)
    lives_with = Text(200)
    legal_status = CodeField("legal-status-group", required=False)

    def validate_date_of_birth(self, born: Any) -> Any:
        """Nobody is born in the future."""
        if born and (born > timezone.localdate() or born.year < 1900):
            raise serializers.ValidationError("Enter today's date or one in the past.")
        return born


class SharingSerializer(serializers.Serializer[Any]):
    """Who knows, and why it may be shared."""

    child_told = CodeField("told")
    child_view = Text(4000)
    parent_told = CodeField("told")
    parent_view = Text(4000)
    not_told_reason = Text(2000)
    agreement = CodeField("agreement", required=False)
    lawful_basis = CodeField(
        "lawful-basis",
        required=False,
        help_text="Left out, it is the one that the author's agency relies on.",
    )
    others_who_know = Text(2000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Keeping a concern from a child or parent needs its reason."""
        withheld = attrs["child_told"] in WITHHELD or attrs["parent_told"] in WITHHELD
        if withheld and not attrs.get("not_told_reason"):
            raise serializers.ValidationError({"not_told_reason": "Say why they have not been told."})
        return attrs


class IndicatorSerializer(serializers.Serializer[Any]):
    """One sign of the screening tool."""

    code = serializers.CharField(max_length=10)
    timing = serializers.ChoiceField(IndicatorTiming.choices)
    evidence = Text(4000)
    provenance = CodeField("provenance", required=False)
    confidence = serializers.ChoiceField(Confidence.choices, required=False)

    def validate_code(self, code: str) -> str:
        """A code of the tool in force."""
        if code not in {each.code for each in reference.indicators()}:
            raise serializers.ValidationError("Not a code of the screening tool.")
        return code


class MentionSerializer(serializers.Serializer[Any]):
    """A person, place, vehicle, phone or account."""

    kind = serializers.ChoiceField(MentionKind.choices)
    part = serializers.ChoiceField(
        MentionPart.choices,
        required=False,
        help_text="What part a person plays; left out where it is not known.",
    )
    name = Text(200, required=True)
    details = Text(2000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A place plays none."""
        if "part" in attrs and attrs["kind"] != MentionKind.PERSON:
            raise serializers.ValidationError({"part": "Only a person plays a part."})
        return attrs


class NewConcernSerializer(serializers.Serializer[Any]):
    """A whole concern, written and sent at once. `key` makes a repeated call find the first one's concern."""

    key = serializers.UUIDField(required=False)
    immediate_danger = serializers.BooleanField(
        help_text="If true, 999 or the MASH must have been called already."
    )
    immediate_danger_action = Text(4000)
    child = ChildSerializer()
    worry = Text(20_000, required=True)
    disclosure = serializers.ChoiceField(Known.choices, required=False)
    grooming_concern = serializers.ChoiceField(Known.choices, required=False)
    network_concern = serializers.ChoiceField(Known.choices, required=False)
    harm_status = serializers.ChoiceField(HarmStatus.choices, required=False)
    harm_evidence = Text(8000)
    indicators = IndicatorSerializer(many=True, required=False, max_length=60)  # type: ignore[call-arg]
    mentions = MentionSerializer(many=True, required=False, max_length=30)  # type: ignore[call-arg]
    sharing = SharingSerializer()

    def validate_indicators(self, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        """Each sign is answered once."""
        if len({row["code"] for row in rows}) < len(rows):
            raise serializers.ValidationError("Answer each sign once.")
        return rows

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Danger says what was done; harm says what tells so."""
        if attrs["immediate_danger"] and not attrs.get("immediate_danger_action"):
            raise serializers.ValidationError({"immediate_danger_action": "Say whom you have called."})
        harmed = attrs.get("harm_status", HarmStatus.H0) != HarmStatus.H0
        if harmed and not attrs.get("harm_evidence"):
            raise serializers.ValidationError({"harm_evidence": "Say what makes you think this."})
        return attrs

    @property
    def answers(self) -> dict[ConcernStep, StepAnswers]:
        """The concern as the service takes it, step by step."""
        said = self.validated_data
        flat = {**said, **said["child"], **said["sharing"]}
        pages = {
            step: StepAnswers({name: flat[name] for name in names if name in flat})
            for step, names in STEP_FIELDS.items()
        }
        pages[ConcernStep.SIGNS].indicators.extend(dict(row) for row in said.get("indicators", []))
        pages[ConcernStep.OTHERS].mentions.extend(dict(row) for row in said.get("mentions", []))
        return pages


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
        kept = concern.pk in self.context["kept"]
        return concern.decision.outcome if concern.decision and not kept else None

    def get_feedback(self, concern: Concern) -> str | None:
        """What the author is told."""
        return concern.decision.feedback if concern.decision and self.context["words"] else None


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
        return [
            {"added_at": row.added_at, "text": row.text, "changes_danger": row.changes_danger}
            for row in concern.addenda.all()
        ]


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
        context = {"kept": hidden_outcomes(request.user, page), "words": reads_words(request.user)}
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
        context = {"kept": hidden_outcomes(request.user, [found]), "words": reads_words(request.user)}
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
