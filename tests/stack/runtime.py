"""The runtime: a function's binary behind a Lambda Runtime API, in as many processes as there is work for."""

import json
import queue
import subprocess
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Log = Callable[[str], None]
"""Where a line goes that a function writes."""


@dataclass(frozen=True)
class Outcome:
    """What became of one invocation."""

    ok: bool
    payload: bytes

    @classmethod
    def error(cls, kind: str, message: str) -> "Outcome":
        """An invocation that failed before the function could say so itself."""
        return cls(False, json.dumps({"errorType": kind, "errorMessage": message}).encode())


class Worker:
    """One process with a Runtime API of its own; it deals with one invocation at a time."""

    def __init__(self, binary: Path, arn: str, environment: dict[str, str], timeout: float, log: Log) -> None:
        self._timeout, self._log = timeout, log
        self._events: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
        self._outcomes: queue.Queue[Outcome] = queue.Queue()
        self._polls = 0
        self._changed = threading.Condition()
        handler = _handler(self._events, self._outcomes, self._poll, arn, timeout)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        api = f"127.0.0.1:{self._server.server_port}"
        variables = {**environment, "AWS_LAMBDA_RUNTIME_API": api}
        self._process = subprocess.Popen([binary], env=variables, stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def polled(self, times: int) -> None:
        """Waits until the process has asked for an event so often."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._polls >= times, self._timeout):
                raise TimeoutError(f"it asked {self._polls} times for an event, not {times}")

    @property
    def alive(self) -> bool:
        """Whether the process can take another invocation."""
        return self._process.poll() is None

    def invoke(self, payload: bytes) -> Outcome:
        """Gives the process an event and waits for what it makes of it."""
        self._events.put((str(uuid.uuid4()), payload))
        try:
            return self._outcomes.get(timeout=self._timeout)
        except queue.Empty:
            self.stop()
            return Outcome.error("Sandbox.Timedout", f"timed out after {self._timeout:.0f} seconds")

    def stop(self) -> None:
        """Ends the process as Lambda does: without a word."""
        self._process.kill()
        self._process.wait()
        self._events.put(None)
        self._server.shutdown()

    def _poll(self) -> None:
        with self._changed:
            self._polls += 1
            self._changed.notify_all()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._log(line)

    def _watch(self) -> None:
        status = self._process.wait()
        # Whoever waits for an outcome will have none from a process that is gone.
        self._outcomes.put(Outcome.error("Runtime.ExitError", f"the process ended with {status}"))


def _handler(
    events: "queue.Queue[tuple[str, bytes] | None]",
    outcomes: "queue.Queue[Outcome]",
    poll: Callable[[], None],
    arn: str,
    timeout: float,
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: object) -> None:
            """Requests are not worth a line."""

        def do_GET(self) -> None:
            """The function asks for its next event."""
            poll()
            event = events.get()
            if event is None:
                self.close_connection = True
                return
            request, payload = event
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.send_header("Lambda-Runtime-Aws-Request-Id", request)
            self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + timeout) * 1000)))
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", arn)
            self.send_header("Lambda-Runtime-Trace-Id", "Root=1-0-0;Sampled=0")
            self.end_headers()
            self.wfile.write(payload)

        def do_POST(self) -> None:
            """The function answers, or gives the event back, or could not start."""
            body = self._body()
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()
            outcomes.put(Outcome(self.path.endswith("/response"), body))

        def _body(self) -> bytes:
            if length := self.headers.get("Content-Length"):
                return self.rfile.read(int(length))
            parts = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

    return Handler


class Function:
    """A function: its binary and the processes that run it."""

    def __init__(
        self, name: str, arn: str, binary: Path, environment: dict[str, str], most: int, timeout: float, log: Log
    ) -> None:
        self.name, self.arn, self.binary, self._timeout, self._log = name, arn, binary, timeout, log
        self._environment = {
            **environment,
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_GROUP_NAME": "local",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        }
        self._room = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._all: list[Worker] = []
        self.invocations = 0

    @property
    def processes(self) -> int:
        """How many processes have been started."""
        return len(self._all)

    def invoke(self, payload: bytes) -> Outcome:
        """Invokes the function in an idle process, or in another one where none is."""
        if not self.binary.exists():
            return Outcome.error("Runtime.InvalidEntrypoint", f"{self.binary} is missing: build it")
        with self._room:
            worker = self._take()
            outcome = worker.invoke(payload)
            with self._lock:
                self.invocations += 1
                if worker.alive:
                    self._idle.append(worker)
            return outcome

    def start(self) -> Worker:
        """One process of the function, for whoever wants one to himself."""
        return Worker(self.binary, self.arn, self._environment, self._timeout, self._log)

    def stop(self) -> None:
        """Ends every process."""
        with self._lock:
            for worker in self._all:
                worker.stop()

    def _take(self) -> Worker:
        with self._lock:
            while self._idle:
                if (worker := self._idle.pop()).alive:
                    return worker
            worker = self.start()
            self._all.append(worker)
            return worker
