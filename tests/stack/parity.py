"""Parity: the same logs through the deployed path and through `replay` give the same findings."""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .__main__ import quieten
from .account import Account
from .events import Json, entry, records

PATIENCE = 60
COMPARED = ("type", "severity", "score", "status", "event_count", "first_seen", "last_seen", "title", "related")


def main() -> int:
    """Compares what the arguments name, and says what differs."""
    parser = argparse.ArgumentParser(prog="parity", description=__doc__)
    parser.add_argument("--repository", type=Path, required=True)
    parser.add_argument("--binaries", type=Path, required=True, help="the folder of the functions and the command")
    parser.add_argument("--dynamodb", help="the URL of an emulator; moto's own tables without it")
    parser.add_argument("paths", nargs="+", type=Path)
    arguments = parser.parse_args()
    quieten()
    account = Account(arguments.repository, arguments.binaries, arguments.dynamodb)
    try:
        deployed, told = through(account, arguments.paths)
    finally:
        account.stop()
    return report(deployed, replayed(arguments.binaries, arguments.paths), told)


def through(account: Account, paths: list[Path]) -> tuple[dict[str, Json], int]:
    """What the ledger of a deployment holds in the end, by id, and how many notices were told."""
    everything = sorted(in_files(paths), key=order)
    began, told = time.monotonic(), 0
    for number, record in enumerate(everything, 1):
        account.put([entry(record)])
        if not account.invoker.settle(PATIENCE):
            raise TimeoutError(f"the functions do not come to an end with {record['eventID']}")
        if number % 1000 == 0:
            told += len(account.findings(wait=0))
            print(f"{number:,} of {len(everything):,} events, {number / (time.monotonic() - began):.0f}/s", file=sys.stderr)
    told += len(account.findings(wait=0))
    return account.ledger(), told


def in_files(paths: list[Path]) -> Iterator[Json]:
    """The records of files, and of the files in folders."""
    for path in paths:
        files = sorted(file for file in path.rglob("*.json*") if file.is_file()) if path.is_dir() else [path]
        for file in files:
            # What is no record reaches no bus.
            yield from (record for record in records(file) if "eventTime" in record.get("detail", record))


def order(record: Json) -> tuple[str, bool, str]:
    """The order replay judges in: by time, and within a second what writes first."""
    detail = record.get("detail", record)
    return detail["eventTime"], bool(detail.get("readOnly")), detail["eventID"]


def replayed(binaries: Path, paths: list[Path]) -> dict[str, Json]:
    """What `replay` finds in the same files, by id."""
    command = [str(binaries / "trailwarden"), "replay", "--format", "jsonl", "--min-severity", "informational"]
    lines = subprocess.run([*command, *map(str, paths)], check=True, capture_output=True, text=True).stdout.splitlines()
    return {finding["id"]: finding for finding in map(json.loads, lines)}


def differences(deployed: dict[str, Json], replay: dict[str, Json]) -> list[str]:
    """What one has and the other has not, finding by finding."""
    found = [f"{name} only in the deployment: {deployed[name]['title']}" for name in deployed.keys() - replay.keys()]
    found += [f"{name} only in replay: {replay[name]['title']}" for name in replay.keys() - deployed.keys()]
    for name in sorted(deployed.keys() & replay.keys()):
        one, other = deployed[name], replay[name]
        found += [f"{name} {key}: {one[key]} instead of {other[key]}" for key in COMPARED if one[key] != other[key]]
        if ids(one) != ids(other):
            found.append(f"{name} events: {len(ids(one) ^ ids(other))} differ")
    return found


def ids(finding: Json) -> set[Any]:
    """The events that make the case."""
    return {event["id"] for event in finding["events"]}


def report(deployed: dict[str, Json], replay: dict[str, Json], told: int) -> int:
    """Says how many findings are the same, and what differs."""
    different = differences(deployed, replay)
    for line in different:
        print(line)
    grave = sum(finding["severity"] in ("MEDIUM", "HIGH", "CRITICAL") for finding in replay.values())
    print(
        f"{len(deployed)} findings through the deployment, {len(replay)} through replay ({grave} of MEDIUM or above), "
        f"{len(different)} differences; {told} notices told"
    )
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
