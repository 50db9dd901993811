"""The bus: events reach the targets of the rules that want them, by pattern and by state."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.events.models import Rule
from moto.events.utils import EventMessageType

from .crossing import Crossing, why
from .invocation import Invoker, Keep
from .runtime import Function

WITH_READS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
Find = Callable[[str], Function | None]
"""The function of an ARN."""


def receives(rule: Rule, event: EventMessageType) -> bool:
    """Whether EventBridge gives the event to the rule's targets."""
    if rule.state == "DISABLED" or rule.scheduled_expression:
        return False
    if event.get("detail", {}).get("readOnly") is True and rule.state != WITH_READS:
        return False
    return any(rule.event_pattern.matches_event(one) for one in _spread(event))


def _spread(event: Any) -> list[Any]:
    """The event once for each object of a list of its detail: a pattern looks into all of them, and moto into none."""
    detail = event.get("detail", {})
    lists = [name for name, value in detail.items() if isinstance(value, list) and value and isinstance(value[0], dict)]
    return [event] + [{**event, "detail": {**detail, name: one}} for name in lists for one in detail[name]]


def open_bus(find: Find, invoker: Invoker, keep: Keep) -> Crossing:
    """Puts genuine delivery in place of moto's, which knows neither functions nor the state of a rule.

    Answers with what crosses between buses, for a test to look at."""
    crossing = Crossing(keep)

    def send_to_targets(self: Rule, original_event: EventMessageType, transform_input: bool = True) -> None:
        event = as_sent(original_event)
        if not receives(self, event):
            return
        payload = json.dumps(event)
        for target in self.targets:
            if ":event-bus/" in target["Arn"]:
                crossing.cross(self, target, original_event)
            elif function := find(target["Arn"]):
                invoker.submit(function, payload.encode())
            elif queue := target.get("DeadLetterConfig", {}).get("Arn"):
                keep(queue, payload, why(self, target["Arn"], "RESOURCE_NOT_FOUND", "the target does not exist"))

    def invoke(self: LambdaFunction, body: str | bytes, request_headers: Any, response_headers: Any) -> str | bytes:
        payload = body.encode() if isinstance(body, str) else body
        function = find(self.function_arn)
        if function is None:
            raise LookupError(self.function_arn)
        if request_headers.get("X-Amz-Invocation-Type", request_headers.get("x-amz-invocation-type")) == "Event":
            invoker.submit(function, payload)
            return b""
        outcome = function.invoke(payload or b"{}")
        if not outcome.ok:
            response_headers["x-amz-function-error"] = "Unhandled"
        return outcome.payload

    # moto has no place to put one's own delivery.
    Rule.send_to_targets = send_to_targets  # type: ignore[method-assign]
    LambdaFunction.invoke = invoke  # type: ignore[method-assign]
    return crossing


def as_sent(event: EventMessageType) -> EventMessageType:
    """An event as targets get it: moto keeps the time as a number, and adds when it came in."""
    time = event["time"]
    if isinstance(time, int | float):
        time = datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    sent: Any = {name: value for name, value in event.items() if name != "ingestion-time"}
    sent["time"] = time
    return sent  # type: ignore[no-any-return]
