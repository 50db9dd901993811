"""What a binary links: the calls of AWS that its code can reach, by the symbols the linker left in it.

A client's call has a deserializer of its own, which is there if something in the binary can make that call, and is
left out if nothing can: so the list is of the code as it is, also of what no test comes by.
"""

import mmap
import re
from pathlib import Path

# As rustc mangles the path of a type in the name of what is implemented for it.
CALL = re.compile(rb"aws_sdk_([a-z0-9]+)\.\.operation\.\.[a-z_0-9]+\.\.([A-Z][A-Za-z0-9]+)ResponseDeserializer")
NAMES = {"eventbridge": "events"}
"""Services that IAM calls otherwise than their client."""
OTHERWISE = {"lambda:Invoke": "lambda:InvokeFunction"}
"""Calls that IAM calls otherwise."""


def linked(binary: Path) -> set[str]:
    """The IAM actions of every call a binary's clients can make."""
    with binary.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        found = {(service.decode(), name.decode()) for service, name in CALL.findall(content)}
    actions = {f"{NAMES.get(service, service)}:{name}" for service, name in found}
    return {OTHERWISE.get(action, action) for action in actions}
