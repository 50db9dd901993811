"""Calls in scope, one event of each, and the regions where AWS emits them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from .events import Json, entry

ROW = re.compile(r"\| `([^`]+)` \| `([^`]+)` \| (yes|no) \| ([a-z ]+)(?:, where `([^`]+)` names `trailwarden`)? \|")
ANOMALY = "SignInAnomalyAlert"
GLOBAL = "us-east-1"


def calls(repository: Path) -> list[tuple[str, str, bool, bool, str]]:
    """Source, name, whether it reads, whether only one region of a partition emits it, and which parameter must name us."""
    rows = ROW.findall((repository / "docs/calls.md").read_text())
    return [(source, name, reads == "yes", where == "global region", own) for source, name, reads, where, own in rows]


def emitted(repository: Path, account: str, region: str) -> Iterator[Json]:
    """One event of each call that AWS emits in an account and region, by somebody else each, as entries of PutEvents."""
    for number, (source, name, reads, is_global, own) in enumerate(calls(repository)):
        if is_global and region != GLOBAL:
            continue
        if name == ANOMALY:
            detail = {"eventID": f"{account}/{region}/{source}/{name}"}
            yield {"Source": "aws.signin", "DetailType": "Sign-in Anomaly Alert", "Detail": json.dumps(detail)}
            continue
        yield entry(_record(account, region, source, name, reads, own, number))


def _record(account: str, region: str, source: str, name: str, reads: bool, own: str, number: int) -> Json:
    user = f"u{number}"
    request = {}
    if source == "kms":
        request = {"encryptionContext": {"SecretARN": f"arn:aws:secretsmanager:{region}:{account}:secret:s-AbCdEf"}}
    if own:
        request = {own: "trailwarden-part"}
    return {
        "eventVersion": "1.11",
        "eventID": f"{account}/{region}/{source}/{name}",
        "eventTime": "2026-03-03T09:15:00Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": "203.0.113.10",
        "userAgent": "aws-cli/2.15.0",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": f"AIDA{user.upper():A<17}",
            "arn": f"arn:aws:iam::{account}:user/{user}",
            "accountId": account,
            "accessKeyId": f"AKIA{user.upper():A<16}",
            "userName": user,
        },
        "eventType": "AwsConsoleSignIn" if source == "signin" else "AwsApiCall",
        "readOnly": reads,
        "recipientAccountId": account,
        "requestParameters": request,
        "responseElements": None,
    }
