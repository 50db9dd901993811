"""Events: CloudTrail's records, however they lie in a file, as they come over the bus."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]

BATCH = 10
"""How many events one PutEvents takes."""
DETAIL_TYPES = {
    "AwsConsoleSignIn": "AWS Console Sign In via CloudTrail",
    "AwsConsoleAction": "AWS Console Action via CloudTrail",
    "AwsServiceEvent": "AWS Service Event via CloudTrail",
}


def entry(record: Json) -> Json:
    """A record, or an envelope around one, as an entry of PutEvents."""
    detail = record.get("detail", record)
    source = record.get("source") or "aws." + detail["eventSource"].split(".")[0]
    kind = record.get("detail-type") or DETAIL_TYPES.get(detail.get("eventType", ""), "AWS API Call via CloudTrail")
    made = {"Source": source, "DetailType": kind, "Detail": json.dumps(detail)}
    if time := record.get("time") or detail.get("eventTime"):
        made["Time"] = time
    return made


def records(path: Path) -> list[Json]:
    """The records of a file, gzipped or not: a container of `Records`, an array, one record, or a record a line."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        whole = [json.loads(line) for line in text.splitlines() if line.strip()]
    return whole.get("Records", [whole]) if isinstance(whole, dict) else whole


def read(path: Path) -> Iterator[Json]:
    """The entries of a file."""
    return map(entry, records(path))


def batches(entries: Iterator[Json]) -> Iterator[list[Json]]:
    """The entries, as many at a time as one call takes."""
    batch: list[Json] = []
    for each in entries:
        batch.append(each)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
