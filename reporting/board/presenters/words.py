"""A quarter in plain sentences. A figure that is withheld has no sentence, and no comparison gives it away."""

from cse_portal.ui.charts.shapes import shown
from cse_portal.ui.presenters import counted
from reporting.board.presenters import figures as f
from reporting.board.presenters.figures import Figures, Headline


def sentences(figures: Figures) -> list[str]:
    """What the board would ask first, each answered in a sentence where the figures allow."""
    found = [
        _children(figures),
        _movement(figures),
        _high(figures),
        _share(figures, f.DECIDED, "of concerns were decided within one working day"),
        _share(figures, f.MEETINGS, "of initial MASE meetings were held in time"),
        _share(
            figures,
            f.ATTENDANCE,
            "of invitations to MASE were answered by an agency coming or sending a deputy",
        ),
        _overdue(figures),
    ]
    return [sentence for sentence in found if sentence]


def _children(figures: Figures) -> str:
    number = figures.known(f.OPEN, figures.quarters[-1])
    if number is None:
        return ""
    children = "1 child or young person" if number == 1 else f"{shown(number)} children and young people"
    return (
        f"The partnership was working with {children} at the end of the quarter{_compared(figures, f.OPEN)}."
    )


def _movement(figures: Figures) -> str:
    parts = [
        (figures.known(headline, figures.quarters[-1]), words)
        for headline, words in ((f.NEW, "new"), (f.REOPENED, "re-opened"), (f.CLOSED, "closed"))
    ]
    told = [f"{shown(number)} {words}" for number, words in parts if number is not None]
    return f"In the quarter there were {', '.join(told)}." if len(told) == len(parts) else ""


def _high(figures: Figures) -> str:
    number = figures.known(f.HIGH, figures.quarters[-1])
    if number is None:
        return ""
    verb = "was" if number == 1 else "were"
    return f"{shown(number)} of them {verb} in category 3, the highest{_compared(figures, f.HIGH)}."


def _share(figures: Figures, headline: Headline, words: str) -> str:
    share = figures.known(headline, figures.quarters[-1])
    return f"{shown(share)}% {words}{_compared(figures, headline)}." if share is not None else ""


def _overdue(figures: Figures) -> str:
    number = figures.known(f.OVERDUE, figures.quarters[-1])
    if number is None:
        return ""
    verb = "was" if number == 1 else "were"
    return f"{counted(int(number), 'plan action')} {verb} overdue at its end{_compared(figures, f.OVERDUE)}."


def _compared(figures: Figures, headline: Headline) -> str:
    """Against the quarter before and the same quarter a year ago, where both may be told."""
    now = figures.known(headline, figures.quarters[-1])
    before = figures.known(headline, figures.quarters[-2])
    year_ago = figures.known(headline, figures.quarters[-5])
    percent = "%" if headline.unit == "%" else ""
    told = []
    if before is not None:
        told.append(
            "the same as the quarter before"
            if before == now
            else f"{shown(before)}{percent} the quarter before"
        )
    if year_ago is not None:
        told.append(f"{shown(year_ago)}{percent} a year ago")
    return f" ({', '.join(told)})" if told else ""
