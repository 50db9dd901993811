"""Terraform: the module says what `infra/forwarder.yaml` says. Read by a parser: there is no terraform to validate it."""

import json
import unittest
from pathlib import Path
from typing import Any

import hcl2
from samtranslator.yaml_helper import yaml_parse

from .template import Json

INFRA = Path(__file__).parents[2] / "infra"
MODULE = INFRA / "terraform"
FORWARDER: Json = yaml_parse((INFRA / "forwarder.yaml").read_text())
# What a policy names, in CloudFormation's words and in the module's.
SUBSTITUTES = {
    "AWS::AccountId": "account",
    "AWS::Partition": "partition",
    "AWS::Region": "region",
    "CentralBusArn": "central_bus_arn",
    "Deployment": "deployment",
    "Home": "home",
}


def properties(resource: str) -> Json:
    """The properties of a resource of the forwarder."""
    found: Json = FORWARDER["Resources"][resource]["Properties"]
    return found


def in_words_of_the_module(value: Any) -> Any:
    """A policy with its substitutions written as the module writes them."""
    if isinstance(value, list):
        return [in_words_of_the_module(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "Fn::Sub" in value:
        text = value["Fn::Sub"] if isinstance(value["Fn::Sub"], str) else value["Fn::Sub"][0]
        for name, ours in SUBSTITUTES.items():
            text = text.replace(f"${{{name}}}", f"${{{ours}}}")
        return text
    if "Ref" in value:
        return f"${{{SUBSTITUTES[value['Ref']]}}}"
    if "Fn::GetAtt" in value:
        return "${queue}"
    return {name: in_words_of_the_module(each) for name, each in value.items()}


def resources() -> dict[str, Json]:
    """The resources of the module, by `TYPE.NAME`."""
    with (MODULE / "main.tf").open() as file:
        blocks = hcl2.load(file)["resource"]
    return {
        f"{unquoted(kind)}.{unquoted(name)}": said
        for block in blocks
        for kind, named in block.items()
        for name, said in named.items()
    }


def unquoted(text: Any) -> Any:
    """A value without the quotes the parser may leave on it."""
    return text.strip('"') if isinstance(text, str) else text


class Module(unittest.TestCase):
    """Every statement of the one is a statement of the other."""

    def test_its_rules_are_the_forwarders(self) -> None:
        made = json.loads((MODULE / "rules.json").read_text())
        wanted = [
            {
                "name": each["Properties"]["Name"]["Fn::Sub"].removeprefix("${Deployment}-"),
                "description": each["Properties"]["Description"],
                "pattern": each["Properties"]["EventPattern"],
            }
            for each in FORWARDER["Resources"].values()
            if each["Type"] == "AWS::Events::Rule"
        ]
        self.assertGreater(len(wanted), 5)
        self.assertEqual(made, wanted)

    def test_its_policies_are_the_forwarders(self) -> None:
        wanted = {
            "undelivered": properties("UndeliveredQueuePolicy")["PolicyDocument"],
            "forward-trust": properties("ForwardRole")["AssumeRolePolicyDocument"],
            "forward": properties("ForwardRole")["Policies"][0]["PolicyDocument"],
            "member-trust": properties("MemberRole")["AssumeRolePolicyDocument"],
            "member": properties("MemberRole")["Policies"][0]["PolicyDocument"],
        }
        files = {path.stem: json.loads(path.read_text()) for path in (MODULE / "policies").glob("*.json")}
        self.assertEqual(files, {name: in_words_of_the_module(policy) for name, policy in wanted.items()})

    def test_its_resources_say_what_the_forwarders_say(self) -> None:
        module = resources()
        kinds = [each["Type"] for each in FORWARDER["Resources"].values()]
        # A rule's target and a role's policy are resources of their own here.
        self.assertEqual(len(module), len(set(kinds)) + 1 + 1 + 2, sorted(module))
        rule, target = module["aws_cloudwatch_event_rule.forward"], module["aws_cloudwatch_event_target.central"]
        made = properties("CredentialAddedSubjectRule1")
        self.assertEqual(unquoted(rule["state"]), made["State"])
        self.assertIn("var.deployment}-${each.value.name}", rule["name"])
        self.assertIn("var.central_bus_arn", target["arn"])
        self.assertIn("aws_iam_role.forward[each.value.region].arn", target["role_arn"])
        self.assertIn("aws_sqs_queue.undelivered[each.value.region].arn", target["dead_letter_config"][0]["arn"])
        self.assertEqual(unquoted(target["target_id"]), made["Targets"][0]["Id"])
        queue, theirs = module["aws_sqs_queue.undelivered"], properties("UndeliveredQueue")
        self.assertEqual(queue["message_retention_seconds"], theirs["MessageRetentionPeriod"])
        self.assertEqual(queue["sqs_managed_sse_enabled"], theirs["SqsManagedSseEnabled"])
        self.assertEqual(theirs["QueueName"]["Fn::Sub"], "${Deployment}-undelivered")
        self.assertIn("var.deployment}-undelivered", queue["name"])
        for name, role in (("forward", "ForwardRole"), ("member", "MemberRole")):
            ours = module[f"aws_iam_role.{name}"]["name"].replace("each.value", "region")
            wanted = properties(role)["RoleName"]["Fn::Sub"].replace("AWS::Region", "region")
            self.assertEqual(unquoted(ours).replace("var.deployment", "Deployment"), wanted)

    def test_it_sees_the_same_regions_unless_told_otherwise(self) -> None:
        with (MODULE / "variables.tf").open() as file:
            variables = {unquoted(name): said for each in hcl2.load(file)["variable"] for name, said in each.items()}
        carrier: Json = yaml_parse((INFRA / "organization.yaml").read_text())
        ours = {unquoted(region) for region in variables["regions"]["default"]}
        self.assertEqual(ours, set(carrier["Parameters"]["Regions"]["Default"].split(",")))


if __name__ == "__main__":
    unittest.main()
