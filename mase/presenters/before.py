"""What a meeting's page says before it starts: the clocks, who answered, whose report is in."""

from dataclasses import dataclass, field

from mase.presenters.clocks import ClockLine


@dataclass(frozen=True)
class Before:
    """Everything that leads up to a meeting."""

    clocks: list[ClockLine] = field(default_factory=list)
