"""The application: wiring only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from sameframe import errors, wire
from sameframe.access import Access
from sameframe.album import Albums
from sameframe.api import Api, answer
from sameframe.assets import Assets
from sameframe.backdrops import Backdrops, Quota
from sameframe.backdrops_http import BackdropsHttp
from sameframe.burstpages import BurstPages
from sameframe.darkroom import Darkroom
from sameframe.db import Database
from sameframe.generators import providers
from sameframe.hub import Hub
from sameframe.jobs import Jobs, WishJobs
from sameframe.pages import Pages
from sameframe.proproom import PropRoom
from sameframe.props_http import PropsHttp
from sameframe.retouchpages import RetouchPages
from sameframe.security import SecureHeaders
from sameframe.settings import Settings
from sameframe.sheetpages import SheetPages
from sameframe.sheets import drawing, template
from sameframe.sheets.records import SheetRecords
from sameframe.socket import Limits, Sockets
from sameframe.storage import Storage
from sameframe.takepages import TakePages
from sameframe.takes import Takes
from sameframe.takes_http import TakesHttp
from sameframe.uploads import Uploads
from sameframe.wishes import Wishes
from sameframe.wishes_http import WishesHttp

SHOT = "/rooms/{room}/shots/{shot}"
CLOSE_S = 2  # for a close to get through to someone who does not read

log = structlog.get_logger()


def create_app(settings: Settings) -> ASGIApp:
    """Build the server."""
    hub = create_hub(settings)
    limits = Limits(
        hello_s=settings.hello_s,
        write_s=settings.write_s,
        outbox_bytes=settings.outbox_bytes,
        messages_per_10_s=settings.messages_per_10_s,
    )
    sockets = Sockets(hub, limits, settings.public_origin)
    public = settings.public_origin
    api = Api(hub, settings.rooms_per_hour, public)
    assets = Assets(settings.static)
    darkroom = create_darkroom(settings, hub)
    uploads = Uploads(hub, darkroom, settings.uploads_per_minute, public)
    backdrops = BackdropsHttp(hub, darkroom, settings.uploads_per_minute, public)
    props = PropsHttp(hub, darkroom.props, settings.uploads_per_minute, public)
    wishes = create_wishes(settings, hub, darkroom)
    wishing = WishesHttp(hub, wishes, public)
    access = Access(hub, darkroom, public)
    takes = create_takes(settings, darkroom)
    parts = hub, darkroom, takes, settings.static, access, public
    pages, sheets, retouching = Pages(*parts), SheetPages(*parts), RetouchPages(*parts)
    take_pages = TakePages(*parts)
    bursts = BurstPages(*parts)
    films = TakesHttp(hub, takes, darkroom.storage, access, public)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await darkroom.start()
        await run_in_threadpool(wishes.start)
        ticking = asyncio.create_task(hub.run())
        yield
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
        await run_in_threadpool(wishes.stop)
        await darkroom.stop()

    app = Starlette(
        routes=[
            Mount(
                "/api",
                routes=[
                    Route("/rooms", api.make_room, methods=["POST"]),
                    Route("/rooms/{room}", api.room_info),
                    Route("/rooms/{room}/qr.svg", api.room_qr),
                    Route("/rooms/{room}/remote", api.room_remote, methods=["POST"]),
                    WebSocketRoute("/rooms/{room}/socket", sockets.serve),
                    Route(f"{SHOT}/layers/{{guest}}", uploads.put_layer, methods=["PUT"]),
                    Route(f"{SHOT}/guests/{{guest}}", uploads.withdraw, methods=["DELETE"]),
                    Route(f"{SHOT}/fills/{{guest}}", uploads.put_fill, methods=["PUT"]),
                    Route(f"{SHOT}/retakes/{{guest}}", uploads.ask_retake, methods=["POST"]),
                    Route(f"{SHOT}/retakes/{{guest}}", uploads.put_retake, methods=["PUT"]),
                    Route(f"{SHOT}/frames/{{guest}}", uploads.put_frames, methods=["PUT"]),
                    Route(
                        "/rooms/{room}/bursts/{burst}/keep/{shot}", uploads.choose, methods=["POST"]
                    ),
                    Route("/rooms/{room}/backdrops", backdrops.bring, methods=["POST"]),
                    Route("/rooms/{room}/backdrops/{file}", backdrops.remove, methods=["DELETE"]),
                    Route("/rooms/{room}/backdrops/{file}/loop.webm", backdrops.loop),
                    Route("/rooms/{room}/backdrops/{file}/{height}.jpg", backdrops.file),
                    Route("/rooms/{room}/props/{picture}/{height}.webp", props.picture),
                    Route("/rooms/{room}/friends", props.befriend, methods=["POST"]),
                    Route("/props/{design}.webp", props.thumbnail),
                    Route("/rooms/{room}/wishes", wishing.wish, methods=["POST"]),
                    Route("/rooms/{room}/wishes/{wish}", wishing.cancel, methods=["DELETE"]),
                    Route("/rooms/{room}/takes", films.announce, methods=["POST"]),
                    Route("/takes/{take}", films.progress, methods=["HEAD"]),
                    Route("/takes/{take}", films.append, methods=["PATCH"]),
                    Route("/takes/{take}/poster", films.put_poster, methods=["PUT"]),
                    Route("/albums/{album}/shots/{shot}", uploads.delete_shot, methods=["DELETE"]),
                ],
            ),
            Mount(
                "/a",
                app=album_pages(access, pages, sheets, retouching, take_pages, bursts, films),
            ),
            Route("/healthz", api.health),
            Route("/", assets.page),
            Route("/r/{room}/remote", assets.remote),
            Route("/r/{room:path}", assets.page),
            Mount("/", assets),
        ],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    over_tls = (settings.public_origin or "").startswith("https:")
    return SecureHeaders(app, hsts=over_tls)


def create_hub(settings: Settings) -> Hub:
    """Build the hub of all rooms."""
    return Hub(
        capacity=settings.capacity,
        rooms_max=settings.rooms_max,
        idle_ms=settings.room_idle_h * 3_600_000,
        series={name: found.shots for name, found in template.load().items()},
        ice=(wire.IceServer(urls=list(settings.stun)),) if settings.stun else (),
        maker=settings.maker,
    )


def create_darkroom(settings: Settings, hub: Hub) -> Darkroom:
    """Open records, files and jobs."""
    albums = Albums(Database(settings.records_url), settings.album_days)
    storage = Storage(settings.storage_url)
    font = settings.static / "fonts" / drawing.FONT
    quota = Quota(settings.backdrops, settings.backdrops_mb * 1_000_000)
    return Darkroom(
        hub,
        albums,
        SheetRecords(albums, template.load()),
        storage,
        Jobs(settings.data / "jobs.db"),
        Backdrops(albums, storage, quota),
        PropRoom(albums, storage, font if font.is_file() else None),
        settings.static,
    )


def create_wishes(settings: Settings, hub: Hub, darkroom: Darkroom) -> Wishes:
    """Open the wishes, and whoever fulfils them."""
    return Wishes(
        darkroom.albums,
        darkroom.backdrops,
        darkroom.grounds,
        WishJobs(settings.data / "wishes.db"),
        providers(settings),
        settings.wishes_per_hour,
        hub.now,
        darkroom.befall,
    )


def create_takes(settings: Settings, darkroom: Darkroom) -> Takes:
    """Open the takes, beside the shots."""
    mb = 1_000_000
    limits = (settings.take_mb * mb, settings.takes_mb * mb)
    incoming = settings.data / "incoming"
    takes = Takes(darkroom.albums, darkroom.storage, incoming, *limits)
    darkroom.purges.append(takes.purge)
    return takes


def album_pages(
    access: Access,
    pages: Pages,
    sheets: SheetPages,
    retouching: RetouchPages,
    takes: TakePages,
    bursts: BurstPages,
    films: TakesHttp,
) -> ASGIApp:
    """Return what is below /a, where even a refusal is a page for people."""
    missing = (
        errors.UnknownAlbum,
        errors.UnknownShot,
        errors.UnknownSheet,
        errors.UnknownBurst,
        errors.UnknownTake,
        errors.NotFound,
    )
    gone = dict.fromkeys(missing, pages.gone)

    async def not_host(request: Request, error: errors.SameframeError) -> Response | None:
        # What is sent is by a form that the host was shown, or by no form of ours.
        answer_in = pages.hosts if request.method in ("GET", "HEAD") else refuse
        return await answer_in(request, error)

    shut = dict.fromkeys(
        (errors.PassphraseNeeded, errors.BadPassphrase, errors.TooManyTries), pages.closed
    )
    return Starlette(
        routes=[
            Route("/{album}", pages.album),
            Route("/{album}/host", access.rule, methods=["POST"]),
            Route("/{album}/guest", access.join, methods=["POST"]),
            Route("/{album}/open", access.open, methods=["POST"]),
            Route("/{album}/close", access.close, methods=["POST"]),
            Route("/{album}/revoke", access.revoke, methods=["POST"]),
            Route("/{album}/all.zip", pages.everything),
            Route("/{album}/card.jpg", pages.card),
            Route("/{album}/sheets/{sheet}", sheets.sheet),
            Route("/{album}/sheets/{sheet}/qr.svg", sheets.qr),
            Route("/{album}/sheets/{sheet}/edit", sheets.edit, methods=["POST"]),
            Route("/{album}/sheets/{sheet}/delete", sheets.delete, methods=["POST"]),
            Route("/{album}/sheets/{sheet}/{file}", sheets.file),
            Route("/{album}/takes/{take}", takes.take),
            Route("/{album}/takes/{take}/qr.svg", takes.qr),
            Route("/{album}/takes/{take}/cuts", films.announce_cut, methods=["POST"]),
            Route("/{album}/takes/{take}/cuts/{cut}", films.progress_of_cut, methods=["HEAD"]),
            Route("/{album}/takes/{take}/cuts/{cut}", films.append_to_cut, methods=["PATCH"]),
            Route("/{album}/takes/{take}/poster", films.choose_poster, methods=["PUT"]),
            Route("/{album}/takes/{take}/uncut", films.uncut, methods=["POST"]),
            Route("/{album}/takes/{take}/delete", films.delete, methods=["POST"]),
            Route("/{album}/bursts/{burst}", bursts.burst),
            Route("/{album}/bursts/{burst}/keep", bursts.choose, methods=["POST"]),
            Route("/{album}/{take}/take.mp4", films.film),
            Route("/{album}/{take}/poster.webp", films.poster),
            Route("/{album}/{shot}", pages.picture),
            Route("/{album}/{shot}/card.jpg", pages.card),
            Route("/{album}/{shot}/qr.svg", pages.qr),
            Route("/{album}/{shot}/edit", retouching.form),
            Route("/{album}/{shot}/edit", retouching.edit, methods=["POST"]),
            Route("/{album}/{shot}/retake", retouching.retake, methods=["POST"]),
            Route("/{album}/{shot}/cutouts/{piece}", retouching.cutout),
            Route("/{album}/{shot}/props/{prop}.webp", retouching.prop),
            Route("/{album}/{shot}/delete", access.delete, methods=["POST"]),
            Route("/{album}/{shot}/ask", access.ask, methods=["POST"]),
            Route("/{album}/{shot}/keep", access.keep, methods=["POST"]),
            Route("/{album}/{shot}/{file}", pages.file),
        ],
        exception_handlers=HANDLERS | gone | shut | {errors.BadHostToken: not_host},
    )


async def refuse(connection: HTTPConnection, error: errors.SameframeError) -> Response | None:
    """Answer a named error: a Problem over HTTP, a close code on a socket."""
    log.info("refused", code=error.code)
    problem = answer(wire.Problem(error.code, error.detail), error.status)
    if not isinstance(connection, WebSocket):
        return problem
    if connection.application_state is WebSocketState.CONNECTING:
        await connection.send_denial_response(problem)
        return None
    # It may be gone already, or closed by uvicorn (RuntimeError), or not be reading.
    with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
        async with asyncio.timeout(CLOSE_S):
            await connection.close(error.close or 4400, error.code)
    return None


async def refuse_http(request: Request, error: HTTPException) -> Response:
    """Answer what Starlette itself refuses in our own form."""
    named = errors.WrongMethod if error.status_code == 405 else errors.NotFound
    response = answer(wire.Problem(named.code), error.status_code)
    response.headers.update(error.headers or {})
    return response


async def refuse_fault(request: Request, error: Exception) -> Response:
    """Answer for a fault of ours, which uvicorn logs."""
    return answer(wire.Problem(errors.ServerFault.code), errors.ServerFault.status)


async def let_go(connection: HTTPConnection, error: Exception) -> None:
    """Do nothing: the other side has ended the connection, as anyone may."""


HANDLERS = {
    errors.SameframeError: refuse,
    HTTPException: refuse_http,
    WebSocketDisconnect: let_go,
    ClientDisconnect: let_go,
    Exception: refuse_fault,
}
