"""Refusals: the calls of a heartbeat, which IAM refuses and CloudTrail tells of, as AWS does; moto does neither."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import BaseResponse
from moto.events.models import events_backends
from moto.iam.exceptions import IAMException
from moto.iam.models import iam_backends
from moto.iam.responses import IamResponse
from moto.secretsmanager.responses import SecretsManagerResponse
from moto.sts.models import AssumedRole, sts_backends

from .events import Json, entry
from .policy import allows, of_role

HOME_OF_IAM = "us-east-1"
"""Where IAM's events arise, wherever it is called from."""


class Refusals:
    """What was refused, and where nothing is heard of it."""

    def __init__(self) -> None:
        self.silent: set[tuple[str, str]] = set()
        """Accounts and regions where the events are lost, and nothing anybody can look at says so."""
        self.told: list[tuple[str, str, str]] = []
        """The account, the region and the name of each refused call whose event went on the bus."""

    def tell(self, account: str, region: str, record: Json) -> None:
        """Puts the event of a refused call where AWS would."""
        if (account, region) in self.silent:
            return
        self.told.append((account, region, record["eventName"]))
        events_backends[account][region].put_events([entry(record)])


def open_refusals() -> Refusals:
    """Refuses the two calls to whoever's role may not make them."""
    refusals = Refusals()
    read, create = SecretsManagerResponse.get_secret_value, IamResponse.create_access_key

    def get_secret_value(self: SecretsManagerResponse) -> Any:
        arn = self._get_param("SecretId")
        refusal = "AccessDeniedException", JsonRESTError
        return _or_refuse(refusals, self, ("secretsmanager", "GetSecretValue", arn), refusal, lambda: read(self))

    def create_access_key(self: IamResponse) -> Any:
        arn = f"arn:aws:iam::{self.current_account}:user/{self._get_param('UserName')}"
        refusal = "AccessDenied", IAMException
        return _or_refuse(refusals, self, ("iam", "CreateAccessKey", arn), refusal, lambda: create(self))

    SecretsManagerResponse.get_secret_value = get_secret_value  # type: ignore[method-assign]
    IamResponse.create_access_key = create_access_key  # type: ignore[method-assign]
    return refusals


def _or_refuse(
    refusals: Refusals,
    response: BaseResponse,
    called: tuple[str, str, str],
    refusal: tuple[str, Callable[[str, str], Exception]],
    do: Callable[[], Any],
) -> Any:
    service, name, resource = called
    account = response.current_account
    caller = sts_backends[account]["aws"].get_assumed_role_from_access_key(response.get_access_key())
    if caller is None or allows(of_role(account, caller.role_arn), f"{service}:{name}", resource, {}):
        return do()
    what = f"user {resource.rsplit('/', 1)[1]}" if service == "iam" else resource
    why = f"User: {caller.arn} is not authorized to perform: {service}:{name} on resource: {what}"
    because = f"{why} because no identity-based policy allows the {service}:{name} action"
    region = HOME_OF_IAM if service == "iam" else response.region
    refusals.tell(account, region, _record(caller, service, name, region, because))
    code, error = refusal
    raise error(code, because)


def _record(caller: AssumedRole, service: str, name: str, region: str, message: str) -> Json:
    role = iam_backends[caller.account_id]["aws"].get_role_by_arn(caller.role_arn)
    issuer = {"type": "Role", "principalId": role.id, "arn": role.arn, "accountId": caller.account_id, "userName": role.name}
    return {
        "eventVersion": "1.11",
        "eventID": str(uuid.uuid4()),
        "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": "203.0.113.10",
        "userAgent": "aws-sdk-rust/1.3.0",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": caller.user_id,
            "arn": caller.arn,
            "accountId": caller.account_id,
            "accessKeyId": caller.access_key_id,
            "sessionContext": {"sessionIssuer": issuer},
        },
        "eventType": "AwsApiCall",
        "readOnly": name.startswith("Get"),
        "errorCode": "AccessDenied",
        "errorMessage": message,
        "recipientAccountId": caller.account_id,
        # What was asked for is left out where it was refused.
        "requestParameters": None,
        "responseElements": None,
    }
