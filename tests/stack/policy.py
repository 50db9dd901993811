"""A policy: whether IAM would allow a call, for the operators our templates use."""

from fnmatch import fnmatchcase
from typing import Any

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


def _any(patterns: str | list[str], value: str) -> bool:
    return any(fnmatchcase(value, pattern) for pattern in ([patterns] if isinstance(patterns, str) else patterns))


def _holds(operator: str, wanted: Json, context: dict[str, str]) -> bool:
    """Whether every key of a condition holds; one that is not there holds for what is negated, and for nothing else."""
    negated = "Not" in operator
    if operator not in ("StringEquals", "StringLike", "ArnLike", "ArnEquals", "ArnNotLike", "Bool"):
        raise ValueError(f"{operator} is not among the operators of our templates")
    return all((key in context and _any(patterns, context[key])) != negated for key, patterns in wanted.items())
