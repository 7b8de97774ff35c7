"""Investigation, court and care of one case, and what of it is due by a day."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Choose
from django.db.models import DateTimeField, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from cases.court.choices import AHEAD, MUST_TELL, EventKind, Granted, Wish
from cases.court.models import (
    CourtCare,
    CourtEvent,
    CourtRecord,
    Investigation,
    NrmReferral,
    SpecialMeasure,
)
from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.keys import key_from
from cse_portal.reference import selectors as reference
from cse_portal.reference.working_days import add_months
from cse_portal.ui.presenters import display_date, joined

KINDS: dict[str, type[CourtRecord]] = {
    "investigation": Investigation,
    "event": CourtEvent,
    "measure": SpecialMeasure,
    "care": CourtCare,
    "referral": NrmReferral,
}
ADULT_MONTHS = 18 * 12
CLAIM_MONTHS = ADULT_MONTHS + 2 * 12  # criminal injuries compensation: two years after the 18th birthday


@dataclass(frozen=True)
class CourtPage:
    """What is recorded; of each special measure its row, or an empty one."""

    investigations: list[Investigation]
    events: list[CourtEvent]
    measures: list[SpecialMeasure]
    care: CourtCare | None
    referrals: list[NrmReferral]

    @property
    def ahead(self) -> list[CourtEvent]:
        """Hearings, trials and releases from today on, the soonest first."""
        today = timezone.localdate()
        return [each for each in self.events if each.kind in AHEAD and each.happens_on >= today]

    @property
    def next(self) -> list[tuple[dt.date, str, str, str, uuid.UUID]]:
        """What has a day, the oldest first: the day, what, more of it, and the row by which it is recorded."""
        rows = [
            (each.happens_on, f"Tell the child: {each.get_kind_display()}", each.outcome, "event", each.pk)
            if each.is_untold
            else (each.happens_on, each.get_kind_display(), each.court, "event", each.pk)
            for each in self.events
            if each.is_untold or each in self.ahead
        ]
        if (care := self.care) and care.next_contact_on:
            rows.append(
                (care.next_contact_on, f"{care.contact_name} is in touch", care.how_often, "care", care.pk)
            )
        for referral in self.referrals:
            if referral.due_on:
                what = "Conclusive grounds" if referral.reasonable else "Reasonable grounds"
                rows.append((referral.due_on, what, "NRM decision expected", "referral", referral.pk))
        return sorted(rows)


def court_page(user: User, case: Case) -> CourtPage:
    """Everything of a case in this part, for people to whom the part was given."""
    measures = {each.code: each for each in SpecialMeasure.objects.visible_to(user).filter(case=case)}
    return CourtPage(
        investigations=list(Investigation.objects.visible_to(user).filter(case=case)),
        events=list(CourtEvent.objects.visible_to(user).filter(case=case)),
        measures=[
            measures.get(code, SpecialMeasure(code=code)) for code, _ in reference.choices("special-measure")
        ],
        care=CourtCare.objects.visible_to(user).filter(case=case).first(),
        referrals=list(NrmReferral.objects.visible_to(user).filter(case=case)),
    )


def court_row(user: User, case: Case, kind: str, which: str) -> CourtRecord:
    """The row a page is about, or a new one that is not saved yet: `which` is its key, a measure's code, or "new".

    The plan and a measure are there once a case, so their key follows from the case. NotVisible for anything else.
    """
    model = KINDS.get(kind)
    if model is None:
        raise NotVisible
    new: CourtRecord | None = None
    if model is SpecialMeasure and reference.find_code("special-measure", which):
        new = SpecialMeasure(pk=_only(case, which), case=case, code=which)
    elif model is CourtCare and which == "plan":
        born = case.child.date_of_birth
        until = add_months(born, CLAIM_MONTHS) if born else None
        new = CourtCare(pk=_only(case, which), case=case, cica_until=until)
    elif which == "new" and model not in (SpecialMeasure, CourtCare):
        return model(case=case)
    try:
        key = new.pk if new else uuid.UUID(which)
    except ValueError:
        raise NotVisible from None
    found = model.objects.visible_to(user).filter(case=case, pk=key).first() or new
    if found is None:
        raise NotVisible
    found.case = case
    return found


def goes_on_after_18(user: User, case: Case) -> str:
    """What of court goes on after 18, in a line; nothing for people to whom this part was not given."""
    if not gate.can(user, Permission.COURT_VIEW, case):
        return ""
    page = court_page(user, case)
    wanted = [each for each in page.measures if each.wish == Wish.YES and each.granted != Granted.REFUSED]
    measures = [each.label.lower() for each in wanted]
    care = page.care
    said = [f"special measures ({joined(measures)})"] if measures else []
    born = case.child.date_of_birth
    later = [each for each in page.ahead if not born or each.happens_on >= add_months(born, ADULT_MONTHS)]
    said += [f"{each.get_kind_display().lower()} on {display_date(each.happens_on)}" for each in later]
    if care and care.isva_name:
        said.append(f"ISVA {care.isva_name}")
    if care and care.cica_until:
        said.append(f"CICA until {display_date(care.cica_until)}")
    return f"Goes on after 18: {', '.join(said)}" if said else ""


def bail_to_tell(user: User) -> QuerySet[CourtEvent]:
    """Bail and releases of which nobody has told the child, as dated steps. The note says of which."""
    release = When(kind=EventKind.RELEASE, then=Value("Release: tell the child"))
    rows = CourtEvent.objects.visible_to(user).filter(kind__in=MUST_TELL, told_on=None)
    return _as_steps(rows, "happens_on", Choose(release, default=Value("Bail: tell the child")))


def contacts_to_make(user: User) -> QuerySet[CourtCare]:
    """When somebody is next in touch with the child about court. The note says who."""
    rows = CourtCare.objects.visible_to(user).exclude(next_contact_on=None)
    return _as_steps(rows, "next_contact_on", Concat(Value("In touch: "), "contact_name"))


def decisions_to_come(user: User) -> QuerySet[NrmReferral]:
    """Decisions of the National Referral Mechanism that are expected. The note says which."""
    first = When(reasonable="", then=Value("Reasonable grounds"))
    rows = NrmReferral.objects.visible_to(user).exclude(due_on=None)
    return _as_steps(rows, "due_on", Choose(first, default=Value("Conclusive grounds")))


def _as_steps(rows: Any, day: str, note: Any) -> Any:
    return rows.annotate(
        step_case=F("case_id"), step_due=Cast(day, DateTimeField()), step_note=Cast(note, TextField())
    )


def _only(case: Case, which: str) -> uuid.UUID:
    return key_from(case.pk, of=f"court:{which}")
