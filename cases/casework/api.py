"""The API of cases: the rows the pages show, to the same people, on the same record."""

from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.assessments.models import CategoryDecision
from cases.casework.selectors import aliases_of, decisions_of, episodes_of
from cases.record.choices import CaseScope, CaseStatusFilter, RiskCategory
from cases.record.forms import CaseFilterForm
from cases.record.models.case import Case, Episode
from cases.record.selectors import case_for, caseload
from cases.record.services import record_list, record_view
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.api.pagination import page_answer, page_of
from cse_portal.api.requests import SignedInRequest

FILTERS = ("scope", "category", "status", "agency", "overdue", "without_step", "sort", "page")
WORDS_ARE_POSTED = (
    "An address would keep the words that are searched for: send them to /api/v1/cases/search/."
)


class CaseSerializer(serializers.ModelSerializer[Case]):
    """A case as a list shows it."""

    name = serializers.CharField(source="child.name")
    lead_agency = serializers.CharField(source="lead_agency.code")
    lead_professional = serializers.CharField(
        source="lead_professional.full_name", default=None, allow_null=True
    )

    class Meta:
        model = Case
        fields = (
            "reference", "name", "status", "category", "harm_status", "lead_agency", "lead_professional",
            "next_review_on", "is_restricted", "opened_at", "last_activity_at",
        )  # fmt: skip


class EpisodeSerializer(serializers.ModelSerializer[Episode]):
    """One period of work."""

    class Meta:
        model = Episode
        fields = ("kind", "opened_at", "opening_reason", "closed_at", "closing_code", "closing_reason")


class DecisionSerializer(serializers.ModelSerializer[CategoryDecision]):
    """The confirmed category, who confirmed it and why."""

    decided_by = serializers.CharField(source="decided_by.full_name")

    class Meta:
        model = CategoryDecision
        fields = (
            "category",
            "previous_category",
            "harm_status",
            "source",
            "rationale",
            "decided_by",
            "decided_at",
        )


class CaseDetailSerializer(CaseSerializer):
    """A case as its overview shows it; codes are those of the reference lists."""

    child = serializers.SerializerMethodField()
    also_known_as = serializers.SerializerMethodField()
    episodes = serializers.SerializerMethodField()
    decision = serializers.SerializerMethodField()

    class Meta(CaseSerializer.Meta):
        fields = (  # type: ignore[assignment]
            *CaseSerializer.Meta.fields, "exploitation_models", "child", "also_known_as", "episodes", "decision",
        )  # fmt: skip

    def get_child(self, case: Case) -> dict[str, Any]:
        """Who the child is."""
        child = case.child
        names = (
            "given_name", "family_name", "date_of_birth", "date_of_birth_estimated", "sex", "ethnicity", "disabilities",
            "first_language", "nhs_number", "upn", "address", "postcode", "ward", "legal_status", "placing_authority",
            "school", "lives_with",
        )  # fmt: skip
        return {name: getattr(child, name) for name in names}

    def get_also_known_as(self, case: Case) -> list[str]:
        """Other names."""
        return [alias.name for alias in aliases_of(case)]

    def get_episodes(self, case: Case) -> list[dict[str, Any]]:
        """Every period of work, the newest first."""
        return list(EpisodeSerializer(episodes_of(case), many=True).data)

    def get_decision(self, case: Case) -> dict[str, Any] | None:
        """The category as it was last confirmed."""
        newest = next(iter(decisions_of(case)), None)
        return dict(DecisionSerializer(newest).data) if newest else None


class CaseSearchSerializer(serializers.Serializer[Any]):
    """Words to search for, and the list's own filters."""

    text = serializers.CharField(max_length=100, help_text="Part of a name, another name, or a reference")
    scope = serializers.ChoiceField(CaseScope.choices, required=False)
    category = serializers.ListField(
        child=serializers.ChoiceField(RiskCategory.choices), required=False, max_length=len(RiskCategory)
    )
    status = serializers.ChoiceField(CaseStatusFilter.choices, required=False)
    agency = serializers.CharField(max_length=40, required=False)
    overdue = serializers.BooleanField(required=False)
    sort = serializers.CharField(max_length=20, required=False)

    def form(self, user: User, page: str) -> CaseFilterForm:
        """As the list's page reads them."""
        said, asked = self.validated_data, QueryDict(mutable=True)
        for name in ("text", "scope", "status", "agency", "sort"):
            asked[name] = said.get(name, "")
        asked.setlist("category", [str(each) for each in said.get("category", [])])
        asked.setlist("overdue", ["yes"] if said.get("overdue") else [])
        asked["page"] = page
        form = CaseFilterForm(user, asked)
        if not form.filters.text:
            wrong = [str(each) for each in form.errors.get("text", ["Enter words to search for."])]
            raise serializers.ValidationError({"text": wrong})
        return form


CASE_PAGE = page_of(CaseSerializer)


class Cases(APIView):
    """The cases this person may see: open ones, last active first, unless the address says otherwise."""

    @extend_schema(
        operation_id="cases_list",
        responses=CASE_PAGE,
        parameters=[OpenApiParameter(name, str) for name in FILTERS],
    )
    def get(self, request: SignedInRequest) -> Response:
        """One page of 25; `count` is null above a thousand. Filters are those of the page, but for its words."""
        gate.require(request.user, Permission.CASE_LIST)
        if "text" in request.query_params:
            raise serializers.ValidationError({"text": [WORDS_ARE_POSTED]})
        return _page(request, CaseFilterForm(request.user, request.query_params))


class CaseSearch(APIView):
    """A search of the same list: sent, so that a child's name is in no address, history or log."""

    @extend_schema(
        operation_id="cases_search",
        request=CaseSearchSerializer,
        responses=CASE_PAGE,
        parameters=[OpenApiParameter("page", str)],
    )
    def post(self, request: SignedInRequest) -> Response:
        """One page of 25. `next` and `previous` are addresses to send the same words to."""
        gate.require(request.user, Permission.CASE_LIST)
        said = CaseSearchSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        return _page(request, said.form(request.user, request.query_params.get("page", "1")))


def _page(request: SignedInRequest, form: CaseFilterForm) -> Response:
    filters = form.filters
    found = caseload(request.user, filters, form.page)
    record_list(by=request.user, shown=found.rows, searched=filters.text)
    return page_answer(
        request, list(CaseSerializer(found.rows, many=True).data), number=found.number, has_next=found.has_next,
        count=None if found.capped else found.count,
    )  # fmt: skip


class OneCase(APIView):
    """One case."""

    @extend_schema(responses=CaseDetailSerializer)
    def get(self, request: SignedInRequest, reference: str) -> Response:
        """Who the child is, what is known and decided."""
        case = case_for(request.user, reference)
        record_view(case=case, by=request.user, page="api")
        return Response(CaseDetailSerializer(case).data)
