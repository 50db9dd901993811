"""The organisation: accounts and regions that are given their forwarders as CloudFormation would, and send events."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
from moto.organizations.models import FakeAccount, organizations_backends
from samtranslator.yaml_helper import yaml_parse

from .account import ACCOUNT, CREDENTIALS, NAME, plain_policies
from .template import Json

PARTITION_HOME = "us-east-1"
"""Where the global services of the partition emit their events."""


class Organization:
    """An organisation around a deployment: its management account, the deployment's own, and others.

    The deployment's account is moto's own; the others are reached with credentials of their own, as anybody would.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: dict[str, Json] = {}
        self.management = "111111111111"
        organizations = self.client(self.management, PARTITION_HOME, "organizations")
        self.id: str = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
        self.root: str = organizations.list_roots()["Roots"][0]["Id"]
        self._invite(ACCOUNT)

    def client(self, account: str, region: str, service: str) -> Any:
        """A client of one service in one account and region."""
        keys = CREDENTIALS if account == ACCOUNT else self._credentials(account)
        return boto3.client(service, region_name=region, endpoint_url=self._url, **keys)

    def join(self, name: str) -> str:
        """An account joins the organisation, below its root; answers with its id."""
        organizations = self.client(self.management, PARTITION_HOME, "organizations")
        status = organizations.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
        return str(status["AccountId"])

    def members(self) -> list[str]:
        """Every account but the management account: what a service-managed StackSet reaches below the root."""
        organizations = self.client(self.management, PARTITION_HOME, "organizations")
        pages = organizations.get_paginator("list_accounts").paginate()
        return [each["Id"] for page in pages for each in page["Accounts"] if each["Id"] != self.management]

    def roll_out(self, stack_set: Json, accounts: list[str]) -> None:
        """Does in these accounts what a StackSet of a template says, in each of its regions."""
        names = {each["ParameterKey"]: each["ParameterValue"] for each in stack_set["Parameters"]}
        for account, region in _targets(stack_set, accounts):
            self.client(account, region, "cloudformation").create_stack(
                StackName=f"StackSet-{stack_set['StackSetName']}",
                TemplateBody=json.dumps(yaml_parse(stack_set["TemplateBody"])),
                Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in names.items()],
                Capabilities=stack_set["Capabilities"],
            )
            plain_policies(account)

    def log_everything(self, account: str, region: str) -> None:
        """Gives an account a trail of every region that logs every management event."""
        bucket = f"trail-{account}"
        self.client(account, "us-east-1", "s3").create_bucket(Bucket=bucket)
        trails = self.client(account, region, "cloudtrail")
        trails.create_trail(Name="all", S3BucketName=bucket, IsMultiRegionTrail=True)
        every = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
        trails.put_event_selectors(TrailName="all", EventSelectors=[every])
        trails.start_logging(Name="all")

    def emit(self, account: str, region: str, entries: list[Json]) -> None:
        """AWS itself puts events on the default bus of the account and region they arise in, and nowhere else."""
        answer = self.client(account, region, "events").put_events(Entries=entries)
        if answer["FailedEntryCount"]:
            raise ValueError(f"not accepted: {answer['Entries']}")

    def _invite(self, account: str) -> None:
        """Takes an account in that was there before."""
        backend = organizations_backends[self.management]["aws"]
        member = FakeAccount(backend.org, AccountName="security", Email="security@example.com")
        member.id = account
        backend.accounts.append(member)

    def _credentials(self, account: str) -> Json:
        if account not in self._keys:
            sts = boto3.client("sts", region_name=PARTITION_HOME, endpoint_url=self._url, **CREDENTIALS)
            role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
            taken = sts.assume_role(RoleArn=role, RoleSessionName="stack")["Credentials"]
            self._keys[account] = {
                "aws_access_key_id": taken["AccessKeyId"],
                "aws_secret_access_key": taken["SecretAccessKey"],
                "aws_session_token": taken["SessionToken"],
            }
        return self._keys[account]


def _targets(stack_set: Json, accounts: list[str]) -> Iterator[tuple[str, str]]:
    for group in stack_set["StackInstancesGroup"]:
        for region in group["Regions"]:
            for account in accounts:
                yield account, region


def stack_set(template: str, central_bus: str, regions: list[str]) -> Json:
    """The StackSet of `infra/organization.yaml` or `infra/account.yaml`, with its parameters given."""
    resource: Json = yaml_parse(template)["Resources"]["Forwarders"]["Properties"]
    given = {"Deployment": NAME, "CentralBusArn": central_bus, "Regions": regions}
    filled = json.loads(json.dumps(resource), object_hook=lambda value: _given(value, given))
    filled["StackSetName"] = filled["StackSetName"]["Fn::Sub"].replace("${Deployment}", NAME)
    return dict(filled)


def _given(value: Json, given: Json) -> Any:
    return given[value["Ref"]] if list(value) == ["Ref"] and value["Ref"] in given else value
