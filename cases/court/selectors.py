"""Investigation, court and care of one case, and what of it is due by a day."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Choose
from django.db.models import DateTimeField, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from cases.court.choices import Granted, Status, Wish
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
CLAIM_MONTHS = (18 + 2) * 12  # criminal injuries compensation: two years after the 18th birthday


@dataclass(frozen=True)
class Against:
    """What came of an investigation for one person of concern whom the reader sees; no `result` while nothing did."""

    investigation: uuid.UUID
    name: str
    url: str
    result: str = ""
    on: dt.date | None = None
    text: str = ""
    record_url: str = ""


# The floor that holds people of concern says what its reader may know of outcomes against them.
_outcomes: list[Callable[[User, Case], list[Against]]] = []


def register_outcomes(read: Callable[[User, Case], list[Against]]) -> None:
    """Add outcomes against each person of concern to the page of a child's court."""
    _outcomes.append(read)


REVIEW = "Victims’ Right to Review: ask whether the child wants one"


@dataclass(frozen=True)
class CourtPage:
    """What is recorded; of each special measure its row, or an empty one."""

    investigations: list[Investigation]
    events: list[CourtEvent]
    measures: list[SpecialMeasure]
    care: CourtCare | None
    referrals: list[NrmReferral]
    outcomes: list[Against]

    @property
    def ahead(self) -> list[CourtEvent]:
        """Hearings, trials and releases from today on, the soonest first."""
        today = timezone.localdate()
        return [each for each in self.events if each.rule("ahead") and each.happens_on >= today]

    @property
    def not_asked(self) -> list[SpecialMeasure]:
        """Measures that nobody has asked the child about yet."""
        return [each for each in self.measures if not each.wish]

    @property
    def without_a_day(self) -> list[str]:
        """What a measure that the court granted asks for, and nobody has a day of."""
        kinds = {each.kind for each in self.events}
        granted = [each for each in self.measures if each.granted == Granted.GRANTED]
        needs = [(each.label, each.rule("needs")) for each in granted]
        return [
            f"{measure} granted: ask the court for a day of the {CourtEvent(kind=kind).label.lower()}."
            for measure, kind in needs
            if kind and kind not in kinds
        ]

    @property
    def reviews(self) -> list[tuple[dt.date, Investigation]]:
        """Until when the child may ask for a review of a decision not to prosecute, where nobody has asked yet."""
        rule, today = reference.clock_rule("REVIEW_RIGHT"), timezone.localdate()
        asked = {each.investigation_id for each in self.events if each.kind == "REVIEW_ASKED"}
        decided = [(each.investigation_id, each.happens_on) for each in self.events if each.rule("review")]
        ended = [each for each in self.investigations if each.status == Status.NO_ACTION]
        days = dict(decided) | {each.pk: each.ended_on for each in ended if each.ended_on}
        found = [(rule.due(days[each.pk]), each) for each in self.investigations if each.pk in days]
        return [(day, each) for day, each in found if each.pk not in asked and day >= today]

    @property
    def next(self) -> list[tuple[dt.date, str, str, str, uuid.UUID]]:
        """What has a day, the oldest first: the day, what, more of it, and the row by which it is recorded."""
        rows = [
            (each.happens_on, f"Tell the child: {each.label.lower()}", each.outcome, "event", each.pk)
            if each.is_untold
            else (each.happens_on, each.label, each.court, "event", each.pk)
            for each in self.events
            if each.is_untold or each in self.ahead
        ]
        if (care := self.care) and care.next_contact_on:
            rows.append(
                (care.next_contact_on, f"{care.contact_name} is in touch", care.how_often, "care", care.pk)
            )
        for day, each in self.reviews:
            rows.append((day, "Last day to ask for a review", REVIEW, "investigation", each.pk))
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
        outcomes=[each for read in _outcomes for each in read(user, case)],
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


def plan_to_hand_on(user: User, case: Case) -> str:
    """What of court adult services take over, in a line; nothing for people to whom this part was not given."""
    if not gate.can(user, Permission.COURT_VIEW, case):
        return ""
    page = court_page(user, case)
    wanted = [each for each in page.measures if each.wish == Wish.YES and each.granted != Granted.REFUSED]
    measures = [each.label.lower() for each in wanted]
    said = [f"special measures ({joined(measures)})"] if measures else []
    said += [f"{each.label.lower()} on {display_date(each.happens_on)}" for each in page.ahead]
    if care := page.care:
        said.append(f"{care.contact_name} keeps in touch ({care.how_often.lower()})")
        said.append(f"giving evidence: {care.get_evidence_display().lower()}")
        said += [f"ISVA {care.isva_name}"] if care.isva_name else []
        said += [f"after court: {care.after_court}"] if care.after_court else []
        said += [f"CICA until {display_date(care.cica_until)}"] if care.cica_until else []
    return f"To hand on: {'; '.join(said)}" if said else ""


def events_to_tell(user: User) -> QuerySet[CourtEvent]:
    """Events of which the child must be told and is not, as dated steps. The note says of which."""
    tell = [each for each in reference.codes("court-event") if each.extra.get("tell")]
    rows = CourtEvent.objects.visible_to(user).filter(kind__in=[each.code for each in tell], told_on=None)
    notes = [When(kind=each.code, then=Value(f"{each.label}: tell the child")) for each in tell]
    return _as_steps(rows, "happens_on", Choose(*notes, default=Value("")))


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
