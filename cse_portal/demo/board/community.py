"""What the community told the CSE team, and children whose work goes over the border of the authority."""

import datetime as dt

from django.utils import timezone

from cases.borders import services as borders
from cases.casework.services import change_identity
from cases.community import services as community
from cases.community.models import CommunityReport
from cases.record.models.case import Case
from cse_portal.demo.board.clockwork import Story, later
from cse_portal.demo.board.scene import LAWFUL_BASIS, Scene
from cse_portal.keys import new_key

HOTEL = community.Told(
    "hotel", "A man booked two rooms for himself and three girls who looked 14 or 15. They had no luggage. Other men "
    "came to the rooms until two in the morning.", "The Saltwell Hotel, rooms 12 and 14, Friar Park, last night",
    "He gave the name Lee. One girl was called Kay. A grey van waited outside.", "Night desk, 0121 496 0112",
)  # fmt: skip
AGAIN = community.Told(
    "public", "The same grey van has stood behind the hotel every evening this week. Girls get in and out.",
    "Behind the Saltwell Hotel, Friar Park",
)  # fmt: skip
TAXI = community.Told(
    "taxi", "I was asked to take a girl of about 13 to a house at one in the morning. A man paid by phone and asked me "
    "not to talk to her.", "From Tipton to Princes End, Friday night", "", "Driver 318, through the office",
)  # fmt: skip
PARTY = community.Told("public", "There is a loud party in our street every Saturday.", "Great Barr")
AUTHORITIES = ("E08000027", "E08000030", "E08000031", "E08000025")


def stories(scene: Scene) -> list[Story]:
    """Four reports, a case sent on that nobody has acknowledged, and two children placed here by others."""
    return [
        made_a_concern(scene), not_for_us(scene), told(scene, AGAIN, hours=20), told(scene, TAXI, hours=5),
        sent_on(scene), placed_here(scene), decided(scene),
    ]  # fmt: skip


def _receive(what: community.Told) -> CommunityReport:
    return CommunityReport.objects.get(reference=community.receive(told=what, key=new_key()))


def made_a_concern(scene: Scene) -> Story:
    """The hotel's report became a concern the same morning."""
    yield scene.ago(1, hour=7)
    report = _receive(HOTEL)
    yield later(0, hour=9)
    fields = {
        "immediate_danger": False, "worry": community.in_words(report), "given_name": "Kay", "family_name": "",
        "approximate_age": 14,
    }  # fmt: skip
    community.make_concern(report=report, fields=fields, by=scene.cast("manager"), key=new_key())


def not_for_us(scene: Scene) -> Story:
    """A noisy street is not for the CSE team."""
    yield scene.ago(9, hour=22)
    report = _receive(PARTY)
    yield later(1)
    community.set_aside(
        report=report, reason="Noise. Passed to the council’s own line.", by=scene.cast("manager")
    )


def told(scene: Scene, what: community.Told, *, hours: int) -> Story:
    """A report that waits."""
    yield scene.now - dt.timedelta(hours=hours)
    _receive(what)


def _open_cases(scene: Scene) -> list[Case]:
    """Of social workers whose children's stories are not told in full: looked-after children first."""
    rows = Case.objects.open().filter(is_restricted=False, lead_professional__in=scene.board.staff["csc"])
    found = rows.with_identity().order_by("opened_at", "pk")
    return sorted(found, key=lambda case: case.child.legal_status != "LAC")


def sent_on(scene: Scene) -> Story:
    """The family moved to Dudley, which has not answered for two weeks."""
    yield scene.ago(14)
    for case in _open_cases(scene)[-1:]:
        borders.send_on(
            case=case, authority=AUTHORITIES[0], contact="Exploitation hub, 01384 555 0101",
            sent_on=timezone.localdate(), by=case.lead_professional or scene.cast("manager"),
        )  # fmt: skip


def placed_here(scene: Scene) -> Story:
    """Walsall was told; the authority of the other child was not."""
    yield scene.ago(20)
    for case, authority in zip(_open_cases(scene), ("Walsall", "Stoke-on-Trent"), strict=False):
        by = case.lead_professional or scene.cast("manager")
        change_identity(
            case=case, version=case.child.version, fields={"placing_authority": authority}, by=by,
            aliases=[each.name for each in case.child.aliases.all()], exploitation_models=case.exploitation_models,
        )  # fmt: skip
        case.child.refresh_from_db()
        if authority == "Walsall":
            borders.tell_placing_authority(
                case=case,
                told_on=timezone.localdate(),
                social_worker="Hetty Marlow",
                contact="01922 555 0148",
                by=by,
            )


def decided(scene: Scene) -> Story:
    """One thing is shared with a school, and another is not shared with a landlord."""
    yield scene.ago(8)
    for case in _open_cases(scene)[-1:]:
        for with_whom, what, shares, reason in (
            ("The new school’s safeguarding lead", "That the child may be met at the gate by an older man.", True,
             "The school can only keep watch if it knows. The child agreed."),
            ("The family’s landlord", "Why the police came to the house.", False,
             "He does not need it to act. It could cost the family their home."),
        ):  # fmt: skip
            said = {"with_whom": with_whom, "what": what, "shares": shares, "reason": reason}
            said |= {"decided_on": timezone.localdate(), "lawful_basis": LAWFUL_BASIS}
            by = case.lead_professional or scene.cast("manager")
            borders.decide_sharing(case=case, said=said, by=by)


def moved(scene: Scene, case: Case) -> None:
    """The child moved: another authority has acknowledged that it works with them."""
    by, today = scene.cast("manager"), timezone.localdate()
    authority = AUTHORITIES[1 + len(case.child.given_name) % 3]
    transfer = borders.send_on(
        case=case, authority=authority, contact="Children’s social care, duty team", sent_on=today, by=by
    )
    said = borders.Acknowledgement(
        "Duty team manager", today, f"CH-{len(case.child.family_name):02}{today:%y%m}"
    )
    borders.acknowledge(transfer=transfer, said=said, by=by)
