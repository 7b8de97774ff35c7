"""Investigations and their events, special measures, the court care plan, and referrals to the NRM.

The names and hints of fields are those of their forms.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from cases.court.choices import Evidence, Granted, Grounds, Status, Wish
from cases.record.choices import Section
from cases.record.models.case import CaseRecord
from cse_portal.audit.constraints import Watched
from cse_portal.reference import selectors as reference
from cse_portal.row_security import SeenWith
from cse_portal.ui.presenters import display_date, joined


class CourtRecord(CaseRecord):
    """Read by those alone to whom this part of the case was given; two people may edit it."""

    section = Section.COURT
    version = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        constraints = [Watched(), SeenWith(sections=[(Section.COURT, "")])]

    @property
    def words(self) -> str:
        """What the chronology tells of it."""
        raise NotImplementedError


class Coded(models.Model):
    """What a list of codes says of a row: its words, the law, and rules of its own."""

    codes = ""
    coded = ""

    class Meta:
        abstract = True

    def rule(self, name: str) -> Any:
        """What the list says under this name; None where it says nothing."""
        entry = reference.find_code(self.codes, getattr(self, self.coded))
        return entry.extra.get(name) if entry else None

    @property
    def label(self) -> str:
        """In words."""
        return reference.label(self.codes, getattr(self, self.coded))

    @property
    def law(self) -> Any:
        """Where it is written; None where no law names it."""
        return self.rule("law")


def both_or_neither(day: str, answer: str) -> Q:
    """A day has an answer, and an answer has a day."""
    return Q(**{f"{day}__isnull": True, answer: ""}) | Q(**{f"{day}__isnull": False}) & ~Q(**{answer: ""})


class Investigation(CourtRecord):
    """What the police investigate. `no_action_reason` is a code of the list no-further-action."""

    crime_reference = models.CharField(max_length=40)
    force = models.CharField("police force", max_length=80)
    officer = models.CharField("officer in the case", max_length=150, help_text="Name and phone")
    opened_on = models.DateField("opened on")
    status = models.CharField("how far is it?", max_length=15, choices=Status)
    no_action_reason = models.CharField("why no further action?", max_length=20, blank=True)
    ended_on = models.DateField("ended on", null=True)
    outcome = models.TextField(max_length=2000, blank=True)

    class Meta:
        default_related_name = "investigations"
        ordering = ["-opened_on", "-recorded_at"]
        verbose_name = "police investigation"
        constraints = [
            *CourtRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(status=Status.NO_ACTION) & ~Q(no_action_reason="")
                | ~Q(status=Status.NO_ACTION) & Q(no_action_reason=""),
                name="investigation_no_action_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.crime_reference}, {self.force}"

    @property
    def state(self) -> str:
        """Its status, with the reason for no further action."""
        reason = reference.label("no-further-action", self.no_action_reason) if self.no_action_reason else ""
        return ": ".join(filter(None, (self.get_status_display(), reason)))

    @property
    def words(self) -> str:
        """Which one, and how far it is."""
        opened = f"opened on {display_date(self.opened_on)}"
        return f"Police investigation {self}, {opened}. {self.state}. {self.outcome}".strip()


class CourtEvent(Coded, CourtRecord):
    """What happened in an investigation or is to happen; who told the child, and when.

    `kind` is of the list court-event. It says whether the child must be told (Code of Practice for Victims of Crime,
    right 6), whether it has a day before it happens, and what must have happened before.
    """

    codes, coded = "court-event", "kind"
    investigation = models.ForeignKey(Investigation, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField("what is it?", max_length=20)
    happens_on = models.DateField("on which day?")
    court = models.CharField("which court?", max_length=150, blank=True)
    outcome = models.TextField("conditions or outcome", max_length=2000, blank=True)
    told_on = models.DateField("when was the child told?", null=True)
    told_by = models.CharField("who told the child?", max_length=150, blank=True)

    class Meta:
        default_related_name = "court_events"
        ordering = ["happens_on", "recorded_at"]
        constraints = [
            *CourtRecord.Meta.constraints,
            models.CheckConstraint(condition=both_or_neither("told_on", "told_by"), name="court_event_told_by_someone"),
        ]  # fmt: skip

    @property
    def is_untold(self) -> bool:
        """Whether somebody must still tell the child."""
        return bool(self.rule("tell")) and self.told_on is None

    @property
    def words(self) -> str:
        """What, when, where, what came of it, and who told the child."""
        what = filter(None, (self.label, self.court, display_date(self.happens_on)))
        told = f"{self.told_by} told the child on {display_date(self.told_on)}." if self.told_on else ""
        return " ".join(filter(None, (f"{', '.join(what)}.", self.outcome, told)))


class SpecialMeasure(Coded, CourtRecord):
    """One special measure: when it was offered, what the child wants, and what the court said.

    `code` is of the list special-measure: SM23 to SM30 (Youth Justice and Criminal Evidence Act 1999), and an
    interpreter.
    """

    codes, coded = "special-measure", "code"
    code = models.CharField("measure", max_length=20)
    offered_on = models.DateField("when was it offered?")
    wish = models.CharField(
        "what does the child want?", max_length=10, choices=Wish, help_text="Ask: some choose to face the court"
    )  # fmt: skip
    own_words = models.TextField("in their words", max_length=2000, blank=True)
    applied_on = models.DateField("when was it applied for?", null=True)
    granted = models.CharField("what did the court say?", max_length=10, choices=Granted, blank=True)
    answered_on = models.DateField("when did the court answer?", null=True)

    class Meta:
        default_related_name = "special_measures"
        constraints = [
            *CourtRecord.Meta.constraints,
            models.UniqueConstraint(fields=["case", "code"], name="special_measure_once"),
            models.CheckConstraint(
                condition=both_or_neither("answered_on", "granted"), name="special_measure_answered_on_a_day"
            ),
        ]

    @property
    def words(self) -> str:
        """What the child wants, in their words, and how far it is."""
        said = f" “{self.own_words}”" if self.own_words else ""
        applied = f" Applied for on {display_date(self.applied_on)}." if self.applied_on else ""
        granted = (
            f" {self.get_granted_display()} on {display_date(self.answered_on)}." if self.granted else ""
        )
        return f"Special measure: {self.label}. {self.get_wish_display()}.{said}{applied}{granted}"


class CourtCare(CourtRecord):
    """The plan of care for the child as a witness; one a case. The child's needs drive it (Sandwell strategy 17.2)."""

    contact_name = models.CharField("who keeps in touch?", max_length=150, help_text="Name and role")
    how_often = models.CharField("how often?", max_length=60)
    next_contact_on = models.DateField("next contact on", null=True)
    evidence = models.CharField("how does the child want to give evidence?", max_length=10, choices=Evidence)
    own_words = models.TextField("in their words", max_length=2000, blank=True)
    isva_name = models.CharField("adviser on sexual violence (ISVA)", max_length=150, blank=True)
    isva_phone = models.CharField("adviser’s phone", max_length=30, blank=True)
    therapy = models.CharField(
        "therapy before the trial", max_length=150, blank=True, help_text="It need not wait for the trial"
    )
    after_court = models.CharField(
        "support after court", max_length=150, blank=True, help_text="It does not stop with the verdict"
    )
    code_told_on = models.DateField("Victims’ Code explained on", null=True)
    statement_on = models.DateField("victim personal statement made on", null=True)
    cica_until = models.DateField("criminal injuries compensation: claim until", null=True)

    class Meta:
        default_related_name = "court_care"
        verbose_name = "court care plan"
        constraints = [
            *CourtRecord.Meta.constraints,
            models.UniqueConstraint(fields=["case"], name="court_care_once"),
        ]

    @property
    def words(self) -> str:
        """How the child wants to give evidence, and who stays beside them."""
        said = f" “{self.own_words}”" if self.own_words else ""
        beside = joined(filter(None, (self.contact_name, self.isva_name)))
        return f"Court care plan. Giving evidence: {self.get_evidence_display()}.{said} With the child: {beside}."


class NrmReferral(CourtRecord):
    """A referral to the National Referral Mechanism (Modern Slavery Act 2015, section 52). Codes are of the lists
    nrm-responder and nrm-exploitation; `due_on` is by when the next decision is expected.
    """

    referred_on = models.DateField("referred on")
    first_responder = models.CharField("first responder", max_length=20)
    nrm_reference = models.CharField("NRM reference", max_length=40, blank=True)
    exploitation = models.CharField("type of exploitation", max_length=20)
    indicators = models.TextField(max_length=4000)
    reasonable = models.CharField("reasonable grounds", max_length=10, choices=Grounds, blank=True)
    reasonable_on = models.DateField("reasonable grounds decided on", null=True)
    conclusive = models.CharField("conclusive grounds", max_length=10, choices=Grounds, blank=True)
    conclusive_on = models.DateField("conclusive grounds decided on", null=True)
    guardian = models.CharField("independent child trafficking guardian", max_length=150, blank=True)
    due_on = models.DateField(null=True, editable=False)

    class Meta:
        default_related_name = "nrm_referrals"
        ordering = ["-referred_on"]
        verbose_name = "NRM referral"
        constraints = [
            *CourtRecord.Meta.constraints,
            models.CheckConstraint(
                condition=both_or_neither("reasonable_on", "reasonable")
                & both_or_neither("conclusive_on", "conclusive"),
                name="nrm_referral_decisions_have_days",
            ),
        ]

    @property
    def words(self) -> str:
        """By whom, for what, and what was decided."""
        by = reference.label("nrm-responder", self.first_responder)
        kind = reference.label("nrm-exploitation", self.exploitation).lower()
        told = [
            f"Referred to the National Referral Mechanism on {display_date(self.referred_on)}, {by}: {kind}."
        ]
        if self.reasonable:
            told.append(f"Reasonable grounds {self.reasonable}, {display_date(self.reasonable_on)}.")
        if self.conclusive:
            told.append(f"Conclusive grounds {self.conclusive}, {display_date(self.conclusive_on)}.")
        return " ".join(told)
