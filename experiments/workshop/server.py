"""The page's addresses. Every answer is JSON, a chart, or one of the page's own files."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from experiments.workshop import charts
from experiments.workshop.drafts import BASE, Refused, path_of, problems_in_words
from experiments.workshop.memory import Full
from experiments.workshop.phones import phone_routes
from experiments.workshop.questions import CALLED_OUT
from experiments.workshop.session import Workshop
from experiments.workshop.teller import Teller
from experiments.workshop.telling import assumed
from scenarios.problems import InputError

STATIC: Final = Path(__file__).parent / "static"
TYPES: Final = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
                ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}  # fmt: skip
PAGE_FILES: Final = {path.name: path for path in STATIC.iterdir() if path.suffix in TYPES}
"""The only files that are ever given out, read from a list made at the start."""

Handler = Callable[[Request], Awaitable[Response]]


def application(workshop: Workshop, teller: Teller, vega: Callable[[], bytes]) -> Starlette:
    """Everything a browser may ask for."""
    routes = _Routes(workshop, teller, vega)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        workshop.start()
        yield
        teller.close()
        workshop.close()

    get = [
        ("/", routes.index), ("/static/{name}", routes.file), ("/vega.js", routes.vega),
        ("/charts/{name}.json", routes.chart), ("/charts/{name}/{measure}.json", routes.chart),
        ("/api/about", routes.about), ("/api/events", routes.events),
        ("/api/doors", routes.doors), ("/api/assumed", routes.assumed),
        ("/api/life", routes.life), ("/api/life/far", routes.life_far),
        ("/qr.svg", routes.qr), ("/report.html", routes.report),
        ("/report.pdf", routes.report), ("/scenarios/{name}.toml", routes.download),
    ]  # fmt: skip
    post = [
        ("/api/try", routes.try_out), ("/api/foresee", routes.foresee),
        ("/api/keep", routes.keep), ("/api/open", routes.open),
        ("/api/rename", routes.rename), ("/api/take_down", routes.take_down),
        ("/api/undo", routes.undo), ("/api/decide", routes.decide), ("/api/upload", routes.upload),
        ("/api/compare", routes.compare), ("/api/ask", routes.ask), ("/api/show", routes.show),
        ("/api/answer", routes.answer), ("/api/strike", routes.strike),
        ("/api/take_back", routes.take_back),
    ]  # fmt: skip
    all_routes = [Route(path, explained(handler)) for path, handler in get]
    all_routes += [Route(path, explained(handler), methods=["POST"]) for path, handler in post]
    return Starlette(routes=all_routes + phone_routes(workshop, explained), lifespan=lifespan)


def explained(handler: Handler) -> Handler:
    """The handler, with what goes wrong told plainly."""

    async def answering(request: Request) -> Response:
        try:
            return await handler(request)
        except (Refused, Full) as error:
            return JSONResponse({"problems": [str(error)]}, 400)
        except InputError as error:
            return JSONResponse({"problems": problems_in_words(error)}, 400)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return JSONResponse({"problems": ["that could not be understood"]}, 400)
        except ClientDisconnect:
            return JSONResponse({"problems": ["that is too large"]}, 413)

    return answering


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object that was sent. Raises ValueError."""
    data = json.loads(await request.body())
    if not isinstance(data, dict):
        raise ValueError("not an object")
    return data


def text(data: dict[str, Any], name: str) -> str:
    """A text that was sent, empty if there is none. Raises ValueError."""
    value = data.get(name, "")
    if not isinstance(value, str) or len(value) > 5000:
        raise ValueError(name)
    return value


class _Routes:
    """The handlers, each a few lines around the workshop."""

    def __init__(self, workshop: Workshop, teller: Teller, vega: Callable[[], bytes]) -> None:
        self.workshop, self.teller, self._vega = workshop, teller, vega
        self._reporting = asyncio.Lock()

    async def index(self, _: Request) -> Response:
        return static_file("index.html")

    async def file(self, request: Request) -> Response:
        return static_file(request.path_params["name"])

    async def vega(self, _: Request) -> Response:
        content = await asyncio.to_thread(self._vega)
        headers = {"cache-control": "max-age=86400"}
        return Response(content, media_type=TYPES[".js"], headers=headers)

    async def chart(self, request: Request) -> Response:
        made = charts.spec(request.path_params["name"], request.path_params.get("measure", ""))
        return JSONResponse(made) if made else Response("There is no such chart.", 404)

    async def about(self, _: Request) -> Response:
        return JSONResponse(self.workshop.about())

    async def events(self, _: Request) -> Response:
        workshop = self.workshop
        if workshop.page.full:
            return Response("Too many pages are open.", 503)
        return StreamingResponse(workshop.page.listen(self._now), media_type="text/event-stream")

    def _now(self) -> dict[str, Any]:
        """How things stand, for a page that begins to listen."""
        workshop = self.workshop
        return {"base": workshop.base_news(), "answer": workshop.answer(), "room": workshop.room()}

    async def try_out(self, request: Request) -> Response:
        data = await body_of(request)
        settings = dict(data.get("settings", {}))
        told = self.workshop.try_out(settings, text(data, "under"), text(data, "move"))
        return JSONResponse(told)

    async def foresee(self, request: Request) -> Response:
        """A lever is being held; nothing on the screen changes."""
        data = await body_of(request)
        self.workshop.foresee(dict(data.get("settings", {})), text(data, "under"))
        return JSONResponse({})

    async def keep(self, request: Request) -> Response:
        data = await body_of(request)
        front = self.workshop.front
        settings = dict(data.get("settings", front.settings))
        under = text(data, "under") if "under" in data else front.under
        kept = self.workshop.keep(text(data, "title"), text(data, "table"), settings, under)
        return JSONResponse({"name": kept.name, "title": kept.title})

    async def upload(self, request: Request) -> Response:
        kept = self.workshop.upload(await request.body())
        return JSONResponse({"name": kept.name, "title": kept.title})

    async def open(self, request: Request) -> Response:
        data = await body_of(request)
        return JSONResponse(self.workshop.open(text(data, "name"), text(data, "move")))

    async def rename(self, request: Request) -> Response:
        data = await body_of(request)
        self.workshop.wall.rename(text(data, "name"), text(data, "title"))
        return JSONResponse({})

    async def take_down(self, request: Request) -> Response:
        self.workshop.wall.take_down(text(await body_of(request), "name"))
        return JSONResponse({})

    async def undo(self, request: Request) -> Response:
        sure = (await body_of(request)).get("sure", 0)
        return JSONResponse(self.workshop.wall.undo(int(sure)))

    async def decide(self, request: Request) -> Response:
        data = await body_of(request)
        self.workshop.wall.decide(text(data, "text"), text(data, "who"), text(data, "scenario"))
        return JSONResponse({})

    async def compare(self, request: Request) -> Response:
        names = (await body_of(request)).get("names", [])
        return JSONResponse(self.workshop.wall.compare([str(name) for name in names]))

    async def ask(self, request: Request) -> Response:
        data = await body_of(request)
        choices = [str(choice) for choice in data.get("choices", [])]
        sort, about = text(data, "sort"), text(data, "text")
        measure, scenario = text(data, "measure"), text(data, "scenario")
        settings = dict(data.get("settings", {}))
        number = self.workshop.questions.ask(sort, about, measure, choices, scenario, settings)
        return JSONResponse({"number": number})

    async def show(self, request: Request) -> Response:
        data = await body_of(request)
        self.workshop.questions.show(int(data["number"]), bool(data.get("reveal")))
        return JSONResponse({})

    async def answer(self, request: Request) -> Response:
        """What somebody without a phone calls out, typed in by the facilitator."""
        data = await body_of(request)
        who, value = f"{CALLED_OUT}{text(data, 'who')[:60]}", float(data["value"])
        sure = data.get("sure") is True
        asks = self.workshop.questions.answered(who, int(data["number"]), value, sure)
        return JSONResponse({"taken": not asks, "ask": asks})

    async def strike(self, request: Request) -> Response:
        """One answer that was a slip, by its line in the log."""
        data = await body_of(request)
        said = self.workshop.questions.strike(int(data["number"]), int(data["answer"]))
        return JSONResponse({"struck": said})

    async def take_back(self, request: Request) -> Response:
        """A question that nobody has answered."""
        data = await body_of(request)
        return JSONResponse({"taken_back": self.workshop.questions.take_back(int(data["number"]))})

    async def doors(self, _: Request) -> Response:
        return JSONResponse(self.workshop.doors())

    async def assumed(self, _: Request) -> Response:
        return JSONResponse(assumed(self.workshop))

    async def life(self, request: Request) -> Response:
        """A life, and the plan it was told with, which may be another by the time it is read."""
        rule, front = request.query_params.get("find", "cost"), self.workshop.front
        words = self.workshop.wall.words(front.settings, front.under)
        plan = {"settings": front.settings, "under": front.under, "words": words}
        told = await self.teller.life(rule, front.run, request.is_disconnected)
        return JSONResponse(told | {"plan": plan}, headers={"cache-control": "no-store"})

    async def life_far(self, _: Request) -> Response:
        return JSONResponse(self.teller.far(), headers={"cache-control": "no-store"})

    async def report(self, request: Request) -> Response:
        from experiments.report.html import POLICY, to_html
        from experiments.report.pdf import to_pdf

        pdf = request.url.path.endswith(".pdf")
        async with self._reporting:  # one at a time: drawing takes seconds and memory
            made = await asyncio.to_thread(self.workshop.wall.report)
            content = await asyncio.to_thread(to_pdf if pdf else to_html, made)
        if pdf:
            return Response(content, media_type="application/pdf")
        headers = {"content-security-policy": POLICY + "; frame-ancestors 'none'"}
        return Response(content, media_type=TYPES[".html"], headers=headers)

    async def qr(self, _: Request) -> Response:
        import segno

        if not self.workshop.addresses:
            return Response("Phones are off.", 404)
        picture = io.BytesIO()
        segno.make(self.workshop.addresses[0]).save(picture, kind="svg", scale=6)
        return Response(picture.getvalue(), media_type=TYPES[".svg"])

    async def download(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name != BASE and name not in self.workshop.memory.room.kept:
            return Response("There is no such scenario.", 404)
        headers = {"content-disposition": f'attachment; filename="{name}.toml"'}
        content = path_of(self.workshop.desk, name).read_bytes()
        return Response(content, media_type="application/toml", headers=headers)


def static_file(name: str) -> Response:
    path = PAGE_FILES.get(name)
    if path is None:
        return Response("There is no such page.", 404)
    return Response(path.read_bytes(), media_type=TYPES[path.suffix])
