"""Asynchronous invocation: an event is tried, tried again, and then kept where its function says."""

import json
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from .runtime import Function, Outcome

Keep = Callable[[str, str, dict[str, str]], None]
"""Puts a message with its attributes into the queue of that ARN."""


@dataclass(frozen=True)
class InvokeConfig:
    """What a function's EventInvokeConfig says."""

    retries: int = 2
    on_failure: str | None = None


class Invoker:
    """Invokes functions asynchronously, as Lambda does, but without its minutes between tries."""

    def __init__(self, configs: dict[str, InvokeConfig], keep: Keep, threads: int) -> None:
        self._configs, self._keep = configs, keep
        self._pool = ThreadPoolExecutor(threads)
        self._changed = threading.Condition()
        self._under_way = 0

    def submit(self, function: Function, payload: bytes) -> None:
        """Invokes a function some time soon."""
        with self._changed:
            self._under_way += 1
        self._pool.submit(self._deliver, function, payload)

    def settle(self, timeout: float) -> bool:
        """Waits until nothing is under way; whether that came to pass."""
        with self._changed:
            return self._changed.wait_for(lambda: self._under_way == 0, timeout)

    def _deliver(self, function: Function, payload: bytes) -> None:
        try:
            config = self._configs.get(function.name, InvokeConfig())
            tries = config.retries + 1
            for _ in range(tries):
                outcome = function.invoke(payload)
                if outcome.ok:
                    return
            if config.on_failure:
                self._keep(config.on_failure, _record(function, payload, outcome, tries), {})
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()


def _record(function: Function, payload: bytes, outcome: Outcome, tries: int) -> str:
    """What Lambda tells a failure destination."""
    return json.dumps(
        {
            "version": "1.0",
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "functionArn": f"{function.arn}:$LATEST",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": tries,
            },
            "requestPayload": json.loads(payload),
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "responsePayload": json.loads(outcome.payload or b"null"),
        }
    )
