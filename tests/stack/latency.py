"""How long it takes from PutEvents to a subscriber's queue, beside what the same stack takes to do nothing.

Doing nothing is an event that a rule lets through and no detector wants: it goes the same way into the same process.
"""

import statistics
import time
from collections.abc import Callable

from moto.sqs.models import sqs_backends

from .account import ACCOUNT, Account
from .events import Json, entry

TIMES = 100
"""How often each is done."""
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
PATIENCE = 20


def latency(account: Account) -> str:
    """Both, in milliseconds, for people."""
    queue = sqs_backends[ACCOUNT][account.region].queues["heard"]

    def settled(record: Json) -> None:
        account.put([entry(record)])
        if not account.invoker.settle(PATIENCE):
            raise TimeoutError("the functions do not come to an end")

    def told(record: Json) -> None:
        before = queue.approximate_number_of_messages
        account.put([entry(record)])
        until = time.monotonic() + PATIENCE
        while queue.approximate_number_of_messages == before:
            if time.monotonic() > until:
                raise TimeoutError("nobody was told")
            time.sleep(0.0002)

    nothing, something = [], []
    for number in range(TIMES + 10):
        nothing.append(_taken(settled, _record("redshift", "ModifyCluster", number, {"clusterIdentifier": "c"})))
        settled(_record("iam", "AttachUserPolicy", number, {"userName": f"kim{number}", "policyArn": ADMINISTRATOR}))
        something.append(_taken(told, _key(number)))
        account.invoker.settle(PATIENCE)
    # The first ones start processes.
    return "\n".join(
        f"{name:<55} median {statistics.median(taken[10:]):.1f}, p95 {statistics.quantiles(taken[10:], n=20)[18]:.1f} ms"
        for name, taken in (("PutEvents to the end of an event nobody wants", nothing), ("PutEvents to the SNS message", something))
    )


def _taken(do: Callable[[Json], None], record: Json) -> float:
    began = time.monotonic()
    do(record)
    return (time.monotonic() - began) * 1000


def _key(number: int) -> Json:
    made = {"accessKey": {"userName": f"kim{number}", "accessKeyId": f"AKIAKIM{number:013}", "status": "Active"}}
    return {**_record("iam", "CreateAccessKey", number, {"userName": f"kim{number}"}), "responseElements": made}


def _record(source: str, name: str, number: int, request: Json) -> Json:
    who = f"lee{number}" if name == "CreateAccessKey" else "carol"
    return {
        "eventVersion": "1.11",
        "eventID": f"{name}-{number}",
        "eventTime": f"2026-03-03T{8 + number // 60:02}:{number % 60:02}:00Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.10",
        "userAgent": "aws-cli/2.15.0",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": f"AIDA{who.upper():A<17}",
            "arn": f"arn:aws:iam::111122223333:user/{who}",
            "accountId": "111122223333",
            "accessKeyId": f"AKIA{who.upper():A<16}",
            "userName": who,
        },
        "eventType": "AwsApiCall",
        "readOnly": False,
        "recipientAccountId": "111122223333",
        "requestParameters": request,
        "responseElements": None,
    }
