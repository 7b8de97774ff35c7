"""What the log and the audit say of one request carries one number."""

import uuid
from typing import Any

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case


def test_a_line_of_the_log_and_the_event_of_the_audit_are_joined_by_the_requests_number(
    cast: Cast, logged: Any
) -> None:
    """Two refusals, each in a line and an event of its own: which belongs to which is told by nothing else."""
    client, case = signed_in(cast, "outsider"), make_case(cast)
    given = str(uuid.uuid4())
    for _ in range(2):
        client.get(f"/cases/{case.reference}/", headers={"X-Request-ID": given})
    lines = [line["request_id"] for line in logged() if case.reference in line["event"]]
    events = AuditEvent.objects.filter(action=Action.DENIED, actor=cast.outsider).order_by("at")
    assert lines == [str(event.request_id) for event in events]
    assert len(set(lines)) == 2
    assert given not in lines, "nor is it one that was sent"
