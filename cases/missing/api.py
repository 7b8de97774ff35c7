"""The API by which a police force's own system sends missing children as it records them."""

import datetime as dt
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.concerns.api import ChildSerializer, CodeField, Text
from cases.missing.errors import AnotherMessage
from cases.missing.services import feed
from cases.missing.services.episodes import Back, Grade, Known, MissingReport
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.api.requests import SignedInRequest
from cse_portal.ui.presenters import local_date

CLOCKS_DIFFER = dt.timedelta(minutes=5)
TAKEN = "Taken."
OLDER = "Kept under its own time. A newer message about this episode holds."


class Moment(serializers.DateTimeField):
    """A time that has passed, with its offset from UTC."""

    def to_internal_value(self, value: Any) -> dt.datetime:
        """The moment, if it is not to come."""
        moment: dt.datetime = super().to_internal_value(value)
        if moment > timezone.now() + CLOCKS_DIFFER:
            raise serializers.ValidationError("Send a time that has passed.")
        return moment


class RiskSerializer(serializers.Serializer[Any]):
    """The risk grade that the force gave, and when."""

    grade = CodeField("police-risk-grade")
    graded_at = Moment()
    reason = Text(1000)


class ComingBackSerializer(serializers.Serializer[Any]):
    """That the child is back."""

    returned_at = Moment()
    found_where = Text(200)
    found_by = Text(150)
    harm_while_away = CodeField("harm-while-away", required=False)
    return_notes = Text(4000)


class MissingSerializer(serializers.Serializer[Any]):
    """The whole of what the force knows about one episode. Send it again, whole, with each change."""

    reference = Text(40, required=True)
    sent_at = Moment(
        help_text="When the force's record said so. The newest message holds, in whatever order they come."
    )
    child = ChildSerializer()
    kind = CodeField("missing-type")
    missing_since = Moment()
    missing_from = CodeField("missing-from")
    last_seen_where = Text(200)
    last_seen_by = Text(150)
    last_seen_wearing = Text(200)
    with_whom = Text(300)
    notes = Text(4000)
    risk = RiskSerializer(required=False, allow_null=True)
    returned = ComingBackSerializer(required=False, allow_null=True)

    def validate_child(self, child: dict[str, Any]) -> dict[str, Any]:
        """Somebody whom triage can look for."""
        if not any(child.get(name) for name in ("given_name", "family_name", "known_as")):
            raise serializers.ValidationError({"family_name": "Send at least one name."})
        return child

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Birth, absence, grade and return in their order."""
        since, born = attrs["missing_since"], attrs["child"].get("date_of_birth")
        day = local_date(since)
        if born and day and day < born:
            raise serializers.ValidationError({"missing_since": "This is before the child's date of birth."})
        risk, back = attrs.get("risk"), attrs.get("returned")
        if risk and risk["graded_at"] < since:
            raise serializers.ValidationError(
                {"risk": {"graded_at": "This is before the child was missing."}}
            )
        if back and back["returned_at"] <= since:
            raise serializers.ValidationError(
                {"returned": {"returned_at": "The child cannot be back before they were missing."}}
            )
        if risk and back and risk["graded_at"] >= back["returned_at"]:
            raise serializers.ValidationError({"risk": {"graded_at": "The child was back by then."}})
        return attrs

    def message(self, request: SignedInRequest) -> feed.Message:
        """As the service takes it."""
        said = self.validated_data
        who = gate.require_standing(request.user, Permission.MISSING_FEED)
        known = Known(
            said["reference"], *(said.get(name, "") for name in feed.KNOWN if name != "police_reference")
        )
        gone = MissingReport(said["kind"], said["missing_since"], said["missing_from"], who.agency, known)
        risk, back = said.get("risk"), said.get("returned")
        return feed.Message(
            said["sent_at"],
            dict(said["child"]),
            gone,
            Grade(**risk) if risk else None,
            Back(**back) if back else None,
        )


class TakenSerializer(serializers.Serializer[Any]):
    """That the message is kept. It is the same whether or not the child has a case."""

    reference = serializers.CharField()
    sent_at = serializers.DateTimeField()
    is_newest = serializers.BooleanField()
    detail = serializers.CharField()


EXAMPLE = OpenApiExample(
    "A child who is back",
    {
        "reference": "MP-2026-1482", "sent_at": "2026-11-27T22:05:00Z", "kind": "M", "missing_from": "FOSTER",
        "child": {"given_name": "Simran", "family_name": "Penrose", "date_of_birth": "2009-04-15"},
        "missing_since": "2026-11-27T15:50:00Z", "risk": {"grade": "HIGH", "graded_at": "2026-11-27T19:00:00Z"},
        "returned": {"returned_at": "2026-11-27T21:30:00Z", "found_where": "High Street"},
    },
    request_only=True,
)  # fmt: skip


class Missing(APIView):
    """Missing children, as a police force records them."""

    @extend_schema(
        operation_id="missing_send", request=MissingSerializer, responses=TakenSerializer, examples=[EXAMPLE]
    )
    def post(self, request: SignedInRequest) -> Response:
        """Send what the force knows about an episode now. The force's reference and `sent_at` name the message.

        The same message again gives the same answer and changes nothing. A child without a case comes to the
        safeguarding team's notice as a concern; the answer does not tell which.
        """
        gate.require(request.user, Permission.MISSING_FEED)
        said = MissingSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        number, sent_at = said.validated_data["reference"], said.validated_data["sent_at"]
        try:
            is_newest = feed.receive(number=number, message=said.message(request), by=request.user)
        except AnotherMessage as error:
            raise serializers.ValidationError({"sent_at": [error.message]}) from error
        answer = {"reference": number, "sent_at": sent_at, "is_newest": is_newest}
        return Response(TakenSerializer({**answer, "detail": TAKEN if is_newest else OLDER}).data)
