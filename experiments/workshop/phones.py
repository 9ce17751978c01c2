"""The addresses that phones in the room may ask for: join with the code, predict, vote, look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from experiments.workshop.guard import same_code

COOKIE: Final = "upstream_seat"
Handler = Callable[[Request], Awaitable[Response]]


def phone_routes(workshop: Any, explained: Callable[[Handler], Handler]) -> list[Route]:
    """The routes; ``workshop`` is a `session.Workshop`."""

    async def page(_: Request) -> Response:
        from experiments.workshop.server import static_file

        return static_file("phone.html")

    async def enter(request: Request) -> Response:
        from experiments.workshop.server import body_of

        caller = request.client.host if request.client else ""
        if not workshop.guesses.allows(caller):
            return _problem("Too many tries. Wait a minute.", 429)
        data = await body_of(request)
        if not same_code(data.get("code"), workshop.code):
            return _problem("That is not the code on the screen.", 403)
        response = JSONResponse(workshop.questions.for_phones())
        response.set_cookie(COOKIE, workshop.questions.join(), httponly=True, samesite="strict",
                            max_age=6 * 3600, path="/phone/")  # fmt: skip
        return response

    async def state(request: Request) -> Response:
        if _seat(request, workshop) is None:
            return _problem("Join with the code first.", 403)
        return JSONResponse(workshop.questions.for_phones())

    async def events(request: Request) -> Response:
        if _seat(request, workshop) is None:
            return _problem("Join with the code first.", 403)
        if workshop.phones.full:
            return _problem("Too many phones.", 503)
        listen = workshop.phones.listen(lambda: {"phone": workshop.questions.for_phones()})
        return StreamingResponse(listen, media_type="text/event-stream")

    async def answer(request: Request) -> Response:
        from experiments.workshop.server import body_of

        who = _seat(request, workshop)
        if who is None:
            return _problem("Join with the code first.", 403)
        if not workshop.answering.allows(who):
            return _problem("Too often. Wait a minute.", 429)
        data = await body_of(request)
        number, value, sure = int(data["number"]), float(data["value"]), data.get("sure") is True
        asks = workshop.questions.answered(who, number, value, sure)
        return JSONResponse({"taken": not asks, "ask": asks})

    return [
        Route("/join", explained(page)),
        Route("/phone/enter", explained(enter), methods=["POST"]),
        Route("/phone/state", explained(state)),
        Route("/phone/events", explained(events)),
        Route("/phone/answer", explained(answer), methods=["POST"]),
    ]


def _seat(request: Request, workshop: Any) -> str | None:
    who = request.cookies.get(COOKIE, "")
    return who if who in workshop.seats else None


def _problem(why: str, status: int) -> Response:
    return JSONResponse({"problems": [why]}, status)
