"""Keeps the stage smooth: does and tells the page what budget.py and governor.py give up."""

from dataclasses import replace
from typing import Any

from sameframe_worker import messages
from sameframe_worker.budget import Budget, Step
from sameframe_worker.governor import Governor
from sameframe_worker.scene import Look
from sameframe_worker.stage.lamp import Lit
from sameframe_worker.stage.renderer import Renderer


class Economy:
    """Gives up what is dear while the stage's ticks are; photos and prints have all of it."""

    def __init__(self, browser: Any):
        self._browser = browser
        self._budget, self._governor = Budget(), Governor()
        self._told = messages.Sparing([], None)
        self._full = self._dimmed = Lit()

    @property
    def given(self) -> tuple[Step, ...]:
        """Return what is given up now."""
        return self._budget.given

    @property
    def share(self) -> float:
        """Return how much of its time for new pictures a tick may spend."""
        return self._budget.share()

    def dimmed(self, lit: Lit) -> Lit:
        """Return the light that there is time for; the same object while it is the same light."""
        if lit is not self._full:
            self._full, given = lit, self.given
            self._dimmed = replace(
                lit,
                wrap=0.0 if "wrap" in given else lit.wrap,
                shadow=0.0 if "shadow" in given else lit.shadow,
            )
        return self._dimmed

    def spent(self, ms: float, late: float, renderer: Renderer, look: Look) -> None:
        """Learn what a tick that drew cost, and how late it began."""
        uses: set[Step] = {"ingest"}
        if renderer.kind == "cpu":  # the others cost a GPU next to nothing
            uses |= {step for step in ("wrap", "shadow") if getattr(self._full, step)}
            uses |= set() if look.plain else {"look"}
        now = self._browser.now()
        if self._budget.spent(now, late + ms, uses):
            self._full = Lit()  # to be dimmed anew
            renderer.coarse("look" in self.given)
        self._governor.tick(now, late)
        told = messages.Sparing(list(self.given), self._governor.fps)
        if told != self._told:
            self._told = told
            self._browser.post(told)
