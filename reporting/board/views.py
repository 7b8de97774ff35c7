"""The board's packs, attendance, and the strategy's measures of success."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.record.forms import VersionedForm
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.drafts.services import saved
from cse_portal.errors import NotVisible
from cse_portal.files.store import digest
from cse_portal.jobs.models import Job
from cse_portal.jobs.views import SignedInRequest, either, warns
from cse_portal.keys import new_key
from cse_portal.reference.quarters import Quarter
from cse_portal.ui.downloads import attachment
from cse_portal.ui.forms import PortalForm
from cse_portal.ui.pdf import render_pdf
from mase.strategy.selectors import last_decisions, plan
from reporting.board import forms, services
from reporting.board.models import BoardPack, PackState
from reporting.board.presenters import attendance as attendance_in_words
from reporting.board.presenters import drawing
from reporting.board.presenters import strategy as words
from reporting.board.presenters.pack import KICKS, document
from reporting.board.selectors import packs as selectors
from reporting.board.selectors.attendance import attendance_record
from reporting.measures.models import Dimension
from reporting.returns.selectors.behind import leading_on
from reporting.returns.services import returns
from reporting.returns.services.returns import record_report, record_success


@require_GET
def attendance(request: SignedInRequest) -> HttpResponse:
    """How each agency answered its invitations, quarter by quarter."""
    record = attendance_record(request.user)
    returns.record_attendance(by=request.user)
    linked = ("D3", Dimension.ANSWER) in leading_on(request.user)
    context = {"attendance": attendance_in_words.page(record, linked=linked)}
    return render(request, "reporting/board/attendance.html", context)


@either
def reports(request: SignedInRequest) -> HttpResponse:
    """The packs one may see, newest quarter first; for the analyst also beginning the next one."""
    listed = list(selectors.packs(request.user))
    form = forms.BeginForm(request.POST or None, quarters=selectors.quarters_to_begin(request.user))
    if request.method == "POST":
        gate.require(request.user, Permission.BOARD_REPORT_PUBLISH)
    if form.does(
        lambda: services.begin(quarter=Quarter.parse(form.cleaned_data["quarter"]), by=request.user)
    ):
        return redirect(form.done)
    context = {"packs": listed, "form": form, "may_begin": bool(form.fields["quarter"].choices[1:])}  # type: ignore[attr-defined]
    return render(request, "reporting/board/packs.html", context)


@require_GET
def one(request: SignedInRequest, quarter: str) -> HttpResponse:
    """The pack as a page: five minutes first, then every page that this board is given."""
    pack = selectors.find_pack(request.user, quarter)
    edition = selectors.edition(request.user, pack, request.GET.get("version", ""))
    shown = document(edition, request.GET.get("board", ""))
    services.record_view(pack=pack, version=shown.number, by=request.user)
    may_write = gate.can(request.user, Permission.BOARD_REPORT_PUBLISH) and pack.state == PackState.DRAFT
    context = {
        "record": pack,
        "pack": shown,
        "version": edition.version,
        "audiences": selectors.audiences(),
        "decisions": list(selectors.decisions_of(request.user, pack)),
        "may_write": may_write and edition.version is None,
        "may_answer": gate.can(request.user, Permission.BOARD_PACK_ANSWER),
        "steps": [(name, each) for name, each in STEPS.items() if _may(request, pack, each)],
    }
    return render(request, "reporting/board/pack.html", context)


@either
def write(request: SignedInRequest, quarter: str, page: str) -> HttpResponse:
    """The analyst's words for one page, and on the first what the board is asked."""
    pack = selectors.find_pack(request.user, quarter)
    gate.require(request.user, Permission.BOARD_REPORT_PUBLISH)
    if page not in {"cover", *KICKS}:
        raise NotVisible
    asked = list(pack.decisions.all()) if page == "summary" else []
    labels = [each.label[2:] for each in pack.period.with_before(4)]
    given = forms.initial(pack.words.get(page, {}), asked, pack.version)
    form = forms.WordsForm(request.POST or None, page=page, labels=labels, initial=given)
    if form.does(
        lambda: services.write(
            pack=pack, page=page, values=form.words, asked=form.asked if page == "summary" else (),
            version=form.drawn_at, by=request.user,
        )
    ):  # fmt: skip
        saved(request)
        messages.success(request, f"Saved: {KICKS.get(page, 'Cover')}.")
        return redirect(f"{pack.get_absolute_url()}#page-{page}")
    services.record_view(pack=pack, version="draft", by=request.user)
    draft = f"pack:{pack.pk}:{page}"
    return _form(request, pack, form, KICKS.get(page, "Cover"), "Save the words", draft=draft)


@dataclass(frozen=True)
class Step:
    """One step of a pack: who may take it in which states, its form, what does it, and what is said of it."""

    permission: Permission
    states: tuple[PackState, ...]
    form: type[VersionedForm]
    act: Callable[..., Any]
    title: str
    button: str
    done: str
    must_fit: bool = False


STEPS: dict[str, Step] = {
    "foreword": Step(
        Permission.BOARD_PACK_ANSWER, (PackState.DRAFT, PackState.READING), forms.ForewordForm, services.add_foreword,
        "The chair’s foreword", "Save the foreword", "The foreword is on the cover.",
    ),
    "send": Step(
        Permission.BOARD_REPORT_PUBLISH, (PackState.DRAFT,), forms.SendForm, services.send,
        "Send to the second reader", "Send the pack", "The second reader and the chair have been told.", must_fit=True,
    ),
    "publish": Step(
        Permission.BOARD_PACK_CHECK, (PackState.READING,), forms.PublishForm, services.publish,
        "Publish the pack", "Publish the pack", "The pack is published.", must_fit=True,
    ),
    "send-back": Step(
        Permission.BOARD_PACK_CHECK, (PackState.READING,), forms.ReasonForm, services.send_back,
        "Send back to the analyst", "Send it back", "The pack has gone back to the analyst.",
    ),
    "correct": Step(
        Permission.BOARD_REPORT_PUBLISH, (PackState.PUBLISHED,), forms.ReasonForm, services.correct,
        "Correct the pack", "Begin the correction", "The pack is a draft again. What was published stays.",
    ),
}  # fmt: skip


@either
def step(request: SignedInRequest, quarter: str, step: str) -> HttpResponse:
    """One step of a pack on its way."""
    taken = STEPS[step]
    pack = selectors.find_pack(request.user, quarter)
    gate.require(request.user, taken.permission)
    form = taken.form(request.POST or None, initial={**pack.words.get("cover", {}), "version": pack.version})

    def act() -> Any:
        if taken.must_fit:
            drawing.lay_out(selectors.draft_of(pack, request.user))
        values = {
            name: form.cleaned_data[name]
            for name in ("foreword", "chair", "reason")
            if name in form.cleaned_data
        }
        return taken.act(pack=pack, version=form.drawn_at, by=request.user, **values)

    if form.does(act):
        saved(request)
        if isinstance(form.done, Job):
            return redirect("jobs:progress", form.done.pk)
        messages.success(request, taken.done)
        seen = selectors.packs(request.user).filter(pk=pack.pk).exists()
        return redirect(pack if seen else "reporting:reports")
    services.record_view(pack=pack, version="draft", by=request.user)
    return _form(request, pack, form, taken.title, taken.button, draft=f"pack:{pack.pk}:{step}")


@either
def decide(request: SignedInRequest, quarter: str, number: int) -> HttpResponse:
    """What the board decided about what it was asked."""
    found = selectors.find_decision(request.user, quarter, number)
    gate.require(request.user, Permission.BOARD_PACK_ANSWER)
    given = {"owner": found.owner, "due_on": found.due_on, "decided_on": timezone.localdate()}
    form = forms.DecisionForm(request.POST or None, initial=given)
    if form.does(lambda: services.decide(decision=found, values=form.cleaned_data, by=request.user)):
        messages.success(request, "The decision is recorded.")
        return redirect(f"{found.pack.get_absolute_url()}#page-summary")
    services.record_view(pack=found.pack, version="decision", by=request.user)
    return render(request, "reporting/board/decide.html", {"decision": found, "form": form})


@either
def report_on(request: SignedInRequest, quarter: str, number: int) -> HttpResponse:
    """What became of a decision of the board."""
    found = selectors.find_decision(request.user, quarter, number)
    gate.require(request.user, Permission.BOARD_PACK_ANSWER)
    form = forms.BecameForm(request.POST or None, initial={"became": found.became})
    if form.does(lambda: services.report(decision=found, by=request.user, **form.cleaned_data)):
        messages.success(request, "Recorded. The next quarter’s pack says it.")
        return redirect(f"{found.pack.get_absolute_url()}#page-summary")
    services.record_view(pack=found.pack, version="decision", by=request.user)
    return render(request, "reporting/board/decide.html", {"decision": found, "form": form})


@require_GET
def preview(request: SignedInRequest, quarter: str) -> HttpResponse:
    """The draft on paper, marked as one."""
    pack = selectors.find_pack(request.user, quarter)
    if not selectors.sees_draft(request.user, pack):
        raise NotVisible
    with warns(request):
        drawn = drawing.draw(selectors.draft_of(pack, request.user), request.GET.get("board", ""))
        services.record_view(pack=pack, version="draft on paper", by=request.user)
        return attachment(drawn.pdf, name=f"board-pack-{quarter}-draft.pdf", content_type="application/pdf")
    return redirect(pack)


@require_GET
def download(request: SignedInRequest, quarter: str, audience: str) -> HttpResponse:
    """A version as PDF for one board; the audit notes who took it."""
    pack = selectors.find_pack(request.user, quarter)
    file = selectors.file_of(selectors.version_of(pack, request.GET.get("version", "")), audience)
    with warns(request):
        pdf = services.download(file=file, by=request.user)
        name = f"board-pack-{quarter}-{file.version.number}-{audience}.pdf"
        return attachment(pdf, name=name, content_type="application/pdf")
    return redirect(pack)


@require_GET
def success(request: SignedInRequest) -> HttpResponse:
    """What the strategy says success is, and what the published figures tell of it."""
    found = words.success(selectors.success(request.user), leading=leading_on(request.user))
    record_success(by=request.user)
    return render(request, "reporting/board/success.html", {"success": found})


@require_GET
def report(request: SignedInRequest) -> HttpResponse:
    """The plan as it stands and the measures of success, as PDF; the audit notes who took it."""
    gate.require(request.user, Permission.STRATEGIC_VIEW)
    copy = new_key()
    document = words.report(
        plan(request.user),
        last_decisions(request.user),
        selectors.success(request.user),
        reader=request.user,
        copy=copy,
    )
    pdf = render_pdf("pdf/strategy_report.html", {"r": document})
    record_report(copy=copy, sha256=digest(pdf), by=request.user)
    name = f"strategy-report-{timezone.localdate():%Y-%m-%d}.pdf"
    return attachment(pdf, name=name, content_type="application/pdf")


def _may(request: SignedInRequest, pack: BoardPack, step: Step) -> bool:
    return pack.state in step.states and gate.can(request.user, step.permission)


def _form(
    request: SignedInRequest, pack: BoardPack, form: PortalForm, heading: str, button: str, *, draft: str
) -> HttpResponse:
    context = {
        "form": form, "heading": heading, "caption": f"Board pack {pack.label}", "button": button, "draft": draft,
        "back": pack.get_absolute_url(), "back_to": "Back to the pack",
    }  # fmt: skip
    return render(request, "layouts/form.html", context)
