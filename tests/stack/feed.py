"""A feed: messages of a queue become a function's batches, and what it could not do comes again."""

import json
import threading
from typing import Any

from .runtime import Function

BATCH = 10
WAIT = 1


class Feed:
    """One SQS event source mapping with partial batch responses."""

    def __init__(self, sqs: Any, url: str, arn: str, function: Function) -> None:
        self._sqs, self._url, self._arn, self._function = sqs, url, arn, function
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Takes no further batch."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=BATCH,
                WaitTimeSeconds=WAIT,
                AttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            if messages := answer.get("Messages"):
                self._batch(messages)

    def _batch(self, messages: list[dict[str, Any]]) -> None:
        outcome = self._function.invoke(json.dumps({"Records": [self._record(each) for each in messages]}).encode())
        failed = {each["MessageId"] for each in messages} if not outcome.ok else failures(outcome.payload)
        for message in messages:
            if message["MessageId"] not in failed:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": message.get("MessageAttributes", {}),
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": self._arn.split(":")[3],
        }


def failures(payload: bytes) -> set[str]:
    """The messages a function says it could not do."""
    answer = json.loads(payload or b"null") or {}
    return {item["itemIdentifier"] for item in answer.get("batchItemFailures", [])}
