"""The template: template.yaml as the plain CloudFormation that moto can create."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

Json = dict[str, Any]

# What stands for code and layers: moto never looks at them.
PLACEHOLDER = "s3://stack/nothing.zip"
# moto would run what these name by itself, in containers, or knows nothing of them; this package does what they say.
OURS = (
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::LayerVersion",
    "AWS::Events::EventBusPolicy",
)
# No address to confirm, and somebody who may announce changes.
PARAMETERS = {
    "FindingsEmail": "",
    "AlarmsEmail": "",
    "ExpectedChangesFrom": "arn:aws:iam::123456789012:role/tickets",
}


@dataclass
class Template:
    """A template, transformed, with what is taken out of it for this package to do."""

    body: Json
    """What moto creates."""
    ours: Json
    """The resources this package stands for, by logical id."""
    binaries: dict[str, str]
    """The binary of each function, by logical id."""
    layers: dict[str, Path]
    """The folder of each layer, by logical id."""
    wears: dict[str, list[str]] = field(default_factory=dict)
    """The layers of each function, by logical id."""
    writes: dict[str, str] = field(default_factory=dict)
    """The log group of each function, both by logical id."""

    @classmethod
    def read(cls, path: Path, region: str, parameters: dict[str, str]) -> "Template":
        """Reads and transforms a template, as it would be in that region with those parameters."""
        raw = yaml_parse(path.read_text())
        binaries, layers, wears, writes = {}, {}, {}, {}
        for name, resource in raw["Resources"].items():
            properties = resource.get("Properties", {})
            if resource["Type"] == "AWS::Serverless::Function":
                binaries[name] = resource["Metadata"]["BuildProperties"]["Binary"]
                wears[name] = [layer["Ref"] for layer in properties.pop("Layers", [])]
                properties["CodeUri"] = PLACEHOLDER
                writes[name] = properties["LoggingConfig"]["LogGroup"]["Ref"]
            if resource["Type"] == "AWS::Serverless::LayerVersion":
                layers[name] = path.parent / properties["ContentUri"]
                properties["ContentUri"] = PLACEHOLDER
        raw["Globals"]["Function"].pop("CodeUri", None)
        # The template names no policy of AWS's own, so none has to be known.
        translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=region))
        body = translator.translate(raw, parameters)
        ours = {name: body["Resources"].pop(name) for name in list(body["Resources"]) if _is_ours(body, name)}
        for resource in body["Resources"].values():
            if resource["Type"] == "AWS::Lambda::Function":
                resource["Properties"]["Code"] = {"ZipFile": ""}
            if resource["Type"] in ("AWS::KMS::Key", "AWS::SSM::Parameter"):
                # moto takes their tags in the form of another call, and fails.
                resource["Properties"].pop("Tags")
        return cls(body, ours, binaries, layers, wears, writes)

    def of_type(self, kind: str) -> Json:
        """This package's resources of a type, by logical id."""
        return {name: resource for name, resource in self.ours.items() if resource["Type"] == kind}


def _is_ours(body: Json, name: str) -> bool:
    return body["Resources"][name]["Type"] in OURS
