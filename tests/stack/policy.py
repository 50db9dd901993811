"""A policy: whether IAM would allow a call, for the operators our templates use."""

import json
from fnmatch import fnmatchcase
from typing import Any

from moto.iam.models import iam_backends

Json = dict[str, Any]


Context = dict[str, str] | dict[str, list[str]]
"""What conditions look at: a value of each key, or several."""


def allows(policies: list[Json], action: str, resource: str, context: Context) -> bool:
    """Whether a statement allows it and none denies it."""
    return allowing(policies, action, resource, context) is not None


def allowing(policies: list[Json], action: str, resource: str, context: Context) -> tuple[str, str, str] | None:
    """Which statement allows it, by which action and resource of it; nothing where none does or one denies it."""
    found = None
    for statement in (statement for policy in policies for statement in policy["Statement"]):
        by_action, by_resource = _which(statement["Action"], action), _which(statement["Resource"], resource)
        if by_action is None or by_resource is None or not _all_hold(statement, context):
            continue
        if statement["Effect"] != "Allow":
            return None
        found = found or (statement.get("Sid", ""), by_action, by_resource)
    return found


def trusts(document: str | Json, role: str) -> bool:
    """Whether a role's trust lets another role in, by the account it is of and by its conditions."""
    policy = json.loads(document) if isinstance(document, str) else document
    account = f"arn:aws:iam::{role.split(':')[4]}:root"
    return any(
        statement["Effect"] == "Allow"
        and statement["Principal"].get("AWS") == account
        and _all_hold(statement, {"aws:PrincipalArn": role})
        for statement in policy["Statement"]
    )


def of_role(account: str, arn: str) -> list[Json]:
    """What the role's own policies and those of ours it shares say."""
    role = iam_backends[account]["aws"].get_role_by_arn(arn)
    shared = [version for policy in role.managed_policies.values() for version in policy.versions if version.is_default]
    policies = [*role.policies.values(), *(version.document for version in shared)]
    return [_without_nothing(json.loads(policy) if isinstance(policy, str) else policy) for policy in policies]


def _without_nothing(said: Any) -> Any:
    """A policy without what `AWS::NoValue` takes out of it, for which moto leaves a null."""
    if isinstance(said, dict):
        return {name: _without_nothing(value) for name, value in said.items()}
    if isinstance(said, list):
        return [_without_nothing(value) for value in said if value is not None]
    return said


def _which(patterns: str | list[str], value: str) -> str | None:
    """The first pattern that is meant."""
    each = [patterns] if isinstance(patterns, str) else patterns
    return next((pattern for pattern in each if fnmatchcase(value, pattern)), None)


def _all_hold(statement: Json, context: Context) -> bool:
    return all(_holds(operator, wanted, context) for operator, wanted in statement.get("Condition", {}).items())


def _holds(operator: str, wanted: Json, context: Context) -> bool:
    """Whether every key of a condition holds; one that is not there holds for what is negated, and for nothing else."""
    every = operator.startswith("ForAllValues:")
    negated = "Not" in operator
    known = ("StringEquals", "StringLike", "ArnLike", "ArnEquals", "ArnNotLike", "Bool")
    if operator.removeprefix("ForAllValues:") not in known:
        raise ValueError(f"{operator} is not among the operators of our templates")
    return all(_key_holds(context.get(key), patterns, every) != negated for key, patterns in wanted.items())


def _key_holds(given: str | list[str] | None, patterns: str | list[str], every: bool) -> bool:
    if given is None:
        # A condition on all values holds where there is none.
        return every
    values = [given] if isinstance(given, str) else given
    matched = [_which(patterns, value) is not None for value in values]
    return all(matched) if every else any(matched)
