"""The gate: each call a function makes is held against the policies of the role it makes it by, as IAM would hold it.

moto asks nobody's leave, and DynamoDB Local knows no roles. Every request of a function comes by here: what no
statement allows is refused, and what one does is remembered, so that in the end it can be told which statements
nobody used.
"""

import json
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import quote

import urllib3
from moto.iam.models import iam_backends
from moto.sts.models import AssumedRole, sts_backends

from .asked import SCOPE, Asked, Where, asked
from .crossing import organization
from .policy import Json, allowing, of_role, trusts

Start = Callable[..., Any]
App = Callable[[Json, Start], Iterable[bytes]]

REFUSED_ELSEWHERE = ("iam:CreateAccessKey", "secretsmanager:GetSecretValue")
"""The calls of a heartbeat: `refusals` refuses them, and tells of it as CloudTrail does."""
MEMBER = "MemberRole"
"""The role of `infra/forwarder.yaml`, by which functions look at other accounts."""


@dataclass(frozen=True, order=True)
class Grant:
    """One action on one resource, as a statement of a role's policies gives it, alike in every deployment."""

    role: str
    sid: str
    action: str
    resource: str


@dataclass
class Seen:
    """What went through every gate of a run."""

    used: set[Grant] = field(default_factory=set)
    given: set[Grant] = field(default_factory=set)
    """Every grant of every role of ours that there was."""
    refused: set[tuple[str, str, str]] = field(default_factory=set)
    """Role, action and resource of what no statement allows."""


SEEN = Seen()


class Gate:
    """What stands before everything that stands for AWS."""

    def __init__(self, app: App, dynamodb: str | None) -> None:
        self._app, self._dynamodb = app, dynamodb
        self._onward = urllib3.PoolManager(maxsize=32, retries=False)
        self._lock = threading.Lock()
        self._roles: dict[str, str] = {}

    def know(self, roles: dict[str, str]) -> None:
        """Roles of ours, by ARN, and what the template calls each; what they are given is noted."""
        self._roles |= roles
        for arn, name in roles.items():
            SEEN.given |= grants(name, _policies(arn))

    def __call__(self, environ: Json, start: Start) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        signed = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        if signed is None:
            return self._app(environ, start)
        key, region, service = signed.groups()
        if (caller := _caller(key)) and not self._may(caller, Where(service, region, caller.account_id), environ, body):
            return _refuse(environ, start)
        if service == "dynamodb" and self._dynamodb:
            return self._hand_on(self._dynamodb, environ, body, start)
        return self._app(environ, start)

    def _may(self, caller: AssumedRole, where: Where, environ: Json, body: bytes) -> bool:
        if caller.role_arn.endswith("-member") and caller.role_arn not in self._roles:
            self.know({caller.role_arn: MEMBER})
        name = self._roles.get(caller.role_arn)
        if name is None:
            return True
        path = environ["PATH_INFO"] + (f"?{query}" if (query := environ.get("QUERY_STRING")) else "")
        call = asked(where, environ["REQUEST_METHOD"], path, environ.get("HTTP_X_AMZ_TARGET", ""), body)
        if call.action in REFUSED_ELSEWHERE:
            return True
        return self._weigh(name, caller.role_arn, call)

    def _weigh(self, name: str, arn: str, call: Asked) -> bool:
        for resource in call.resources:
            context: dict[str, Any] = dict(call.context)
            if call.action == "sts:AssumeRole":
                entered = resource.split(":")[4]
                context["aws:ResourceOrgID"] = organization(entered) or "none"
                if not trusts(_role(resource).assume_role_policy_document, arn):
                    SEEN.refused.add((name, call.action, f"{resource} does not trust {arn}"))
                    return False
            grant = allowing(_policies(arn), call.action, resource, context)
            with self._lock:
                if grant is None:
                    SEEN.refused.add((name, call.action, resource))
                    return False
                SEEN.used.add(_grant(name, *grant))
        return True

    def _hand_on(self, to: str, environ: Json, body: bytes, start: Start) -> Iterable[bytes]:
        names = {"HTTP_X_AMZ_TARGET": "X-Amz-Target", "HTTP_AUTHORIZATION": "Authorization", "HTTP_X_AMZ_DATE": "X-Amz-Date"}
        headers = {name: environ[key] for key, name in names.items() if key in environ}
        headers["Content-Type"] = environ.get("CONTENT_TYPE", "")
        answer = self._onward.request("POST", to, body=body, headers=headers)
        kept = [(name, value) for name, value in answer.headers.items() if name.lower().startswith(("content-", "x-am"))]
        start(f"{answer.status} {answer.reason}", kept)
        return [answer.data]


def grants(name: str, policies: list[Json]) -> set[Grant]:
    """Everything a role is given, one by one."""
    return {
        _grant(name, statement.get("Sid", ""), action, resource)
        for policy in policies
        for statement in policy["Statement"]
        for action in _each(statement["Action"])
        for resource in _each(statement["Resource"])
    }


def _grant(role: str, sid: str, action: str, resource: str) -> Grant:
    """A grant without what differs from one deployment to the next: where it is, and what CloudFormation adds to names."""
    plain = re.sub(r"(?<=[:/])\d{12}(?=[:/])", "", re.sub("-[A-Z0-9]{12}(?=$|[/:])", "", resource))
    return Grant(role, sid, action, re.sub(r"^arn:aws:(\w+):[^:]*:[^:]*:", r"\1 ", plain))


def _each(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _caller(key: str) -> AssumedRole | None:
    """Whose session a key is of."""
    for backends in list(sts_backends.values()):
        if found := backends["aws"].get_assumed_role_from_access_key(key):
            return found
    return None


def _role(arn: str) -> Any:
    return iam_backends[arn.split(":")[4]]["aws"].get_role_by_arn(arn)


def _policies(arn: str) -> list[Json]:
    return of_role(arn.split(":")[4], arn)


def _refuse(environ: Json, start: Start) -> Iterable[bytes]:
    message = f"not authorized to perform {quote(environ.get('HTTP_X_AMZ_TARGET') or environ['PATH_INFO'])}"
    if environ.get("HTTP_X_AMZ_TARGET") or "json" in environ.get("CONTENT_TYPE", ""):
        said = json.dumps({"__type": "AccessDeniedException", "message": message})
        start("400 Bad Request", [("Content-Type", "application/x-amz-json-1.0"), ("x-amzn-ErrorType", "AccessDeniedException")])
        return [said.encode()]
    start("403 Forbidden", [("Content-Type", "text/xml")])
    return [f"<ErrorResponse><Error><Code>AccessDenied</Code><Message>{message}</Message></Error></ErrorResponse>".encode()]
