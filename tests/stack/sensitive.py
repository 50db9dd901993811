"""Sensitive: where a call in scope carries what AWS's own service models mark as sensitive, in what is asked and answered.

`python -m stack.sensitive` writes `functions/credential-added/tests/slice/sensitive.json` anew.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import botocore.session
from botocore.model import ServiceModel, Shape

from .calls import calls

REPOSITORY = Path(__file__).parents[2]
FILE = REPOSITORY / "functions/credential-added/tests/slice/sensitive.json"
DEEP = 5
"""How far down it looks; deeper there are only types that hold themselves."""
Table = dict[str, dict[str, list[str]]]


def table() -> Table:
    """Paths of sensitive members by call, `SOURCE NAME`; of a list's members where a part of a path ends in `[]`."""
    session = botocore.session.get_session()
    models: dict[str, list[ServiceModel]] = {}
    for service in session.get_available_services():
        model = session.get_service_model(service)
        # Some are called like their events' source, some like their address, and some like both.
        for name in {service, model.endpoint_prefix}:
            models.setdefault(name, []).append(model)
    found: Table = {}
    for source, name, *_ in calls(REPOSITORY):
        model = next((model for model in models.get(source, []) if name in model.operation_names), None)
        if model is None:
            continue
        operation = model.operation_model(name)
        said = {"request": sorted(paths(operation.input_shape)), "response": sorted(paths(operation.output_shape))}
        if any(said.values()):
            found[f"{source} {name}"] = {side: names for side, names in said.items() if names}
    return dict(sorted(found.items()))


def paths(shape: Shape | None, path: str = "", deep: int = DEEP) -> Iterator[str]:
    """Where a shape has sensitive parts, spelled as CloudTrail spells them."""
    if shape is None or deep == 0:
        return
    if path and shape.metadata.get("sensitive"):
        yield path
    elif shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from paths(member, f"{path}.{name[0].lower()}{name[1:]}".lstrip("."), deep - 1)
    elif shape.type_name == "list":
        yield from paths(shape.member, f"{path}[]", deep)


def text() -> str:
    """The file."""
    return json.dumps(table(), indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
