"""Keeps the stage within its budget: what budget.py gives up, done to it and told to the page."""

from dataclasses import replace
from typing import Any

from sameframe_worker import messages
from sameframe_worker.budget import Budget, Step
from sameframe_worker.scene import Look
from sameframe_worker.stage.lamp import Lit
from sameframe_worker.stage.renderer import Renderer


class Economy:
    """Gives up what is dear while the stage's ticks are; photos and prints have all of it."""

    def __init__(self, browser: Any):
        self._browser = browser
        self._budget = Budget()
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

    def spent(self, ms: float, renderer: Renderer, look: Look) -> bool:
        """Learn what a tick that drew cost; tell whether anything is given up or came back."""
        uses: set[Step] = {"camera", "ingest"}
        if renderer.kind == "cpu":  # the others cost a GPU next to nothing
            uses |= {step for step in ("wrap", "shadow") if getattr(self._full, step)}
            uses |= set() if look.plain else {"look"}
        if not self._budget.spent(self._browser.now(), ms, uses):
            return False
        self._full = Lit()  # to be dimmed anew
        renderer.coarse("look" in self.given)
        self._browser.post(messages.Sparing(list(self.given)))
        return True
