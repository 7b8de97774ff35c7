"""One's own work number, which colleagues ring."""

import pytest
from django.test import Client

from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_everybody_keeps_their_own_number_and_it_is_on_record(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.practitioner)
    refused = client.post("/accounts/phone/", {"phone": "ring me"}).content.decode()
    assert "Work phone number: enter a number like 07700 900123" in refused
    assert "ring me" in refused
    client.post("/accounts/phone/", {"phone": "07700 900123 ext 4"})
    cast.practitioner.refresh_from_db()
    assert cast.practitioner.phone == "07700 900123 ext 4"
    assert "07700 900123 ext 4" in client.get("/accounts/").content.decode()
    assert AuditEvent.objects.get(action=Action.PHONE_CHANGED).actor == cast.practitioner
    client.post("/accounts/phone/", {"phone": ""})
    cast.practitioner.refresh_from_db()
    assert cast.practitioner.phone == ""
