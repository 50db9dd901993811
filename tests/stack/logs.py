"""Logs: what functions write goes to their log groups, as on Lambda, and to whoever runs this."""

import sys
import time
from typing import Any

from moto.logs.models import logs_backends

from .runtime import Log

STREAM = "local"


def into(account: str, region: str, group: str) -> Log:
    """Where the lines of the functions of one group go."""
    backend: Any = logs_backends[account][region]
    backend.create_log_stream(group, STREAM)

    def keep(line: str) -> None:
        sys.stderr.write(line)
        event = {"timestamp": int(time.time() * 1000), "message": line.rstrip("\n")}
        backend.put_log_events(group, STREAM, [event])

    return keep
