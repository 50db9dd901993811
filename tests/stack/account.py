"""The account: a deployment of the template, with everything a test or a person wants to ask of it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import boto3
from moto.cloudformation.models import cloudformation_backends
from moto.cloudformation.parsing import clean_json
from moto.iam.models import iam_backends
from moto.sqs.models import sqs_backends
from moto.server import ThreadedMotoServer

from .bus import open_bus
from .feed import Feed
from .gate import Gate
from .invocation import InvokeConfig, Invoker
from .logs import into
from .refusals import open_refusals
from .runtime import Function
from .template import PARAMETERS, Json, Template

REGION = "us-east-1"
ACCOUNT = "123456789012"
CREDENTIALS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "local"}
NAME = "trailwarden"
FINDING_LINE = "---- the finding, as JSON ----\n"


def serve(port: int = 0) -> ThreadedMotoServer:
    """Starts what stands for AWS."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    return server


def address(server: ThreadedMotoServer) -> str:
    """Where it is spoken to."""
    return "http://{}:{}".format(*server.get_host_and_port())


def plain_policies(account: str) -> None:
    """moto keeps the policies of a template's roles as objects, and stumbles over them when it is asked for all."""
    for role in iam_backends[account]["aws"].roles.values():
        policies = role.policies.items()
        role.policies = {name: said if isinstance(said, str) else json.dumps(said) for name, said in policies}


class Account:
    """A deployment on this machine."""

    def __init__(
        self,
        repository: Path,
        binaries: Path,
        dynamodb: str | None,
        port: int = 0,
        processes: int = 4,
        region: str = REGION,
        server: ThreadedMotoServer | None = None,
        gated: bool = False,
        **parameters: str,
    ) -> None:
        self._binaries, self.region, self._parameters = binaries, region, {**PARAMETERS, **parameters}
        self.template = Template.read(repository / "template.yaml", region, self._parameters)
        self._server = server or serve(port)
        self.url = address(self._server)
        self.dynamodb = dynamodb or self.url
        self.physical = self._deploy()
        self._for_functions = self.dynamodb
        if gated:
            self._put_a_gate()
        self._put_bus_policies()
        self._copy_tables()
        self.functions = {
            name: self._function(name, binaries / binary, processes) for name, binary in self.template.binaries.items()
        }
        self.by_arn = {function.arn: function for function in self.functions.values()}
        self.invoker = Invoker(self._invoke_configs(), self.keep, threads=2 * processes)
        self.crossing = open_bus(lambda arn: self.by_arn.get(arn), self.invoker, self.keep)
        self.refusals = open_refusals()
        self._feeds = [
            self._feed(mapping) for mapping in self.template.of_type("AWS::Lambda::EventSourceMapping").values()
        ]
        self.heard = self._listen("FindingsTopic")

    def client(self, service: str) -> Any:
        """A client of one service of the account."""
        url = self.dynamodb if service == "dynamodb" else self.url
        return boto3.client(service, region_name=self.region, endpoint_url=url, **CREDENTIALS)

    def missing(self) -> list[Path]:
        """Functions whose binary is not there."""
        return [function.binary for function in self.functions.values() if not function.binary.exists()]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs the command line against the deployment."""
        keys = {name.upper(): value for name, value in CREDENTIALS.items()}
        return subprocess.run(
            [self._binaries / "trailwarden", *arguments],
            env={"PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": self.url, **keys},
            capture_output=True,
            check=False,
            text=True,
        )

    def put(self, entries: list[Json]) -> None:
        """Puts events on the bus; AWS's own services may do so under `aws.`, which is what these stand for."""
        answer = self.client("events").put_events(Entries=entries)
        if answer["FailedEntryCount"]:
            raise ValueError(f"not accepted: {answer['Entries']}")

    def findings(self, wait: int) -> list[Json]:
        """Findings told since the last time this was asked; waits some seconds for the first."""
        sqs = self.client("sqs")
        found: list[Json] = []
        while messages := sqs.receive_message(
            QueueUrl=self.heard, MaxNumberOfMessages=10, WaitTimeSeconds=0 if found else wait
        ).get("Messages"):
            for message in messages:
                sqs.delete_message(QueueUrl=self.heard, ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(json.loads(message["Body"])["Message"].split(FINDING_LINE)[1]))
        return found

    def ledger(self) -> dict[str, Json]:
        """Every finding in the ledger, by its id, whether or not it was told."""
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.physical["LedgerTable"])
        rows = (row for page in pages for row in page["Items"] if row["pk"]["S"].startswith("finding/"))
        findings = (json.loads(row["body"]["S"]) for row in rows)
        return {finding["id"]: finding for finding in findings}

    def messages(self, queue: str) -> list[Json]:
        """What lies in a queue of the template; it is left there, unseen for a while."""
        answer = self.client("sqs").receive_message(
            QueueUrl=self.physical[queue], MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return list(answer.get("Messages", []))

    def waiting(self, queue: str) -> int:
        """How many messages are in a queue of the template, whether or not somebody holds them."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.client("sqs").get_queue_attributes(QueueUrl=self.physical[queue], AttributeNames=names)
        return sum(int(count) for count in answer["Attributes"].values())

    def central_bus(self) -> str:
        """The ARN of the bus others send to."""
        outputs = self.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]["Outputs"]
        return str(next(each["OutputValue"] for each in outputs if each["OutputKey"] == "CentralBusArn"))

    def tick(self, function: str, **event: Any) -> Json:
        """Invokes a function of the template as its schedule would, and waits for its answer."""
        answer = self.client("lambda").invoke(FunctionName=self.physical[function], Payload=json.dumps(event))
        payload: Json = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise ValueError(f"{function} failed: {payload}")
        return payload

    def keep(self, queue: str, body: str, attributes: dict[str, str]) -> None:
        """Puts a message into the queue of that ARN, in whichever account and region it is."""
        _, _, _, region, account, name = queue.split(":")
        typed = {key: {"DataType": "String", "StringValue": value} for key, value in attributes.items()}
        sqs_backends[account][region].send_message(name, body, message_attributes=typed)

    def stop(self) -> None:
        """Ends every process and server."""
        for feed in self._feeds:
            feed.stop()
        for function in self.functions.values():
            function.stop()
        self._server.stop()

    def _deploy(self) -> dict[str, str]:
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(
            StackName=NAME,
            TemplateBody=json.dumps(self.template.body),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in self._parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        plain_policies(ACCOUNT)
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=NAME)
        resources = (resource for page in pages for resource in page["StackResourceSummaries"])
        return {each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in resources}

    def _put_a_gate(self) -> None:
        """Has every request of a function held against its role, also those to its tables."""
        listening = self._server._server  # moto has no place for an application of one's own
        assert listening is not None
        # moto gives roles no policies of others.
        iam = self.client("iam")
        for name, resource in self.template.body["Resources"].items():
            for shared in resource["Properties"].get("ManagedPolicyArns", []):
                iam.attach_role_policy(RoleName=self.physical[name], PolicyArn=self.physical[shared["Ref"]])
        gate = Gate(listening.app, None if self.dynamodb == self.url else self.dynamodb)
        listening.app = gate
        self._for_functions = self.url
        roles = {role.name: role.arn for role in iam_backends[ACCOUNT]["aws"].roles.values()}
        gate.know({roles[name]: logical for logical, name in self.physical.items() if name in roles})

    def _put_bus_policies(self) -> None:
        stack = cloudformation_backends[ACCOUNT][self.region].get_stack(NAME)
        for resource in self.template.of_type("AWS::Events::EventBusPolicy").values():
            if stack.resource_map.lazy_condition_map[resource["Condition"]]:
                said = clean_json(resource["Properties"], stack.resource_map)
                policy = {"Version": "2012-10-17", "Statement": [said["Statement"]]}
                self.client("events").put_permission(EventBusName=said["EventBusName"], Policy=json.dumps(policy))

    def _copy_tables(self) -> None:
        """Makes the template's tables in the emulator functions speak to."""
        if self.dynamodb == self.url:
            return
        dynamodb = self.client("dynamodb")
        for name, resource in self.template.body["Resources"].items():
            if resource["Type"] == "AWS::DynamoDB::Table":
                properties = resource["Properties"]
                dynamodb.create_table(
                    TableName=self.physical[name],
                    BillingMode="PAY_PER_REQUEST",
                    KeySchema=properties["KeySchema"],
                    AttributeDefinitions=properties["AttributeDefinitions"],
                )

    def _function(self, name: str, binary: Path, processes: int) -> Function:
        configuration = self.client("lambda").get_function_configuration(FunctionName=self.physical[name])
        environment = {
            # What is a number in the template stays one in moto.
            **{name: str(value) for name, value in configuration["Environment"]["Variables"].items()},
            "PATH": os.environ["PATH"],
            "AWS_REGION": self.region,
            **self._keys(configuration["Role"]),
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ENDPOINT_URL_DYNAMODB": self._for_functions,
        }
        for layer in self.template.wears[name]:
            # Lambda lays a layer under /opt.
            folder = f"{self.template.layers[layer].resolve()}/"
            environment = {key: value.replace("/opt/", folder) for key, value in environment.items()}
        arn = configuration["FunctionArn"].removesuffix(":$LATEST")
        log = into(ACCOUNT, self.region, self.physical[self.template.writes[name]])
        return Function(self.physical[name], arn, binary, environment, processes, float(configuration["Timeout"]), log)

    def _keys(self, role: str) -> dict[str, str]:
        """The keys Lambda gives a function: a session of its role."""
        taken = self.client("sts").assume_role(RoleArn=role, RoleSessionName="function")["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": taken["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": taken["SecretAccessKey"],
            "AWS_SESSION_TOKEN": taken["SessionToken"],
        }

    def _invoke_configs(self) -> dict[str, InvokeConfig]:
        configs = {}
        for resource in self.template.of_type("AWS::Lambda::EventInvokeConfig").values():
            properties = resource["Properties"]
            destination = properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
            name = self.physical[properties["FunctionName"]["Ref"]]
            configs[name] = InvokeConfig(properties["MaximumRetryAttempts"], self._queue_arn(destination))
        return configs

    def _queue_arn(self, got: Json | None) -> str | None:
        """The ARN behind a `Fn::GetAtt` of a queue."""
        if got is None:
            return None
        url = self.physical[got["Fn::GetAtt"][0]]
        answer = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(answer["Attributes"]["QueueArn"])

    def _feed(self, mapping: Json) -> Feed:
        properties = mapping["Properties"]
        source = properties["EventSourceArn"]
        function = self.functions[properties["FunctionName"]["Ref"]]
        url = self.physical[source["Fn::GetAtt"][0]]
        return Feed(self.client("sqs"), url, self._queue_arn(source) or "", function)

    def _listen(self, topic: str) -> str:
        """Subscribes a queue to a topic: what a subscriber hears."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName="heard")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.client("sns").subscribe(TopicArn=self.physical[topic], Protocol="sqs", Endpoint=arn)
        return str(url)
