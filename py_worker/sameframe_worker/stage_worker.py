"""The stage worker's entry: wires messages, the renderer and the tick. No decisions here.

The worker's shell calls, once Python is there:

    await main(browser)
"""

from typing import Any

from sameframe_worker import messages
from sameframe_worker.stage import choice
from sameframe_worker.stage.film import Film
from sameframe_worker.stage.library import stage_kernels
from sameframe_worker.stage.sequence import Sequence
from sameframe_worker.stage.stage import HEIGHT, WIDTH, Stage


async def main(browser: Any) -> None:
    """Answer the page from now on; return at once.

    browser: the module `sameframe_worker.browser`, or a fake of it. What fails in the tick or
    beside it is posted as StageFailed; what a message raises is the worker's `error` event.
    """
    browser.on_message(messages.ToStage, Worker(browser).handle)


class Worker:
    """Holds the stage; what is said before there is one waits."""

    def __init__(self, browser: Any):
        self._browser = browser
        self._stage: Stage | None = None
        self._film: Film | None = None
        self._early: list[Any] = []

    def handle(self, message: Any) -> None:
        """Do what the page asks."""
        if isinstance(message, messages.StageStart):
            self._start(message)
        elif self._stage is None:
            self._early.append(message)
        else:
            self._serve(self._stage, message)

    def _start(self, start: messages.StageStart) -> None:
        browser, kernels = self._browser, stage_kernels()
        renderer = choice.choose(browser, kernels, start.renderer, WIDTH, HEIGHT)
        start.canvas.width, start.canvas.height = WIDTH, HEIGHT
        stage = Stage(
            browser, kernels, renderer, start.canvas.getContext("2d"), start.room, start.calm
        )
        self._stage = stage
        browser.post(messages.StageReady(renderer.kind, browser.age()))
        for message in self._early:
            self._serve(stage, message)
        self._early.clear()
        browser.spawn(stage.run(), self._failed)

    def _serve(self, stage: Stage, message: Any) -> None:
        browser, now = self._browser, self._browser.now()
        match message:
            case messages.GuestFrames():
                stage.frames(message.guest, message.frames)
            case messages.People():
                stage.people(message.people)
            case messages.SceneIs():
                stage.cast.commit(message.scene)
                browser.spawn(stage.show_background(message.scene.background), self._failed)
                browser.spawn(stage.show_look(message.scene.look), self._failed)
                for prop, path in stage.props.changed(message.scene, HEIGHT).items():
                    browser.spawn(stage.props.hang(prop, path), self._failed)
            case messages.TryLook():
                browser.spawn(stage.try_look(message.look), self._failed)
            case messages.Prepare():
                browser.spawn(self._prepare(stage, message), self._failed)
            case messages.LayerMoves():
                stage.cast.move(message.layer, now)
            case messages.ClockSample():
                stage.clock.sample(message.sent, message.server, message.received)
                offset, uncertainty = stage.clock.offset(now), stage.clock.uncertainty(now)
                browser.post(messages.ClockIs(offset, uncertainty))
            case messages.TakePreview():
                browser.spawn(self._preview(stage, message), self._failed)
            case messages.TakePhoto():
                browser.spawn(self._photo(stage, message), self._failed)
            case messages.TakeFill():
                browser.spawn(self._fill(stage, message), self._failed)
            case messages.TakeFrames():
                browser.spawn(self._frames(stage, message), self._failed)
            case messages.FilmStart():
                self._film = Film(browser, stage_kernels(), stage, message)
                browser.spawn(self._film.run(), self._failed)
            case messages.FilmPause():
                if self._film:
                    self._film.pause(message.at)
            case messages.FilmResume():
                if self._film:
                    self._film.resume(message.at)
            case messages.FilmStop():
                if self._film:
                    self._film.cut()
                self._film = None
            case messages.Pick():
                browser.post(messages.Picked(message.request, stage.pick(message.x, message.y)))
            case messages.AskStats():
                browser.post(stage.stats(message.request))

    async def _prepare(self, stage: Stage, wish: messages.Prepare) -> None:
        await stage.prepare(wish.background)
        self._browser.post(messages.Prepared(wish.request))

    async def _preview(self, stage: Stage, wish: messages.TakePreview) -> None:
        self._browser.post(messages.Preview(wish.request, await stage.preview(wish.look)))

    async def _photo(self, stage: Stage, wish: messages.TakePhoto) -> None:
        image, taken = await stage.photo(wish.at, wish.width, wish.height)
        self._browser.post(messages.Photo(wish.request, image, taken))

    async def _fill(self, stage: Stage, wish: messages.TakeFill) -> None:
        try:
            image = await stage.fill(wish.guest, wish.at)
        except Exception:  # whatever it was: a shot without a fill is no reason to lose the stage
            image = None
        self._browser.post(messages.Fill(wish.request, image))

    async def _frames(self, stage: Stage, wish: messages.TakeFrames) -> None:
        at = stage.clock.own(wish.at, self._browser.now())
        try:
            image = await Sequence(self._browser, stage_kernels(), stage, at).run()
        except Exception:  # as with a fill
            image = None
        self._browser.post(messages.Frames(wish.request, image))

    def _failed(self, error: BaseException) -> None:
        self._browser.post(messages.StageFailed(f"{type(error).__name__}: {error}"))
