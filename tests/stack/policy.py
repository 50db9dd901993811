"""A policy: whether IAM would allow a call, for the operators our templates use."""

import json
from fnmatch import fnmatchcase
from typing import Any

from moto.iam.models import iam_backends

Json = dict[str, Any]


def allows(policies: list[Json], action: str, resource: str, context: dict[str, str]) -> bool:
    """Whether a statement allows it and none denies it."""
    effects = {
        statement["Effect"]
        for policy in policies
        for statement in policy["Statement"]
        if _any(statement["Action"], action)
        and _any(statement["Resource"], resource)
        and all(_holds(operator, wanted, context) for operator, wanted in statement.get("Condition", {}).items())
    }
    return effects == {"Allow"}


def of_role(account: str, arn: str) -> list[Json]:
    """What the role's own policies say; our templates attach no others."""
    role = iam_backends[account]["aws"].get_role_by_arn(arn)
    return [json.loads(policy) if isinstance(policy, str) else policy for policy in role.policies.values()]


def _any(patterns: str | list[str], value: str) -> bool:
    return any(fnmatchcase(value, pattern) for pattern in ([patterns] if isinstance(patterns, str) else patterns))


def _holds(operator: str, wanted: Json, context: dict[str, str]) -> bool:
    """Whether every key of a condition holds; one that is not there holds for what is negated, and for nothing else."""
    negated = "Not" in operator
    if operator not in ("StringEquals", "StringLike", "ArnLike", "ArnEquals", "ArnNotLike", "Bool"):
        raise ValueError(f"{operator} is not among the operators of our templates")
    return all((key in context and _any(patterns, context[key])) != negated for key, patterns in wanted.items())
