"""How long it takes from PutEvents to a subscriber's queue, beside what the same stack takes to do nothing.

Doing nothing is an event that a rule lets through and no detector wants: it goes the same way into the same process.
"""

import statistics
import time
from collections.abc import Callable

from moto.sqs.models import sqs_backends

from .account import ACCOUNT, Account
from .events import Json, entry
from .records import ADMINISTRATOR, key_for, record

TIMES = 100
"""How often each is done."""
PATIENCE = 20


def latency(account: Account) -> str:
    """Both, in milliseconds, for people."""
    queue = sqs_backends[ACCOUNT][account.region].queues["heard"]

    def settled(one: Json) -> None:
        account.put([entry(one)])
        if not account.invoker.settle(PATIENCE):
            raise TimeoutError("the functions do not come to an end")

    def told(one: Json) -> None:
        before = queue.approximate_number_of_messages
        account.put([entry(one)])
        until = time.monotonic() + PATIENCE
        while queue.approximate_number_of_messages == before:
            if time.monotonic() > until:
                raise TimeoutError("nobody was told")
            time.sleep(0.0002)

    nothing, something = [], []
    for number in range(TIMES + 10):
        at, user = f"2026-03-03T{8 + number // 60:02}:{number % 60:02}:00Z", f"kim{number}"
        unwanted = record("ModifyCluster", "carol", at, {"clusterIdentifier": "c"}, source="redshift")
        nothing.append(_taken(settled, unwanted))
        settled(record("AttachUserPolicy", "carol", at, {"userName": user, "policyArn": ADMINISTRATOR}))
        something.append(_taken(told, key_for(user, f"lee{number}", at, f"AKIAKIM{number:013}")))
        account.invoker.settle(PATIENCE)
    # The first ones start processes.
    return "\n".join(
        f"{name:<55} median {statistics.median(taken[10:]):.1f}, p95 {statistics.quantiles(taken[10:], n=20)[18]:.1f} ms"
        for name, taken in (("PutEvents to the end of an event nobody wants", nothing), ("PutEvents to the SNS message", something))
    )


def _taken(do: Callable[[Json], None], one: Json) -> float:
    began = time.monotonic()
    do(one)
    return (time.monotonic() - began) * 1000
