"""Letters of a case: the list, writing one, looking at it, saying that it was sent; and the board's wording."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.family.selectors import family_of
from cases.letters import presenters, selectors, services
from cases.letters.choices import ENGLISH, LetterKind, Reader
from cases.letters.forms import LetterForm, NewLetterForm, SentForm, WordingForm
from cases.letters.models import Letter
from cases.record.selectors import case_for
from cases.record.services import record_view
from cases.record.views import case_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.downloads import attachment
from cse_portal.ui.pdf import render_pdf

TAB = "documents"


@require_GET
def letter_list(request: SignedInRequest, reference: str) -> HttpResponse:
    """Every letter to the child and the family, and whether it was sent."""
    case = case_for(request.user, reference)
    rows = presenters.letter_rows(selectors.letters_of(request.user, case))
    return case_page(request, case, "cases/letters/list.html", "letters", current_tab=TAB, rows=rows)


@either
def letter_add(request: SignedInRequest, reference: str) -> HttpResponse:
    """Choose a letter and its reader; the draft is written from what the portal knows."""
    case = gate.require(request.user, Permission.CASE_CHANGE, case_for(request.user, reference))
    family = [each for each in family_of(request.user, case) if each.ended_on is None]
    form = NewLetterForm(
        request.POST or None, family=family, child=case.child.name, initial={"kind": request.GET.get("kind")}
    )
    if form.does(
        lambda: services.write_letter(
            case=case, kind=LetterKind(form.cleaned_data["kind"]), recipient=form.to, by=request.user,
            language=form.to.first_language if form.to else case.child.first_language, key=form.key,
        )
    ):  # fmt: skip
        return redirect("cases:letter", reference=case.reference, pk=form.done.pk)
    return case_page(
        request, case, "cases/letters/new.html", "letter-add", form=form, heading="Write a letter"
    )


@either
def letter_edit(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The words of a draft; of one that was sent, as it was sent."""
    letter = selectors.letter_for(request.user, reference, pk)
    unsafe = services.why_not_safe(letter)
    may_change = (
        letter.sent_on is None and not unsafe and gate.can(request.user, Permission.CASE_CHANGE, letter.case)
    )
    initial = {"version": str(letter.version), "heading": letter.heading, "body": letter.body}
    form = LetterForm(request.POST or None, initial=initial) if may_change and letter.case.is_open else None
    if form and form.saves(
        lambda: services.change_letter(letter=letter, version=form.drawn_at, by=request.user, **form.words),
        newest=lambda: letter,
    ):
        messages.success(request, "The letter is saved.")
        page = "cases:letter-sent" if "then" in request.POST else "cases:letter"
        return redirect(page, reference=reference, pk=pk)
    return case_page(
        request, letter.case, "cases/letters/letter.html", "letter",
        current_tab=TAB,
        letter=letter,
        row=presenters.letter_rows([letter])[0],
        blocks=presenters.blocks(letter.body),
        form=form,
        wanted=wanted_language(letter),
        unsafe=unsafe,
    )  # fmt: skip


def wanted_language(letter: Letter) -> str:
    """The reader's first language where the letter is in another one."""
    person = letter.recipient or letter.case.child
    wanted = person.first_language
    return "" if wanted.lower() in ("", letter.language.lower()) else wanted


@either
def letter_sent(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Say when and how it was sent."""
    letter = selectors.letter_for(request.user, reference, pk)
    gate.require(request.user, Permission.CASE_CHANGE, letter.case)
    form = SentForm(request.POST or None, letter=letter)
    if form.does(
        lambda: services.letter_sent(
            letter=letter, on=form.cleaned_data["sent_on"], how=form.cleaned_data["sent_how"], by=request.user
        )
    ):
        messages.success(request, "The letter is recorded as sent.")
        return redirect("cases:letters", reference=reference)
    return case_page(
        request, letter.case, "cases/letters/sent.html", "letter-sent", form=form, letter=letter,
        heading="Record that the letter was sent",
    )  # fmt: skip


@require_GET
def letter_pdf(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """The letter on paper."""
    letter = selectors.letter_for(request.user, reference, pk)
    if unsafe := services.why_not_safe(letter):
        messages.error(request, unsafe)
        return redirect("cases:letter", reference=reference, pk=pk)
    record_view(case=letter.case, by=request.user, page="letter-pdf")
    context = {
        "letter": letter,
        "row": presenters.letter_rows([letter])[0],
        "blocks": presenters.blocks(letter.body),
        "child": letter.case.child,
        "lead": letter.case.lead_professional,
    }
    name = f"letter-{letter.case.reference}.pdf"
    return attachment(render_pdf("pdf/letter.html", context), name=name, content_type="application/pdf")


@either
def wording(request: SignedInRequest) -> HttpResponse:
    """The board's own words for letters, in English and other languages."""
    gate.require(request.user, Permission.LETTER_WORDING_CHANGE)
    kind = request.GET.get("kind", LetterKind.INVITATION)
    reader = request.GET.get("reader", Reader.CHILD)
    language = request.GET.get("language", ENGLISH)[:60]
    known = kind in LetterKind.values and reader in Reader.values
    now = selectors.wording(LetterKind(kind), Reader(reader), language) if known else None
    initial = {"kind": kind, "reader": reader, "language": language}
    if now:
        initial |= {"heading": now.heading, "body": now.body}
    form = WordingForm(request.POST or None, initial=initial)
    if form.does(lambda: services.write_wording(by=request.user, **form.cleaned_data)):
        messages.success(request, "The wording is saved. New letters use it.")
        return redirect("cases:letter-wording")
    context = {
        "form": form, "heading": "Wording of letters", "kinds": LetterKind.choices, "readers": Reader.choices,
        "languages": selectors.languages(),
    }  # fmt: skip
    return render(request, "cases/letters/wording.html", context)
