"""The command `upstream workshop`: open the page, and say where it is."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.commands import BadRequest, build_crisis_tables
from experiments.output import say, warn
from experiments.places import find_scenario
from scenarios.resolved import Scenario
from sim.store import UnusablePath

if TYPE_CHECKING:
    from experiments.workshop.session import Workshop

NEEDED: Final = ("starlette", "uvicorn", "altair", "vl_convert", "segno", "fpdf")
FOLDER: Final = "workshop"
SECONDS_PER_RESIDENT_YEAR: Final = 1.5e-6
"""Of one core, measured for Portsmouth on an ordinary machine; only to refuse what is hopeless."""
HOURS: Final = 3600.0


def workshop(arguments: argparse.Namespace) -> int:
    """Open a workshop until it is closed with Ctrl-C."""
    check_installed()
    base, source = place_of(arguments.place, arguments.years)
    check_size(base, arguments.replicates)
    build_crisis_tables([base])
    if arguments.measure_latency:
        from experiments.workshop.latency import measure_latency

        return measure_latency(arguments, base, source)
    folder = arguments.folder or Path(f"{FOLDER}_{base.place_name}")
    return serve(arguments, base, source, folder)


def check_installed() -> None:
    """The page needs more than the model. Raises BadRequest."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise BadRequest(
            f"the workshop needs {', '.join(missing)}, which are not installed; "
            "make setup installs all, or: pip install 'upstream[workshop]'"
        )


def place_of(name: str, years: int | None) -> tuple[Scenario, Path]:
    """The scenario in which a place does nothing, and its file. Raises BadRequest, InputError."""
    source, scenario = find_scenario(name)
    return (scenario if years is None else replace(scenario, years=years)), source.resolve()


def check_size(base: Scenario, replicates: int) -> None:
    """A room cannot wait for hours. Raises BadRequest."""
    residents = sum(base.place.population.values())
    seconds = residents * (base.years + 5) * replicates * SECONDS_PER_RESIDENT_YEAR
    if seconds > HOURS:
        raise BadRequest(
            f"{base.place.title} over {base.years} years with {replicates} replicates would take "
            f"about {seconds / HOURS:,.1f} hours of one core before the first question; take fewer "
            "--years or --replicates"
        )


def open_workshop(base: Scenario, source: Path, folder: Path, arguments: argparse.Namespace) -> Any:
    """The session of a folder, new or gone on with. Raises BadRequest, UnusablePath."""
    from experiments.workshop.drafts import Refused, open_desk
    from experiments.workshop.memory import Memory
    from experiments.workshop.session import Workshop

    try:
        desk = open_desk(base, source, folder / "scenarios")
        memory = Memory(folder)
    except Refused as error:
        raise BadRequest(str(error)) from error
    except OSError as error:
        raise UnusablePath(f"{folder}: cannot hold a workshop: {error.strerror}") from error
    opened = memory.room.opened
    if opened and (opened["place"], opened["start"]) != (base.place_name, str(base.start)):
        raise BadRequest(
            f"{folder}: holds a workshop about {opened['title']}; name another --folder"
        )
    return Workshop(
        desk, memory, arguments.seed, arguments.replicates, arguments.workers, arguments.sets
    )


def serve(arguments: argparse.Namespace, base: Scenario, source: Path, folder: Path) -> int:
    """Run the server until Ctrl-C."""
    import uvicorn

    session = open_workshop(base, source, folder, arguments)
    listening = bound(arguments.port, arguments.phones)
    port = listening.getsockname()[1]
    app = guarded(session, base, arguments, port, folder)
    config = uvicorn.Config(
        app,
        log_level="warning",
        timeout_graceful_shutdown=1,
        server_header=False,
        access_log=False,
        limit_concurrency=500,
    )
    logging.getLogger("uvicorn.error").addFilter(_worth_telling)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # closed as Ctrl-C closes it
    with contextlib.suppress(KeyboardInterrupt):  # which the server hands on once it has closed
        the_server(session, lambda: where_it_is(session, arguments, port, folder))(config).run(
            sockets=[listening]
        )
    say(f"Closed. What the room decided is in {folder}; the same command goes on with it.")
    return 0


def _worth_telling(record: logging.LogRecord) -> bool:
    """Not what closing cut off, a life that is being told, say: nothing is lost by it."""
    error = record.exc_info[1] if record.exc_info else None
    cut_off = isinstance(error, asyncio.CancelledError)
    return not cut_off and not str(record.msg).startswith("Cancel %s running task")


def where_it_is(session: Workshop, arguments: argparse.Namespace, port: int, folder: Path) -> None:
    """Say where the page is, and what phones need."""
    say(f"The workshop is at http://127.0.0.1:{port}/ (Ctrl-C closes it)")
    say(f"What the room decides is kept in {folder}")
    if arguments.phones:
        say(f"Phones join at {' or '.join(phone_addresses(port))} with the code {session.code}")
        warn(
            "Anybody on this network can reach that address; without the code they get no further."
        )


def the_server(session: Workshop, listens: Callable[[], None]) -> Any:
    """A server that says when it listens, and that ends the pages' streams of news before it waits
    for what is going on."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                listens()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            session.page.close()
            session.phones.close()
            await super().shutdown(sockets)

    return Server


def guarded(
    session: Any, base: Scenario, arguments: argparse.Namespace, port: int, folder: Path
) -> Any:
    """The application behind its guard."""
    from experiments.workshop.guard import Guard
    from experiments.workshop.server import application
    from experiments.workshop.teller import Teller

    vega = Vega(folder)
    threading.Thread(target=vega, daemon=True).start()
    session.addresses = phone_addresses(port) if arguments.phones else []
    app = application(session, Teller(session.desk.base, arguments.seed), vega)
    return Guard(app, port, arguments.phones, own_names())


class Vega:
    """The Vega bundle, made once on this machine and kept in the workshop's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._made = b""

    def __call__(self) -> bytes:
        """The bundle. The first call takes some seconds, where no earlier workshop left it."""
        from importlib.metadata import version

        import vl_convert

        with self._lock:
            kept = self._folder / f"vega-{version('vl-convert-python')}.js"
            if not self._made and kept.is_file():
                self._made = kept.read_bytes()
            if not self._made:
                bundle: Any = vl_convert.javascript_bundle  # its types want what is optional
                self._made = bundle().encode()
                partial = kept.with_suffix(".partial")
                partial.write_bytes(self._made)
                partial.replace(kept)
        return self._made


def bound(port: int, phones: bool) -> socket.socket:
    """A socket to listen on: this machine's own address, or the network's. Raises BadRequest."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("0.0.0.0" if phones else "127.0.0.1", port))
    except OSError as error:
        raise BadRequest(f"--port {port} cannot be used: {error.strerror}; try another") from error
    return listening


def own_names() -> tuple[str, ...]:
    """The addresses of this machine on its networks, as far as they can be found out."""
    found = []
    asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with asking, contextlib.suppress(OSError):
        asking.connect(("192.0.2.1", 9))  # sends nothing: only the route is looked up
        found.append(asking.getsockname()[0])
    with contextlib.suppress(OSError):
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    return tuple(dict.fromkeys(name for name in found if not name.startswith("127.")))


def phone_addresses(port: int) -> list[str]:
    """Where phones find the page to join."""
    return [f"http://{name}:{port}/join" for name in own_names() or ("127.0.0.1",)]
