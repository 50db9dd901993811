"""Records: calls by users with a key of one account, as CloudTrail tells of them."""

from typing import Any

from .events import Json

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def record(name: str, caller: str, at: str, request: Json, source: str = "iam", **more: Any) -> Json:
    """A call by a user with a key, to IAM unless it says to whom."""
    return {
        "eventVersion": "1.11",
        "eventID": f"{name}-{caller}-{at}",
        "eventTime": at,
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.10",
        "userAgent": "aws-cli/2.15.0",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": f"AIDA{caller.upper():A<17}",
            "arn": f"arn:aws:iam::111122223333:user/{caller}",
            "accountId": "111122223333",
            "accessKeyId": f"AKIA{caller.upper():A<16}",
            "userName": caller,
        },
        "eventType": "AwsApiCall",
        "readOnly": False,
        "recipientAccountId": "111122223333",
        "requestParameters": request,
        "responseElements": None,
        **more,
    }


def key_for(user: str, maker: str, at: str, key: str = "AKIAIOSFODNN7EXAMPLE") -> Json:
    """A user gets an access key from another."""
    made = {"accessKey": {"userName": user, "accessKeyId": key, "status": "Active"}}
    return record("CreateAccessKey", maker, at, {"userName": user}, responseElements=made)
