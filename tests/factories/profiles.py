"""Problem profiles, made by the services themselves."""

from django.utils import timezone

from cse_portal.keys import new_key
from reporting.profile import services
from reporting.profile.models import PartKind, ProblemProfile, Section
from tests.cast import Cast

SECRET = "Two girls name the man with the silver van"


def make_profile(cast: Cast, year: int) -> ProblemProfile:
    """A draft with all that publishing asks for."""
    by = cast.analyst
    made = services.start(year=year, by=by)
    for section in Section:
        said = {
            "section": section,
            "text": f"Found of {section.label}",
            "sanitised": f"Told of {section.label}",
        }
        services.add(profile=made, kind=PartKind.FINDING, values=said, key=new_key(), by=by)
    said = {"section": Section.PEOPLE, "text": SECRET, "sanitised": ""}
    services.add(profile=made, kind=PartKind.UNKNOWN, values=said, key=new_key(), by=by)
    said = {"section": Section.LOCATIONS, "text": "Visit takeaways at night", "sanitised": "Visit takeaways"}
    services.add(profile=made, kind=PartKind.RECOMMENDATION, values=said, key=new_key(), by=by)
    values = {
        "summary": "More children were known earlier.", "sources": "Four signed returns. They miss what nobody told.",
        "rocu": "Rhona Vale, analyst", "rocu_on": timezone.localdate(),
    }  # fmt: skip
    made.refresh_from_db()
    return services.say(profile=made, values=values, version=made.version, by=by)
