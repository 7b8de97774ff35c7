"""A young person asks to see her record: one prepares it, another signs it, it leaves, and the register knows."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from cases.concerns import services as concerns
from cases.concerns.choices import ConcernOutcome
from cases.concerns.models import Concern
from cases.record.models.case import Case
from cases.triage import services as triage
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import run_job
from cse_portal.keys import new_key
from reporting.subject_access import services
from reporting.subject_access.models import SubjectAccessRequest
from tests.cast import Cast
from tests.e2e.person import Person
from tests.factories import subject_access as made
from tests.factories.concerns import answers, opening, verdict

SignIn = Callable[..., Person]
WORRY = "Robyn says that Rowan Kestrel drives her to the arcade."


@pytest.fixture
def case(cast: Cast) -> Case:
    concern = concerns.log(answers=answers(worry=WORRY), by=cast.practitioner, key=new_key())
    triage.decide(
        concern=concern, verdict=verdict(ConcernOutcome.OPEN_CASE, opening=opening(cast)), by=cast.manager
    )
    return Case.objects.get(concerns=Concern.objects.get(pk=concern.pk))


def test_a_request_from_asking_to_the_register(sign_in: SignIn, cast: Cast, case: Case) -> None:
    manager, privacy, reader = sign_in("manager"), sign_in("privacy"), made.second_reader(cast)
    manager.goes_to(f"/cases/{case.reference}/")
    manager.opens_more()
    manager.follows("Subject access")
    manager.clicks("Record a request")
    manager.clicks("Record the request")
    manager.sees("Select who asks")
    manager.chooses("The child or young person")
    manager.types("Their name", "Robyn Testley")
    today(manager)
    manager.clicks("Record the request")
    request = SubjectAccessRequest.objects.get()
    manager.sees(f"Its reference is {request.reference}")
    manager.clicks("Assemble the record")
    manager.clicks("Send to a second reader")
    manager.sees("Say first how the requester was identified.")
    manager.follows("Record")
    manager.chooses("A worker who knows them well")
    today(manager)
    manager.types("What was seen, or who confirmed it?", "Priya Raman was with her")
    manager.clicks("Save")

    manager.clicks("Take words out of every text")
    manager.types("Words to take out of every text", "rowan kestrel")
    manager.clicks("Take these words out")
    manager.sees("These words are taken out of every text.")
    manager.goes_to(f"/subject-access/{request.reference}/parts/cases.Concern/")
    manager.sees("[withheld] drives her to the arcade")
    manager.goes_to(f"/subject-access/{request.reference}/")
    manager.clicks("Send to a second reader")
    manager.sees("It is with the second reader.")

    services.sign(request=SubjectAccessRequest.objects.get(), by=reader)
    manager.goes_to(f"/subject-access/{request.reference}/")
    manager.clicks("Disclose")
    manager.chooses("Given to them at a meeting")
    manager.page.get_by_label("This may leave").check()
    manager.clicks("Disclose")
    manager.sees("It has been disclosed.")
    run_job(job_id=Job.objects.get(kind=services.JOB).pk)
    manager.goes_to(f"/subject-access/{request.reference}/")
    with manager.page.expect_download() as taken:
        manager.page.get_by_role("button", name="Download the copy").click()
    assert taken.value.suggested_filename == f"your-record-{request.reference}.pdf"

    privacy.goes_to("/")
    privacy.follows("Reports")
    privacy.follows("Disclosures")
    privacy.sees(request.reference)
    privacy.does_not_see("Robyn")
    sign_in("practitioner").is_refused(f"/subject-access/{request.reference}/")


def today(person: Person) -> None:
    """Fill in the date the page asks for."""
    day = timezone.localdate()
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        person.types(part, str(value))
