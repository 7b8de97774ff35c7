"""Every form of the portal, answered by somebody whose last proof is five minutes old: no access, copy or emergency.

Which pages ask for proof a table says (tests/integration/sign_in/test_proof.py). This asks of what was done instead:
whatever gives sight of a child, and whatever takes records out, is found on record and in the tables of grants.
"""

import datetime as dt
import sys

from django.db import transaction
from django.test import Client
from django.utils import timezone

from cases.models.access import CaseGroupObjectPermission, CaseUserObjectPermission
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from mase.services import sight
from tests.access.forms import Form, forms
from tests.access.places import Places
from tests.cast import Cast
from tests.signing_in import forget_tries, proved_long_ago
from tests.sweeps import Sweep

GIVEN = frozenset(
    {
        Action.ACCESS_GRANTED, Action.SECTION_GIVEN, Action.GLASS_BROKEN, Action.EXCLUSION_LIFTED,
        Action.CASE_UNRESTRICTED,
        Action.EXPORT_ASKED, Action.EXPORT_AGREED, Action.PEOPLE_EXPORTED, Action.EXPORT_DOWNLOADED, Action.DISCLOSED,
        Action.TOKEN_ISSUED, Action.PERSON_INVITED, Action.PERSON_REACTIVATED,
    }
)  # fmt: skip
GRANTS = (CaseUserObjectPermission, CaseGroupObjectPermission)
ENDLESS = dt.datetime.max.replace(tzinfo=dt.UTC)


def grants() -> dict[tuple[str, int], dt.datetime]:
    """Every grant, and until when it holds."""
    return {
        (model.__name__, key): until or ENDLESS
        for model in GRANTS
        for key, until in model.objects.values_list("pk", "expires_at")
    }


def given_by(client: Client, form: Form, *, age: int) -> set[str]:
    """What it gave when it was answered so many seconds after the last proof; then it is taken back.

    Sight that was without an end and is given one is on record as given until then: that takes away.
    """
    proved_long_ago(client, age)
    with transaction.atomic():
        before, held = set(AuditEvent.objects.values_list("pk", flat=True)), grants()
        client.post(form.action.split("#")[0], form.answered(timezone.localdate()))
        new = AuditEvent.objects.filter(action__in=GIVEN).exclude(pk__in=before).select_related("why")
        acts = {event.action for event in new if event.reason != sight.ENDS}
        acts |= {
            f"{name} that lasts longer"
            for (name, key), until in grants().items()
            if until > held.get((name, key), dt.datetime.min.replace(tzinfo=dt.UTC))
        }
        transaction.set_rollback(True)
    return acts


def test_no_form_gives_sight_or_a_copy_on_a_proof_of_more_than_five_minutes(
    cast: Cast, places: Places, sweep: Sweep
) -> None:
    """The same forms give some when they are answered at once: else it would prove that they were answered badly."""
    late, soon, asked = {}, {}, 0
    for name, client, form in sweep.of(forms(cast, places)):
        forget_tries()
        asked += 1
        late[name, form.action] = given_by(client, form, age=301)
        soon[name, form.action] = given_by(client, form, age=1)
    gave = {name: sorted(what) for (name, _), what in soon.items() if what}
    sys.stdout.write(f"\n{asked} forms; these gave something when it was fresh: {gave}\n")
    assert {where: what for where, what in late.items() if what} == {}
    assert len(gave) > sweep.at_least(5)
