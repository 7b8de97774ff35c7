"""Stories of the board's pack: written by the analyst, read by the manager, answered by the board."""

import datetime as dt

from cse_portal.demo.board.clockwork import Story, working_moment
from cse_portal.demo.board.scene import Scene
from cse_portal.reference.quarters import Quarter
from reporting.board import services
from reporting.board.models import BoardDecision, BoardPack, Outcome
from reporting.returns.models import RegionalReturn

FOREWORD = (
    "Every late review is a month in which a child waits for us. Please come ready to decide what is asked on the "
    "next page."
)
WORDS = {
    "children": {
        "support": "More children are known to the partnership earlier than a year ago.",
        "what_1": "Find out with families why we see fewer Asian children and boys", "who_1": "Hannah Okafor",
        "by_1": "31 January",
        "what_2": "Explain the changes in category 3 in the yearly profile", "who_2": "Anita Bose",
        "by_2": "28 February",
    },
    "time": {
        "support": "Most concerns are decided within a working day. Fewer reviews are in time than we want.",
        "note": "one chair left",
        "what_1": "Book every category 3 review when the last one ends", "who_1": "Maya Chandler",
        "by_1": "from next month",
    },
    "voice": {
        "support": "Children ask most of all to keep one worker.",
        "story": "They asked me before the adults spoke. I told it all to one person, and then she moved.",
        "did": "“I found out from my teacher.” Each child now gets a short letter within two days of a meeting.",
        "what_1": "Name a second worker for each child in category 3", "who_1": "Priya Raman", "by_1": "31 January",
    },
    "partnership": {
        "support": "School holidays explain half of the gaps.",
        "what_1": "Review the oldest overdue actions one by one", "who_1": "Each agency’s lead",
        "by_1": "15 December",
    },
    "places": {
        "support": "We hear more of public places because more people see them.",
        "what_1": "Licence visits with police where most places are", "who_1": "Owen Pritchard", "by_1": "15 January",
    },
    "plan": {"what_1": "Report on each objective that is off track", "who_1": "Its owner", "by_1": "next meeting"},
}  # fmt: skip
ASKED = (
    {
        "worry": "Reviews of category 3 were late or not held.", "because": "No chair was free for half of them.",
        "asked": "Fund a second MASE chair for two quarters.", "detail": "From the pooled budget.",
        "owner": "Maya Chandler",
    },
    {
        "worry": "Return interviews missed 72 hours.", "because": "Most were for children placed elsewhere.",
        "asked": "Buy interviews where the child lives.", "detail": "Through the regional list.",
        "owner": "Hannah Okafor",
    },
    {
        "worry": "Education missed meetings in the holidays.", "because": "Schools were closed.",
        "asked": "Ask education for one named holiday deputy.", "detail": "", "owner": "Colin Mears",
    },
)  # fmt: skip
BECAME = (
    ("The chair began in the month after, and trains a third.", True),
    ("Two providers answered; the contract is being drawn up.", False),
    ("A deputy is named for every holiday.", True),
)


def publish(scene: Scene, signed: RegionalReturn) -> BoardPack:
    """The analyst writes the pack of a signed quarter, the chair adds a foreword, the manager publishes it."""
    analyst, chair, manager = scene.cast("analyst"), scene.cast("board"), scene.cast("manager")
    quarter = Quarter.parse(signed.quarter)
    pack = services.begin(quarter=quarter, by=analyst)
    due_on = quarter.next().ends_on + dt.timedelta(days=10)
    for page, words in WORDS.items():
        noted = {"note_at": quarter.previous().label[2:]} if page == "time" else {}
        pack = services.write(
            pack=pack, page=page, values={**words, **noted}, version=pack.version, by=analyst
        )
    asked = [{**each, "due_on": due_on} for each in ASKED]
    pack = services.write(pack=pack, page="summary", values={}, asked=asked, version=pack.version, by=analyst)
    pack = services.send(pack=pack, version=pack.version, by=analyst)
    pack = services.add_foreword(
        pack=pack,
        foreword=FOREWORD,
        chair=f"{chair.full_name}, for the board",
        version=pack.version,
        by=chair,
    )
    services.publish(pack=pack, version=pack.version, by=manager)
    return pack


def answer(scene: Scene, pack: BoardPack) -> Story:
    """The board decides a week later what it was asked; what became of it is said in the quarter after."""
    chair = scene.cast("board")
    yield working_moment(pack.period.next().starts_on + dt.timedelta(days=24), hour=15)
    for number, decision in enumerate(BoardDecision.objects.filter(pack=pack)):
        values = {
            "outcome": Outcome.CHANGED if number == 1 else Outcome.AGREED,
            "decision": "For six months, then the board looks again." if number == 1 else "",
            "owner": decision.owner, "due_on": decision.due_on,
            "decided_on": pack.period.next().starts_on + dt.timedelta(days=24),
        }  # fmt: skip
        services.decide(decision=decision, values=values, by=chair)
    yield working_moment(pack.period.next().starts_on + dt.timedelta(days=80), hour=15)
    for decision, (became, is_done) in zip(BoardDecision.objects.filter(pack=pack), BECAME, strict=True):
        services.report(decision=decision, became=became, is_done=is_done, by=chair)
