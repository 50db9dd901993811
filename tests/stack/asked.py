"""What is asked: the IAM action of a request to AWS, the resources it is about, and what conditions may look at."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

Json = dict[str, Any]


@dataclass(frozen=True)
class Where:
    """Which service was called, in which account and region."""

    service: str
    region: str
    account: str

    def arn(self, rest: str, service: str | None = None) -> str:
        """The ARN of something of this account and region."""
        return f"arn:aws:{service or self.service}:{self.region}:{self.account}:{rest}"


@dataclass(frozen=True)
class Asked:
    """One call, as IAM looks at it."""

    action: str
    resources: list[str]
    context: dict[str, list[str]] = field(default_factory=dict)


Resources = Callable[[Json, Where], list[str]]

SCOPE = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
"""Key, region and service, in the signature of a request."""
REST = [
    ("lambda", "POST", re.compile(r"/2015-03-31/functions/(?P<FunctionName>[^/]+)/invocations"), "InvokeFunction"),
    ("securityhub", "POST", re.compile("/findings/import"), "BatchImportFindings"),
    ("securityhub", "GET", re.compile("/accounts"), "DescribeHub"),
    ("account", "POST", re.compile("/listRegions"), "ListRegions"),
    ("s3", "GET", re.compile(r"/(?P<Bucket>[^/]+)/?\?lifecycle"), "GetLifecycleConfiguration"),
]
"""Calls that path and method name, by the actions IAM knows them by."""
PREFIXES = {"monitoring": "cloudwatch"}
"""Services whose actions begin with another word than their signatures say."""


def _table(body: Json, where: Where) -> list[str]:
    tables = list(body["RequestItems"]) if "RequestItems" in body else [body["TableName"]]
    return [where.arn(f"table/{table}") for table in tables]


def _queue(body: Json, where: Where) -> list[str]:
    *_, account, name = body["QueueUrl"].split("/")
    return [f"arn:aws:sqs:{where.region}:{account}:{name}"]


def _topic(body: Json, _: Where) -> list[str]:
    return [body["TopicArn"]]


def _rule(body: Json, where: Where) -> list[str]:
    bus = body.get("EventBusName", "default").rsplit("/", 1)[-1]
    name = body.get("Name") or body["Rule"]
    return [where.arn(f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")]


def _bus(body: Json, where: Where) -> list[str]:
    return [body["Name"] if body["Name"].startswith("arn:") else where.arn(f"event-bus/{body['Name']}")]


def _role(body: Json, where: Where) -> list[str]:
    return [f"arn:aws:iam::{where.account}:role/{body['RoleName']}"]


def _trail(body: Json, _: Where) -> list[str]:
    return [body.get("TrailName") or body["Name"]]


def _everything(_: Json, __: Where) -> list[str]:
    return ["*"]


def _function(body: Json, where: Where) -> list[str]:
    name = unquote(body["FunctionName"])
    return [name if name.startswith("arn:") else where.arn(f"function:{name}")]


RESOURCES: dict[str, Resources] = {
    "account:ListRegions": lambda _, where: [f"arn:aws:account::{where.account}:account"],
    "cloudtrail:DescribeTrails": _everything,
    "cloudtrail:GetEventSelectors": _trail,
    "cloudtrail:GetTrailStatus": _trail,
    "cloudwatch:GetMetricData": _everything,
    "dynamodb:BatchGetItem": _table,
    "dynamodb:DescribeTable": _table,
    "dynamodb:GetItem": _table,
    "dynamodb:PutItem": _table,
    "dynamodb:Query": _table,
    "dynamodb:UpdateItem": _table,
    "events:DescribeEventBus": _bus,
    "events:DescribeRule": _rule,
    "events:ListTargetsByRule": _rule,
    "events:PutRule": _rule,
    "iam:CreateAccessKey": lambda body, where: [f"arn:aws:iam::{where.account}:user/{body['UserName']}"],
    "iam:GetAccountAuthorizationDetails": _everything,
    "iam:GetRole": _role,
    "iam:GetRolePolicy": _role,
    "lambda:InvokeFunction": _function,
    "logs:DescribeLogGroups": lambda _, where: [where.arn("log-group:*")],
    # CloudFormation's ARN of a group ends in `:*`, as IAM wants it; moto's does not.
    "logs:FilterLogEvents": lambda body, where: [where.arn(f"log-group:{body['logGroupName']}")],
    "organizations:ListAccounts": _everything,
    "s3:GetLifecycleConfiguration": lambda body, _: [f"arn:aws:s3:::{body['Bucket']}"],
    "secretsmanager:GetSecretValue": lambda body, _: [body["SecretId"]],
    "securityhub:BatchImportFindings": lambda body, _: [finding["ProductArn"] for finding in body["Findings"]],
    "securityhub:DescribeHub": lambda _, where: [where.arn("hub/default")],
    "sns:GetTopicAttributes": _topic,
    "sns:Publish": _topic,
    "sqs:ChangeMessageVisibility": _queue,
    "sqs:DeleteMessage": _queue,
    "sqs:GetQueueAttributes": _queue,
    "sqs:ReceiveMessage": _queue,
    "sqs:SendMessage": _queue,
    "ssm:GetParameter": lambda body, where: [where.arn("parameter/" + body["Name"].lstrip("/"))],
    "sts:AssumeRole": lambda body, _: [body["RoleArn"]],
}
"""What each call is about, as the service authorization reference lists it; a call that is not here may be made by nobody."""


def asked(where: Where, method: str, path: str, target: str, body: bytes) -> Asked:
    """What a request asks for."""
    name, said = _named(where, method, path, target, body)
    action = f"{PREFIXES.get(where.service, where.service)}:{name}"
    resources = RESOURCES.get(action)
    if resources is None:
        return Asked(action, ["unknown"])
    return Asked(action, resources(said, where), {"dynamodb:LeadingKeys": _keys(said)})


def _named(where: Where, method: str, path: str, target: str, body: bytes) -> tuple[str, Json]:
    """The name of a call and what was given to it."""
    if target:
        return target.rsplit(".", 1)[1], json.loads(body)
    for service, verb, pattern, name in REST:
        if (service, verb) == (where.service, method) and (match := pattern.match(path)):
            return name, {**_object(body), **match.groupdict()}
    form = dict(parse_qsl(body.decode()))
    return form.get("Action", f"{method} {path}"), form


def _object(body: bytes) -> Json:
    """A body that is an object, and nothing for any other."""
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _keys(body: Json) -> list[str]:
    """The partition keys a call to DynamoDB names."""
    given = [body.get("Key", {}), body.get("Item", {})]
    given += [key for asked in body.get("RequestItems", {}).values() if isinstance(asked, dict) for key in asked["Keys"]]
    keys = [key[name]["S"] for key in given for name in ("id", "pk") if isinstance(key, dict) and name in key]
    if "KeyConditionExpression" in body:
        # Our queries name one value of the partition key, and name it first.
        value = re.search(r"=\s*(:\w+)", body["KeyConditionExpression"])
        keys += [body["ExpressionAttributeValues"][value[1]]["S"]] if value else []
    return keys
