"""The jobs of the return and of the board pack, and the daily task that starts the return."""

import uuid

from celery import shared_task
from django.urls import reverse

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit import context
from cse_portal.jobs import registry
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import Run
from cse_portal.jobs.services.outbox import deferred_to_sweep
from cse_portal.ui.pdf import compose, draw
from reporting.board import services as board_packs
from reporting.board.presenters.drawing import draw_all
from reporting.board.selectors.packs import version_to_draw
from reporting.oversight import services as oversight
from reporting.retention.services import disposal, retention, stray_files
from reporting.returns.selectors.returns import JOB_KIND
from reporting.returns.services import computing, returns
from reporting.subject_access import presenters as letter
from reporting.subject_access import selectors as requests
from reporting.subject_access import services as subject_access


def may_watch(user: User, job: Job) -> bool:
    """Anyone who prepares returns may watch one being worked out, no matter who asked for it."""
    return gate.can(user, Permission.RETURN_PREPARE)


def page_of(job: Job) -> str:
    """The return's own page."""
    return reverse("reporting:return", args=[job.key.partition(".")[0]])


@registry.handler(JOB_KIND, title="Regional return", may_watch=may_watch, done_url=page_of)
def work_out_return(run: Run) -> None:
    """Work out a quarter's figures."""
    computing.compute(run)


@shared_task(name="reporting.start_due_return")
def start_due_return() -> None:
    """Every day: start the return of the quarter that has ended, if nobody has."""
    with context.job():
        returns.start_due()


@shared_task(name="reporting.look_over_audit")
def look_over_audit() -> int:
    """Every night: what the rules make of yesterday, and a sample of the month before; no night is left out."""
    with context.job():
        return oversight.review_waiting_days()


@shared_task(name="reporting.check_audit")
def check_audit() -> int:
    """Every night: whether the audit is as it was sealed; returns how much is not.

    The keeper asks, who has no way to the mail server: the worker's sweep sends what is promised, within a minute.
    """
    with context.job(), deferred_to_sweep():
        return oversight.check_audit()


def read_pack(job: Job) -> str:
    """The pack as a page."""
    return reverse("reporting:board-pack", args=[job.key.partition(".")[0]])


@registry.handler(board_packs.JOB, title="Board pack", done_url=read_pack)
def draw_board_pack(run: Run) -> None:
    """Draw the files of a version, one for each board, and store them; done twice, the first ones stay."""
    run.expect(1)
    run.say("Drawing the pack.")
    if run.has_done("draw"):
        return
    with run.step("draw"):
        version = version_to_draw(uuid.UUID(run.payload["version"]))
        if not version.files.exists():
            board_packs.keep(version=version, drawn=draw_all(version))
    run.say("The pack is published.")


@shared_task(name="reporting.announce_retention")
def announce_retention() -> int:
    """On 1 April: the year's list of what comes due."""
    with context.job():
        return retention.announce_year()


@shared_task(name="reporting.dispose_due")
def dispose_due() -> int:
    """Every night: records that two people let go a month ago."""
    with context.job():
        return disposal.dispose_due()


@shared_task(name="reporting.sweep_strays")
def sweep_strays() -> int:
    """Every night: files that no record holds."""
    with context.job():
        return stray_files.sweep_strays()


def page_of_request(job: Job) -> str:
    """The request's own page, where the file is taken."""
    return reverse("reporting:subject-access-request", args=[job.payload["request"]])


@registry.handler(
    subject_access.JOB, title="Disclosure", may_watch=requests.may_watch, done_url=page_of_request
)
def make_disclosure(run: Run) -> None:
    """Draw what is disclosed, without a word that is left out, and store it; done twice, the first one stays."""
    run.expect(1)
    run.say("Writing the copy.")
    if run.has_done("render"):
        return
    with run.step("render"):
        found = requests.disclosure_to_draw(uuid.UUID(run.payload["disclosure"]))
        if not found.is_ready:
            items = found.request.items.select_related("agency")
            page = compose("pdf/subject_access.html", {"d": letter.document(found, items)})
            drawn = draw(letter.marked_page(page, found))
            subject_access.keep(disclosure=found, pdf=drawn.pdf, pages=drawn.pages)
    run.say("The copy is ready.")
