"""`python -m stack`: serves a deployment, or sends events to one that is served."""

import argparse
import logging
import signal
import sys
import time
import warnings
from pathlib import Path

import boto3

from .account import CREDENTIALS, REGION, Account
from .events import batches, read

PORT = 4599


def main() -> int:
    """Does what the arguments say."""
    parser = argparse.ArgumentParser(prog="stack", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT)
    tasks = parser.add_subparsers(dest="task", required=True)
    serving = tasks.add_parser("serve", help="deploy template.yaml on this machine and show what is found")
    serving.add_argument("--repository", type=Path, required=True)
    serving.add_argument("--binaries", type=Path, required=True, help="the folder of the functions' binaries")
    serving.add_argument("--dynamodb", help="the URL of an emulator; moto's own tables without it")
    serving.add_argument("--processes", type=int, default=4, help="how many processes a function may have")
    sending = tasks.add_parser("send", help="send records, envelopes or whole log files")
    sending.add_argument("files", nargs="+", type=Path)
    arguments = parser.parse_args()
    return serve(arguments) if arguments.task == "serve" else send(arguments)


def serve(arguments: argparse.Namespace) -> int:
    """Serves until it is told to end."""
    quieten()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    account = Account(arguments.repository, arguments.binaries, arguments.dynamodb, arguments.port, arguments.processes)
    try:
        describe(account)
        while True:
            for finding in account.findings(wait=5):
                print(
                    f"{finding['severity']:9} {finding['title']}  [{finding['id']} revision {finding['revision']}]",
                    flush=True,
                )
    except (KeyboardInterrupt, SystemExit):
        return 0
    finally:
        account.stop()


def describe(account: Account) -> None:
    """Says what there is and how to use it."""
    print(f"aws        {account.url}   (region {REGION}, any credentials)")
    print(f"dynamodb   {account.dynamodb}")
    for name in ("FindingsTopic", "MemoryTable", "LedgerTable", "FailuresQueue", "UndeliveredQueue", "HubQueue"):
        print(f"{name:18} {account.physical[name]}")
    for binary in account.missing():
        print(f"missing    {binary}: its function fails whatever it is given")
    print("\nsend       cargo xtask stack send FILE...")
    print(f"look       aws --endpoint-url {account.url} --region {REGION} events list-rules")
    print("findings appear below; end with Ctrl-C\n", flush=True)


def send(arguments: argparse.Namespace) -> int:
    """Sends files to a deployment that is served."""
    events = boto3.client(
        "events", region_name=REGION, endpoint_url=f"http://127.0.0.1:{arguments.port}", **CREDENTIALS
    )
    sent, began = 0, time.monotonic()
    for path in arguments.files:
        for batch in batches(read(path)):
            answer = events.put_events(Entries=batch)
            sent += len(batch) - answer["FailedEntryCount"]
    print(f"{sent} events sent in {time.monotonic() - began:.1f} s")
    return 0


def quieten() -> None:
    """moto tells each request and each type it does not know; nobody wants to read that."""
    for name in ("werkzeug", "moto"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="moto")


if __name__ == "__main__":
    sys.exit(main())
