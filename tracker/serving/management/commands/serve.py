"""`manage.py serve`: the whole installation on one machine, in one command."""

import signal
import socket
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from tracker.serving import processes
from tracker.serving.embedded_broker import BrokerError, EmbeddedBroker
from tracker.serving.listening import PortError, address_of, healthy, listen
from tracker.serving.supervisor import Supervisor, Watched


class Command(BaseCommand):
    help = "Serve pages and API beside a worker, a scheduler and (without REDIS_URL) a broker, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="the port (8000; 0 takes a free one)")
        parser.add_argument("--welcome", type=Path, help="a text file to print once the server answers")

    def handle(self, *, host: str, port: int, welcome: Path | None, **options: object) -> None:
        # Before the supervisor catches signals itself, a plain "stop" ends this process cleanly too.
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
        try:
            with ExitStack() as stack:
                code = self._serve(stack, host, port, welcome)
        except (PortError, BrokerError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            code = 0
        self._say("Stopped.")
        if code:
            sys.exit(code)

    def _serve(self, stack: ExitStack, host: str, port: int, welcome: Path | None) -> int:
        listener = stack.enter_context(listen(host, port))
        address = address_of(listener)
        self._collect_static_files()
        stages: list[list[Watched]] = []
        if not settings.REDIS_URL:
            embedded = EmbeddedBroker(settings.HOME / "broker", on_line=self._line_of("broker"))
            broker = stack.enter_context(embedded)
            stages.append([Watched(broker.child)])
        stages.append(self._web_and_worker(listener, address))
        greeting = Greeting(address, welcome, say=self._say)
        return Supervisor(stages, say=self._say, on_tick=greeting.once_it_answers).run()

    def _collect_static_files(self) -> None:
        """Pages without their styles would answer with an error: collect what `make serve` would have collected."""
        if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
            call_command("collectstatic", interactive=False, verbosity=0)

    def _web_and_worker(self, listener: socket.socket, address: str) -> list[Watched]:
        environment = processes.environment_for(address)
        project = Path(settings.BASE_DIR)
        web = processes.web(
            listener.fileno(), project=project, environment=environment, on_line=self._line_of("web")
        )
        worker = processes.worker(project=project, environment=environment, on_line=self._line_of("worker"))
        return [Watched(web), Watched(worker)]

    def _line_of(self, name: str) -> Callable[[str], None]:
        return lambda line: self._say(f"{name:<6} | {line}")

    def _say(self, line: str) -> None:
        with _PRINTING:
            try:
                self.stdout.write(line)
                self.stdout.flush()
            except (BrokenPipeError, ValueError):
                # Nobody reads any more (a closed terminal or pipe); the server goes on without its lines.
                pass


# Lines come from a thread for each child.
_PRINTING = threading.Lock()


class Greeting:
    """Prints the address, and what else there is to say, once the web server answers."""

    def __init__(self, address: str, welcome: Path | None, *, say: Callable[[str], None]) -> None:
        self._address = address
        self._welcome = welcome
        self._say = say
        self._done = False

    def once_it_answers(self) -> None:
        if self._done or not healthy(self._address):
            return
        self._done = True
        self._say(f"\nThe tracker is at {self._address} (Ctrl-C stops it).")
        if self._welcome and self._welcome.exists():
            self._say(self._welcome.read_text(encoding="utf-8").rstrip("\n"))
        self._say("")
