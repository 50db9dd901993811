"""Access: each role is given what its function asks for, and nothing else.

Run last, in the process of the tests that let functions live: what these did is what is looked at here. Alone, it
would find that nothing was used.
"""

import os
import re
import unittest
from dataclasses import replace
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from .asked import PREFIXES
from .gate import MEMBER, REFUSED_ELSEWHERE, SEEN, Grant
from .linked import linked
from .policy import allowing, trusts
from .sensitive import FILE, text
from .template import Json
from .unasked import ELSEWHERE, UNASKED

REPOSITORY = Path(__file__).parents[2]
JUDGES = ("CredentialAddedRole", "SecretAccessedRole", "ConsoleLoginRole", "CredentialUsedRole")
BARE = re.compile(r'Bare \{\s*service: "(\w+)",\s*operation: "(\w+)"')
"""A call that is made without its service's client."""
OTHERWISE = {"s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration"}
"""Calls that IAM calls otherwise."""
OF_THE_SDK = {"sso:GetRoleCredentials", "ssooidc:CreateToken", "sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"}
"""What the SDK can ask for where credentials are not in the environment; on Lambda they are, and functions look nowhere else."""
OF_THE_SDK |= {"s3:CreateSession"}
"""What it asks for where a bucket is a directory bucket, which no trail writes to."""


def elsewhere(grant: Grant) -> bool:
    """Whether a test of the function itself has it ask, since what stands for AWS here cannot."""
    return any((grant.role, grant.action) == (each.role, each.action) for each in ELSEWHERE)


def unasked(grant: Grant) -> bool:
    """Whether AWS needs it though nobody asks."""
    return any(each.covers(grant) for each in UNASKED)


def in_words(grants: set[Any]) -> str:
    """One a line."""
    return "\n".join(f"  {grant}" for grant in sorted(grants))


class Access(unittest.TestCase):
    """What went through the gate."""

    def test_no_call_of_a_function_was_refused(self) -> None:
        self.assertGreater(len(SEEN.used), 60)
        self.assertFalse(SEEN.refused, f"no statement allows\n{in_words(SEEN.refused)}")

    def test_every_grant_was_used(self) -> None:
        # They share one policy, and are the same code but for what their rules send them.
        by_one = {replace(grant, role="") for grant in SEEN.used if grant.role in JUDGES}
        idle = {
            grant
            for grant in SEEN.given - SEEN.used
            if not unasked(grant) and not elsewhere(grant) and not (grant.role in JUDGES and replace(grant, role="") in by_one)
        }
        self.assertFalse(idle, f"nobody used\n{in_words(idle)}")

    def test_nothing_is_excused_that_is_used_or_not_there(self) -> None:
        for excuse in UNASKED:
            with self.subTest(excuse.sid):
                covered = {grant for grant in SEEN.given if excuse.covers(grant)}
                self.assertEqual({grant.action for grant in covered}, set(excuse.actions))
                self.assertFalse(covered & SEEN.used)
                self.assertTrue(excuse.source.startswith("https://docs.aws.amazon.com/"))


    def test_what_is_asked_elsewhere_is_asked_by_a_test_that_is_there_and_not_here(self) -> None:
        for each in ELSEWHERE:
            with self.subTest(each.action):
                self.assertIn(f"fn {each.test}()", (REPOSITORY / each.path).read_text())
                here = {grant for grant in SEEN.given if (grant.role, grant.action) == (each.role, each.action)}
                self.assertTrue(here)
                self.assertFalse(here & SEEN.used)


class Linked(unittest.TestCase):
    """What binaries could ask for, also where no test made them."""

    def test_a_binary_can_ask_for_what_its_role_is_given_and_for_nothing_else(self) -> None:
        for function, role in functions():
            with self.subTest(function):
                given = {grant.action for grant in SEEN.given if grant.role == role and not unasked(grant)}
                if role == "ShardRole":
                    given = shard()
                can = linked(Path(os.environ["STACK_BINARIES"]) / function)
                self.assertGreater(len(can), 1, "the symbols of its calls are gone")
                if function == "trailwarden-sight":
                    can = (can | bare()) - set(REFUSED_ELSEWHERE)
                    given |= {grant.action for grant in SEEN.given if grant.role == MEMBER} - OF_OTHERS
                can -= OF_THE_SDK - given
                self.assertEqual(can, given)


OF_OTHERS = {"iam:GetAccountAuthorizationDetails", "securityhub:BatchImportFindings"}
"""What `privileges` and `security-hub` do by the role of a member, and `sight` does not."""


def functions() -> list[tuple[str, str]]:
    """Each function's binary and its role."""
    found = []
    for path in ("template.yaml", "infra/backfill.yaml"):
        resources: Json = yaml_parse((REPOSITORY / path).read_text())["Resources"]
        for each in resources.values():
            if each["Type"] == "AWS::Serverless::Function":
                role = each["Properties"]["Role"]["Fn::GetAtt"]
                name = role if isinstance(role, str) else role[0]
                found.append((each["Metadata"]["BuildProperties"]["Binary"], name.removesuffix(".Arn")))
    return found


def shard() -> set[str]:
    """What the role of a shard is given: no deployment here has one."""
    role: Json = yaml_parse((REPOSITORY / "infra/backfill.yaml").read_text())["Resources"]["ShardRole"]["Properties"]
    given = set()
    for statement in role["Policies"][0]["PolicyDocument"]["Statement"]:
        allowed = statement.get("Fn::If", [None, statement])[1]
        actions = allowed["Action"]
        given |= {actions} if isinstance(actions, str) else set(actions)
    # Lambda writes its logs; the key of the table and of the trail are used in its name.
    return {action for action in given if not action.startswith(("kms:", "logs:"))}


def bare() -> set[str]:
    """The calls the proof of sight makes without a client."""
    sources = (REPOSITORY / "shared/aws/src/sight").rglob("*.rs")
    calls = {call for path in sources for call in BARE.findall(path.read_text())}
    actions = {f"{PREFIXES.get(service, service)}:{name}" for service, name in calls}
    return {OTHERWISE.get(action, action) for action in actions}


class Sensitive(unittest.TestCase):
    """Where secrets may be, for the test that looks for them."""

    def test_the_list_is_what_the_service_models_say(self) -> None:
        self.assertEqual(FILE.read_text(), text(), "run `python -m stack.sensitive`")


class Weighing(unittest.TestCase):
    """What the gate itself is made of."""

    ALLOW: Json = {"Sid": "a", "Effect": "Allow", "Action": ["t:Get", "t:Put*"], "Resource": "arn:x/*"}

    def test_what_no_statement_allows_is_refused(self) -> None:
        policies = [{"Statement": [self.ALLOW]}]
        self.assertEqual(allowing(policies, "t:Get", "arn:x/1", {}), ("a", "t:Get", "arn:x/*"))
        self.assertEqual(allowing(policies, "t:PutItem", "arn:x/1", {}), ("a", "t:Put*", "arn:x/*"))
        self.assertIsNone(allowing(policies, "t:Delete", "arn:x/1", {}))
        self.assertIsNone(allowing(policies, "t:Get", "arn:y/1", {}))
        deny = {**self.ALLOW, "Effect": "Deny", "Resource": "arn:x/2"}
        self.assertIsNone(allowing([{"Statement": [self.ALLOW, deny]}], "t:Get", "arn:x/2", {}))

    def test_a_condition_on_all_values_wants_each_of_them(self) -> None:
        keys = {"ForAllValues:StringLike": {"k": "finding/*"}}
        policies = [{"Statement": [{**self.ALLOW, "Condition": keys}]}]
        self.assertIsNotNone(allowing(policies, "t:Get", "arn:x/1", {"k": ["finding/1", "finding/2"]}))
        self.assertIsNone(allowing(policies, "t:Get", "arn:x/1", {"k": ["finding/1", "watch/2"]}))

    def test_a_role_lets_in_whom_its_conditions_name(self) -> None:
        condition = {"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::1:role/tw-A-*", "arn:aws:iam::1:role/tw-B-*"]}}
        trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Condition": condition}
        self.assertTrue(trusts({"Statement": [trust]}, "arn:aws:iam::1:role/tw-B-9"))
        self.assertFalse(trusts({"Statement": [trust]}, "arn:aws:iam::1:role/tw-C-9"))
        self.assertFalse(trusts({"Statement": [trust]}, "arn:aws:iam::2:role/tw-B-9"))


if __name__ == "__main__":
    unittest.main()
