"""What a function costs of a processor, of memory and of its table: starting, and for each event of an ordinary life.

`cargo xtask stack bench PATH` runs this: the events of PATH, in order of time, one after another, into one process.
"""

import argparse
import json
import statistics
import sys
import threading
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from .__main__ import quieten
from .account import Account
from .calls import calls
from .events import Json
from .latency import latency
from .parity import in_files
from .runtime import Function, Worker

STARTS = 20
"""How often the function is started."""


class Counter:
    """What stands before the table and counts who asks it for what."""

    def __init__(self, url: str) -> None:
        self.requests = 0
        self._to = urlsplit(url)
        counter = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, format: str, *args: object) -> None:
                """Requests are counted, not told."""

            def setup(self) -> None:
                super().setup()
                self._onward = HTTPConnection(counter._to.hostname or "", counter._to.port)

            def do_POST(self) -> None:
                """Hands a request on, and its answer back."""
                body = self.rfile.read(int(self.headers["Content-Length"]))
                counter.requests += 1
                self._onward.request("POST", "/", body, dict(self.headers))
                answer = self._onward.getresponse()
                said = answer.read()
                self.send_response(answer.status)
                for name in ("Content-Type", "x-amz-crc32", "x-amzn-RequestId"):
                    if value := answer.headers.get(name):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"


def cpu(pid: int) -> float:
    """How long a process has been on a processor, in microseconds; the kernel counts in nanoseconds."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1000


def memory(pid: int, what: str) -> float:
    """`VmRSS` or `VmHWM` of a process, in MB of 1,000,000 bytes."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) * 1024 / 1e6


@dataclass
class Measured:
    """What was measured of one function."""

    starts: list[float] = field(default_factory=list)
    """From exec to asking for the first event, microseconds of processor."""
    idle: float = 0
    """Memory then, MB."""
    none: list[float] = field(default_factory=list)
    """Microseconds of processor for each event that asked the table nothing."""
    some: list[float] = field(default_factory=list)
    """And for each that did."""
    requests: int = 0
    most: float = 0
    """The most memory, MB."""

    def table(self, binary: Path) -> str:
        """For people."""
        both = len(self.none) + len(self.some)
        rows = [
            ("binary", f"{binary.stat().st_size / 1e6:.2f} MB"),
            ("exec to first poll, processor", _spread(self.starts, 1000, "ms")),
            ("memory at first poll; the most", f"{self.idle:.1f} MB; {self.most:.1f} MB"),
            (f"an event without a request ({len(self.none)}), processor", _spread(self.none, 1, "µs")),
            (f"an event with requests ({len(self.some)}), processor", _spread(self.some, 1, "µs")),
            ("requests to the table for an event", f"{self.requests / max(both, 1):.2f}"),
        ]
        return "\n".join(f"{name:<55} {said}" for name, said in rows)


def _spread(values: list[float], by: float, unit: str) -> str:
    if len(values) < 2:
        return "-"
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return f"median {statistics.median(values) / by:.2f}, p99 {cuts[98] / by:.2f}, most {max(values) / by:.2f} {unit}"


def measure(function: Function, counter: Counter, events: list[Json], learned: int) -> Measured:
    """Starts the function again and again, and gives the last process every event."""
    measured = Measured()
    for index in range(STARTS):
        worker = function.start()
        worker.polled(1)
        measured.starts.append(cpu(worker.pid))
        if index + 1 < STARTS:
            worker.stop()
    measured.idle = memory(worker.pid, "VmRSS")
    for index, event in enumerate(events):
        asked, spent = counter.requests, cpu(worker.pid)
        outcome = worker.invoke(json.dumps(event).encode())
        if not outcome.ok:
            raise ValueError(f"event {index} was given back: {outcome.payload!r}")
        # What it does after its answer, until it asks for the next one, is of this event too.
        worker.polled(index + 2)
        if index >= learned:
            spent, asked = cpu(worker.pid) - spent, counter.requests - asked
            (measured.some if asked else measured.none).append(spent)
            measured.requests += asked
    measured.most = memory(worker.pid, "VmHWM")
    worker.stop()
    return measured


def envelope(record: Json) -> Json:
    """A record as the bus hands it to a function."""
    return {
        "version": "0",
        "id": record["eventID"],
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws." + record["eventSource"].split(".")[0],
        "account": record.get("recipientAccountId", ""),
        "time": record["eventTime"],
        "region": record["awsRegion"],
        "resources": [],
        "detail": record,
    }


def _called(record: Json) -> tuple[str, str]:
    return record["eventSource"].split(".")[0], record["eventName"]


def main() -> None:
    """Measures one function."""
    parser = argparse.ArgumentParser(description=__doc__, prog="stack.bench")
    parser.add_argument("--repository", type=Path, default=Path())
    parser.add_argument("--binaries", type=Path, required=True, help="where functions were built")
    parser.add_argument("--dynamodb", required=True, help="where DynamoDB Local listens")
    parser.add_argument("--function", default="CredentialAddedFunction", help="its logical id in the template")
    parser.add_argument("paths", type=Path, nargs="+", help="logs")
    asked = parser.parse_args()
    quieten()
    counter = Counter(asked.dynamodb)
    account = Account(asked.repository, asked.binaries, counter.url)
    try:
        matched = {(source, name) for source, name, *_ in calls(asked.repository)}
        events = [envelope(record) for record in in_files(asked.paths) if _called(record) in matched]
        events.sort(key=lambda event: (event["time"], event["id"]))
        function = account.functions[asked.function]
        measured = measure(function, counter, events, len(events) // 2)
        took = latency(account)
    finally:
        account.stop()
    print(f"{function.binary.name}: {len(events)} events, the second half of them measured", file=sys.stderr)
    print(measured.table(function.binary))
    print(took)


if __name__ == "__main__":
    main()
