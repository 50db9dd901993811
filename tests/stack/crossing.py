"""Crossing: an event goes from one bus to another, once, with a role that may and a policy that lets it in."""

import json
from typing import Any

from moto.events.models import EventBus, Rule, events_backends
from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from .invocation import Keep
from .policy import Json, allows, of_role


class Crossing:
    """Everything that went from bus to bus, and everything that could not."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._came: set[tuple[str, str]] = set()
        self.dropped: list[str] = []
        """Events a second hop lost: EventBridge says nothing of them, and keeps them nowhere."""
        self.refused: list[str] = []
        """Why events did not cross; they are in their rule's queue, if it has one."""

    def cross(self, rule: Rule, target: Json, event: Any) -> None:
        """Gives an event to the bus a target names."""
        if (event["id"], _bus_arn(rule)) in self._came:
            self.dropped.append(event["id"])
            return
        bus = _bus(target["Arn"])
        if problem := _problem(rule, target, event, bus):
            self.refused.append(problem)
            if queue := target.get("DeadLetterConfig", {}).get("Arn"):
                self._keep(queue, json.dumps(event), why(rule, target["Arn"], "NO_PERMISSIONS", problem))
            return
        assert bus is not None
        self._came.add((event["id"], bus.arn))
        for each in list(bus.rules.values()):
            each.send_to_targets(event)


def why(rule: Rule, target: str, code: str, message: str) -> dict[str, str]:
    """What EventBridge says of an event it could not deliver."""
    return {"RULE_ARN": rule.arn, "TARGET_ARN": target, "ERROR_CODE": code, "ERROR_MESSAGE": message}


def _bus(arn: str) -> EventBus | None:
    _, _, _, region, account, name = arn.split(":", 5)
    found: EventBus | None = events_backends[account][region].event_buses.get(name.removeprefix("event-bus/"))
    return found


def _bus_arn(rule: Rule) -> str:
    return f"arn:aws:events:{rule.region_name}:{rule.account_id}:event-bus/{rule.event_bus_name}"


def _problem(rule: Rule, target: Json, event: Any, bus: EventBus | None) -> str | None:
    """Why the event may not cross, or none."""
    if bus is None:
        return f"{target['Arn']} does not exist"
    roles = iam_backends[rule.account_id]["aws"].roles.values()
    role = next((role for role in roles if role.arn == target.get("RoleArn")), None)
    if role is None:
        return f"{rule.arn} has no role for {bus.arn}"
    if not allows(of_role(rule.account_id, role.arn), "events:PutEvents", bus.arn, {}):
        return f"{role.arn} may not put events on {bus.arn}"
    if bus.account_id == rule.account_id:
        return None
    context = {"aws:PrincipalArn": role.arn, "events:source": event["source"]}
    if ours := organization(rule.account_id):
        context["aws:PrincipalOrgID"] = ours
    if not allows([json.loads(bus.policy or '{"Statement": []}')], "events:PutEvents", bus.arn, context):
        return f"{bus.arn} does not let {role.arn} in"
    return None


def organization(account: str) -> str | None:
    """The organisation an account is in."""
    for backends in organizations_backends.values():
        backend = backends["aws"]
        if backend.org and account in [each.id for each in backend.accounts]:
            return str(backend.org.id)
    return None
