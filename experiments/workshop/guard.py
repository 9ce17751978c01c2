"""Who may ask the page for what, how often and how much.

The facilitator's part answers only this machine: the caller's address and the name it asked for
must both be local, so that no other computer and no foreign web page in the same browser gets in.
Phones get in only while they are let in, with the code, and only so often.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BODY: Final = 200_000
MAX_HEADERS: Final = 16_000
LOCAL: Final = ("127.0.0.1", "::1", "localhost", "[::1]")
PHONE_PATHS: Final = ("/join", "/phone/", "/static/phone.js", "/static/style.css")
CODE_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are mistaken for one another."""
CODE_LENGTH: Final = 6
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


class Rate:
    """At most so many in so many seconds, for each who asks; those longest silent are forgotten."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic):
        self.most, self.seconds, self._clock = most, seconds, clock
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def allows(self, who: str) -> bool:
        """Whether ``who`` may ask once more; if so it is counted."""
        now = self._clock()
        times = self._asked.pop(who, None) or deque()
        while times and times[0] <= now - self.seconds:
            times.popleft()
        allowed = len(times) < self.most
        if allowed:
            times.append(now)
        self._asked[who] = times
        while len(self._asked) > 10_000:
            self._asked.popitem(last=False)
        return allowed


def new_code() -> str:
    """A join code that can be read out: 30 bits, a thousand million and more."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def same_code(given: object, code: str) -> bool:
    """Whether a code was given rightly, in whatever case and however spaced."""
    if not isinstance(given, str) or len(given) > 40:
        return False
    plain = given.upper().replace(" ", "").replace("-", "")
    return secrets.compare_digest(plain.encode(), code.encode())


class Guard:
    """Stands before the application and lets through what may pass."""

    def __init__(self, app: Any, port: int, phones: bool, names: tuple[str, ...] = ()) -> None:
        self._app, self._phones = app, phones
        self._local = {f"{name}:{port}" for name in LOCAL}
        self._network = {f"{name}:{port}" for name in names} if phones else set()
        self._rate = Rate(most=240, seconds=60)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await _refuse(send, *refusal)
            return
        await self._app(scope, _limited(scope, receive), _with_headers(send))

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        host = headers.get("host", "")
        caller = (scope.get("client") or ("", 0))[0]
        here = caller in LOCAL and host in self._local
        phone = is_for_phones(scope["path"])
        if not here and not (self._phones and phone and host in self._local | self._network):
            return 403, "This address answers only the computer it runs on."
        if int(headers.get("content-length") or 0) > MAX_BODY:
            return 413, "That is too large."
        if sum(map(len, headers.values())) > MAX_HEADERS:
            return 431, "That is too large."
        if not _same_origin(headers, host):
            return 403, "Another page may not ask this."
        if scope["method"] not in ("GET", "HEAD") and not _is_ours(headers):
            return 415, "Ask with application/json or application/toml."
        if caller not in LOCAL and not self._rate.allows(caller):
            return 429, "Too often. Wait a minute."
        return None


def is_for_phones(path: str) -> bool:
    """Whether an address is one of those that phones may ask for."""
    return path in PHONE_PATHS or path.startswith("/phone/")


def _same_origin(headers: dict[str, str], host: str) -> bool:
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None and origin != f"http://{host}":
        return False
    return site in (None, "same-origin", "none")


def _is_ours(headers: dict[str, str]) -> bool:
    """A form on a foreign page cannot send these without asking first."""
    kind = headers.get("content-type", "").split(";")[0].strip()
    return kind in ("application/json", "application/toml")


def _limited(scope: Scope, receive: Receive) -> Receive:
    """The request's body, cut off where it is longer than it may be."""
    got = 0

    async def reading() -> MutableMapping[str, Any]:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > MAX_BODY:
            return {"type": "http.disconnect"}
        return message

    return reading


def _with_headers(send: Send) -> Send:
    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            given = {name for name, _ in message.get("headers", [])}
            extra = [pair for pair in HEADERS if pair[0] not in given]
            message["headers"] = [*message.get("headers", []), *extra]
        await send(message)

    return sending


async def _refuse(send: Send, status: int, why: str) -> None:
    body = why.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"),
               (b"content-length", str(len(body)).encode()), *HEADERS]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
