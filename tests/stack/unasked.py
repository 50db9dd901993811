"""What nobody asks for and roles are given all the same: AWS needs it, and says where that is written."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from .gate import Grant

DOCS = "https://docs.aws.amazon.com"


@dataclass(frozen=True)
class Unasked:
    """Actions a service takes in a role's name."""

    role: str
    sid: str
    actions: list[str]
    why: str
    source: str

    def covers(self, grant: Grant) -> bool:
        """Whether the grant is one of these."""
        named = fnmatchcase(grant.role, self.role) and grant.sid == self.sid
        return named and grant.action in self.actions


UNASKED = [
    Unasked(
        "*",
        "WriteLogs",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Lambda writes a function's log by the function's role",
        f"{DOCS}/lambda/latest/dg/lambda-intro-execution-role.html",
    ),
    Unasked(
        "*",
        "GiveUp",
        ["sqs:SendMessage"],
        "Lambda puts what failed into its destination by the function's role",
        f"{DOCS}/lambda/latest/dg/invocation-async-retain-records.html",
    ),
    Unasked(
        "SecurityHubRole",
        "TakeFindings",
        ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        "Lambda polls a queue by the role of the function it feeds",
        f"{DOCS}/lambda/latest/dg/services-sqs-configure.html",
    ),
    Unasked(
        "*",
        "ThroughTheServices",
        ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        "DynamoDB, SNS and SQS use a customer's key in the name of whoever calls them",
        f"{DOCS}/amazondynamodb/latest/developerguide/encryption.usagenotes.html, "
        f"{DOCS}/sns/latest/dg/sns-key-management.html, "
        f"{DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html",
    ),
]


@dataclass(frozen=True)
class Elsewhere:
    """An action that moto has no answer for, or that only a fault brings about: a test of the function reaches it."""

    role: str
    action: str
    path: str
    test: str


SIGHT = "functions/sight/tests/sight/broken.rs"
REDRIVE = "functions/redrive/tests/redrive/deadline.rs"
ELSEWHERE = [
    Elsewhere("SightRole", "account:ListRegions", SIGHT, "a_healthy_deployment_has_no_fault_and_every_path_is_seen"),
    Elsewhere("MemberRole", "account:ListRegions", SIGHT, "a_healthy_deployment_has_no_fault_and_every_path_is_seen"),
    Elsewhere("SightRole", "organizations:ListAccounts", SIGHT, "a_healthy_deployment_has_no_fault_and_every_path_is_seen"),
    Elsewhere(
        "PrivilegesRole",
        "organizations:ListAccounts",
        "functions/privileges/tests/privileges/members.rs",
        "what_identities_of_every_account_may_do_is_known_and_one_that_refuses_is_named",
    ),
    Elsewhere(
        "RedriveRole",
        "sqs:ChangeMessageVisibility",
        REDRIVE,
        "when_time_runs_out_what_was_taken_and_not_begun_is_put_back",
    ),
    Elsewhere(
        "RedriveRole",
        "sqs:GetQueueAttributes",
        REDRIVE,
        "a_run_that_comes_too_late_takes_nothing_and_says_how_much_waits",
    ),
]
