"""The deployed path as a whole: an event on the bus, a finding in a subscriber's queue.

`cargo xtask stack check` runs this with binaries from `STACK_BINARIES` and, where it is set, tables at
`STACK_DYNAMODB`.
"""

import json
import os
import tempfile
import time
import unittest
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from .__main__ import quieten
from .account import ACCOUNT, NAME, REGION, Account
from .events import entry
from .feed import failures
from .memory import fill, remembered
from .records import ADMINISTRATOR, key_for, record

REPOSITORY = Path(__file__).parents[2]
PATIENCE = 30


class DeployedPath(unittest.TestCase):
    """One deployment for all of them; each test has people of its own."""

    account: ClassVar[Account]

    @classmethod
    def setUpClass(cls) -> None:
        quieten()
        began = time.monotonic()
        cls.account = Account(
            REPOSITORY,
            Path(os.environ["STACK_BINARIES"]),
            os.environ.get("STACK_DYNAMODB"),
            gated=True,
            ChatNotices="on",
        )
        print(f"deployed in {time.monotonic() - began:.1f} s")
        # The first event of a function starts its process: what is timed below is not that.
        cls.send(record("CreateUser", "warm", "2026-03-02T08:00:00Z", {"userName": "warm"}))
        cls.account.findings(wait=0)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.account.stop()

    @classmethod
    def send(cls, *records: dict[str, Any]) -> None:
        """Puts events on the bus and waits until functions have dealt with them."""
        for each in records:
            cls.account.put([entry(each)])
            assert cls.account.invoker.settle(PATIENCE), "the functions do not come to an end"

    def test_a_command_that_finds_no_deployment_says_what_to_say(self) -> None:
        done = self.account.command("redrive", "--stack", "elsewhere", "--region", REGION)
        self.assertEqual(done.returncode, 2)
        self.assertIn("no function elsewhere-redrive in us-east-1: say the stack's name with --stack", done.stderr)
        self.assertIn("which region?", self.account.command("redrive").stderr)

    def in_queue(self, queue: str) -> list[dict[str, Any]]:
        """What lies in a queue, which is empty afterwards."""
        messages = self.account.messages(queue)
        self.account.client("sqs").purge_queue(QueueUrl=self.account.physical[queue])
        return messages

    def test_a_key_for_a_privileged_other_is_told_to_subscribers(self) -> None:
        self.send(
            record("AttachUserPolicy", "carol", "2026-03-03T08:00:00Z", {"userName": "bob", "policyArn": ADMINISTRATOR})
        )
        self.account.findings(wait=0)
        self.account.put([entry(key_for("bob", "alice", "2026-03-03T09:15:00Z"))])
        findings = self.account.findings(wait=20)
        self.assertEqual([finding["type"] for finding in findings], ["credential-added.for-another-identity"])
        self.assertEqual(findings[0]["actor"]["name"], "alice")
        self.assertEqual(findings[0]["target"]["name"], "bob")

    def test_how_long_it_takes_from_an_event_to_a_subscriber_is_printed(self) -> None:
        taken = []
        for number in range(20):
            user = f"kim{number}"
            grant = {"userName": user, "policyArn": ADMINISTRATOR}
            self.send(record("AttachUserPolicy", "carol", "2026-03-03T08:00:00Z", grant))
            self.account.findings(wait=0)
            began = time.monotonic()
            self.account.put([entry(key_for(user, f"lee{number}", "2026-03-03T09:15:00Z"))])
            found = self.account.findings(wait=20)
            taken.append((time.monotonic() - began) * 1000)
            self.assertEqual([finding["target"]["name"] for finding in found], [user])
        taken.sort()
        print(f"PutEvents to a subscriber, ms: least {taken[0]:.0f}, median {taken[10]:.0f}, most {taken[-1]:.0f}")

    def test_an_event_out_of_scope_reaches_no_function(self) -> None:
        function = self.account.functions["CredentialAddedFunction"]
        before = function.invocations
        self.send(record("GetUser", "dora", "2026-03-03T08:00:00Z", {}, readOnly=True))
        self.assertEqual(function.invocations, before)

    def test_a_read_reaches_only_rules_in_the_state_that_receives_reads(self) -> None:
        events, function = self.account.client("events"), self.account.functions["ConsoleLoginFunction"]
        read = record("ListAccessKeys", "erin", "2026-03-03T08:00:00Z", {}, readOnly=True)
        rule = self.account.physical["ConsoleLoginSubjectRule1"]
        pattern = events.describe_rule(Name=rule)["EventPattern"]

        def reached() -> int:
            # What the function makes of it is not the question: a missing one keeps it with the failures.
            before = function.invocations
            self.send(read)
            return function.invocations - before + len(self.in_queue("FailuresQueue"))

        self.assertEqual(reached(), 1)
        events.put_rule(Name=rule, EventPattern=pattern, State="ENABLED")
        self.assertEqual(reached(), 0)
        events.put_rule(Name=rule, EventPattern=pattern, State="ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")

    def test_what_fails_three_times_waits_in_the_failures_queue(self) -> None:
        function = self.account.functions["CredentialAddedFunction"]
        table, binary = self.account.physical["MemoryTable"], function.binary
        before = function.invocations
        function.binary = Path("/nowhere/at/all")
        try:
            self.send(key_for("gus", "fred", "2026-03-03T09:15:00Z"))
        finally:
            function.binary = binary
        self.assertEqual(function.invocations, before, table)
        kept = self.in_queue("FailuresQueue")
        self.assertEqual(len(kept), 1)
        told = json.loads(kept[0]["Body"])
        self.assertEqual(told["requestContext"]["approximateInvokeCount"], 3)
        self.assertEqual(told["requestContext"]["condition"], "RetriesExhausted")
        self.assertEqual(told["requestPayload"]["detail"]["requestParameters"]["userName"], "gus")

    def test_what_failed_three_times_is_judged_and_told_once_redrive_runs(self) -> None:
        function = self.account.functions["CredentialAddedFunction"]
        grant = {"userName": "pete", "policyArn": ADMINISTRATOR}
        self.send(record("AttachUserPolicy", "carol", "2026-03-06T08:00:00Z", grant))
        self.account.findings(wait=0)
        binary, function.binary = function.binary, Path("/nowhere/at/all")
        try:
            self.send(key_for("pete", "olga", "2026-03-06T09:15:00Z"))
        finally:
            function.binary = binary
        self.assertEqual((self.account.findings(wait=0), self.account.waiting("FailuresQueue")), ([], 1))
        answer = self.account.tick("RedriveFunction")
        self.assertEqual(answer, {"redriven": 1, "failed": 0, "left_for_later": 0, "unreadable": 0})
        found = self.account.findings(wait=20)
        self.assertEqual([finding["target"]["name"] for finding in found], ["pete"])
        self.assertEqual(self.account.waiting("FailuresQueue"), 0)

    def test_what_was_not_delivered_is_judged_once_its_function_is_back(self) -> None:
        function = self.account.functions["CredentialAddedFunction"]
        gone = self.account.by_arn.pop(function.arn)
        try:
            self.send(record("CreateUser", "quinn", "2026-03-06T10:00:00Z", {"userName": "rob"}))
        finally:
            self.account.by_arn[gone.arn] = gone
        self.assertEqual(self.account.waiting("UndeliveredQueue"), 1)
        before = function.invocations
        done = self.account.command("redrive", "--region", REGION)
        self.assertEqual(done.stdout, "1 tried again and taken\n", done.stderr)
        self.assertEqual((function.invocations - before, self.account.waiting("UndeliveredQueue")), (1, 0))

    def test_each_function_is_given_again_what_waits_for_it_in_either_queue(self) -> None:
        names = ("CredentialAdded", "SecretAccessed", "ConsoleLogin", "CredentialUsed", "Answers")
        functions = [self.account.functions[f"{name}Function"] for name in names]
        before = [function.invocations for function in functions]
        for function in functions:
            # Nothing any of them wants: taken, and put aside.
            event = {"detail-type": "nothing", "source": "tests", "detail": {"eventName": "A", "eventSource": "b"}}
            failed = {"requestContext": {"functionArn": f"{function.arn}:$LATEST"}, "requestPayload": event}
            self.account.keep(self.queue_arn("FailuresQueue"), json.dumps(failed), {})
            self.account.keep(self.queue_arn("UndeliveredQueue"), json.dumps(event), {"TARGET_ARN": function.arn})
        answer = self.account.tick("RedriveFunction")
        self.assertEqual(answer, {"redriven": 10, "failed": 0, "left_for_later": 0, "unreadable": 0})
        self.assertEqual([function.invocations - count for function, count in zip(functions, before, strict=True)], [2] * 5)

    def queue_arn(self, queue: str) -> str:
        """The ARN of a queue of the template."""
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.account.physical[queue].rsplit('/', 1)[1]}"

    def test_the_week_is_told_as_its_schedule_asks(self) -> None:
        events = self.account.client("events")
        target = events.list_targets_by_rule(Rule=self.account.physical["DigestSchedule"])["Targets"][0]
        asked = target["InputTransformer"]["InputTemplate"].replace("<time>", '"2026-03-09T07:00:00Z"')
        told = self.account.tick("SightFunction", **json.loads(asked))
        self.assertEqual(told.get("unread", []), [])

    def test_a_new_key_is_watched_and_what_it_does_beyond_the_calls_in_scope_is_judged(self) -> None:
        events, key = self.account.client("events"), "AKIARHEAAAAAAAAAAAAA"
        judges = [self.account.functions[f"{name}Function"] for name in ("CredentialUsed", "ConsoleLogin")]

        def named() -> list[str]:
            pattern = json.loads(events.describe_rule(Name=self.account.physical["PresenceRule"])["EventPattern"])
            return list(pattern["detail"]["userIdentity"]["accessKeyId"])

        def reached(name: str, source: str) -> list[int]:
            before = [function.invocations for function in judges]
            self.send(record(name, "rhea", "2026-03-07T10:00:00Z", {}, eventSource=source, readOnly=True))
            return [function.invocations - count for function, count in zip(judges, before, strict=True)]

        self.assertEqual(reached("ListBuckets", "s3.amazonaws.com"), [0, 0])
        self.send(key_for("rhea", "saul", "2026-03-07T09:15:00Z", key))
        self.assertIn(key, named())
        state = events.describe_rule(Name=self.account.physical["PresenceRule"])["State"]
        self.assertEqual(state, "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
        self.assertEqual(reached("ListBuckets", "s3.amazonaws.com"), [1, 0])
        # A call in scope goes to its own function; the other one puts it aside.
        self.assertEqual(reached("GetCallerIdentity", "sts.amazonaws.com"), [1, 1])
        self.assertEqual(self.account.waiting("FailuresQueue"), 0)
        answer = self.account.tick("UpkeepFunction", time="2026-03-07T09:15:00Z")
        self.assertIn(key, named(), answer)
        self.account.tick("UpkeepFunction", time="2026-03-09T09:15:00Z")
        self.assertEqual(named(), ["nobody-is-watched"])
        self.assertEqual(reached("ListBuckets", "s3.amazonaws.com"), [0, 0])

    def test_what_cannot_be_delivered_waits_in_the_rules_queue(self) -> None:
        events = self.account.client("events")
        rule = self.account.physical["CredentialAddedContextRule1"]
        target = events.list_targets_by_rule(Rule=rule)["Targets"][0]
        gone = {**target, "Arn": f"{target['Arn']}-that-is-gone"}
        events.put_targets(Rule=rule, Targets=[gone])
        try:
            self.send(record("CreateRole", "hugo", "2026-03-03T08:00:00Z", {"roleName": "x"}))
        finally:
            events.put_targets(Rule=rule, Targets=[target])
        kept = self.in_queue("UndeliveredQueue")
        self.assertEqual(len(kept), 1)
        self.assertEqual(kept[0]["MessageAttributes"]["TARGET_ARN"]["StringValue"], gone["Arn"])
        self.assertEqual(json.loads(kept[0]["Body"])["detail"]["eventName"], "CreateRole")

    def test_many_events_at_once_run_in_several_processes(self) -> None:
        function = self.account.functions["CredentialAddedFunction"]
        for batch in range(4):
            made = [key_for(f"u{batch}{each}", "ivan", f"2026-03-04T09:{batch:02}:{each:02}Z") for each in range(10)]
            self.account.put([entry(each) for each in made])
        self.assertTrue(self.account.invoker.settle(PATIENCE))
        self.assertGreater(function.processes, 1)
        self.assertEqual(self.in_queue("FailuresQueue"), [])

    def test_security_hub_imports_findings_and_what_is_none_stays_in_its_queue(self) -> None:
        sqs, url = self.account.client("sqs"), self.account.physical["HubQueue"]
        sqs.send_message(QueueUrl=url, MessageBody="no finding")
        self.send(
            record("AttachUserPolicy", "carol", "2026-03-05T08:00:00Z", {"userName": "olaf", "policyArn": ADMINISTRATOR}),
            key_for("olaf", "mona", "2026-03-05T09:15:00Z"),
        )
        ends, left = time.monotonic() + PATIENCE, 2
        while left != 1 and time.monotonic() < ends:
            left = self.account.waiting("HubQueue")
        self.assertEqual(left, 1)
        imported = self.account.client("securityhub").get_findings(MaxResults=100)["Findings"]
        self.assertTrue(any("mona" in finding["Title"] for finding in imported), [f["Title"] for f in imported])

    def findings_about(self, target: str, day: str) -> list[dict[str, Any]]:
        """Findings about credentials of somebody that began on a day, told or not."""
        every = self.account.ledger().values()
        about = [finding for finding in every if finding["target"]["name"] == target]
        return [one for one in about if one["first_seen"].startswith(day) and one["type"].endswith("-identity")]

    def told_of(self, *records: dict[str, Any]) -> list[dict[str, Any]]:
        """What subscribers hear of records."""
        self.send(*records)
        return self.account.findings(wait=20)

    def test_what_an_analyst_suppressed_in_security_hub_is_expected_to_come_again(self) -> None:
        grant = {"userName": "pia", "policyArn": ADMINISTRATOR}
        self.send(record("AttachUserPolicy", "carol", "2026-03-06T08:00:00Z", grant))
        self.account.findings(wait=0)
        first = self.told_of(key_for("pia", "nils", "2026-03-06T09:15:00Z"))[0]
        finding = {
            "Id": f"trailwarden/{first['id']}",
            "AwsAccountId": ACCOUNT,
            "ProductArn": f"arn:aws:securityhub:{REGION}:{ACCOUNT}:product/{ACCOUNT}/default",
            "ProductName": "trailwarden",
            "Workflow": {"Status": "SUPPRESSED"},
            "Note": {"Text": "our new pipeline", "UpdatedBy": "ann"},
        }
        answer = {"Source": "aws.securityhub", "DetailType": "Security Hub Findings - Imported"}
        answer |= {"Time": "2026-03-06T10:00:00Z", "Detail": json.dumps({"findings": [finding]})}
        self.account.put([answer])
        self.assertTrue(self.account.invoker.settle(PATIENCE))
        self.assertEqual(self.account.ledger()[first["id"]]["status"], "SUPPRESSED")
        self.send(key_for("pia", "nils", "2026-03-09T09:15:00Z"))
        again = self.findings_about("pia", "2026-03-09")
        self.assertEqual([finding["expected_change"]["by"] for finding in again], ["ann"])
        self.assertLess(again[0]["score"], first["score"])
        self.assertEqual(self.account.findings(wait=0), [], "nobody is woken by what was called legitimate")

    def test_a_change_announced_on_its_bus_is_expected(self) -> None:
        grant = {"userName": "quin", "policyArn": ADMINISTRATOR}
        self.send(record("AttachUserPolicy", "carol", "2026-03-07T08:00:00Z", grant))
        self.account.findings(wait=0)
        detail = {"who": "otto", "target": "quin", "until": "2026-03-08T00:00:00Z", "by": "board", "reference": "CHG-1"}
        change = {"Source": "tickets", "DetailType": "Trailwarden Expected Change", "Detail": json.dumps(detail)}
        change |= {"Time": "2026-03-07T08:30:00Z", "EventBusName": f"{NAME}-expected-changes"}
        self.account.put([change])
        self.assertTrue(self.account.invoker.settle(PATIENCE))
        self.send(key_for("quin", "otto", "2026-03-07T09:15:00Z"))
        found = self.findings_about("quin", "2026-03-07")
        self.assertEqual([finding["expected_change"]["reference"] for finding in found], ["CHG-1"])

    def test_what_a_person_says_by_command_is_kept_and_what_makes_no_sense_is_refused(self) -> None:
        grant = {"userName": "vera", "policyArn": ADMINISTRATOR}
        self.send(record("AttachUserPolicy", "carol", "2026-03-09T08:00:00Z", grant))
        self.account.findings(wait=0)
        told = self.told_of(key_for("vera", "uwe", "2026-03-09T09:15:00Z"))[0]
        acknowledged = self.account.command("ack", told["id"], "--by", "ann", "--note", "ours", "--region", REGION)
        self.assertEqual(acknowledged.returncode, 0, acknowledged.stderr)
        self.assertEqual(self.account.ledger()[told["id"]]["status"], "SUPPRESSED")
        unknown = self.account.command("ack", "tw-0", "--by", "ann", "--region", REGION)
        self.assertEqual((unknown.returncode, "knows no finding tw-0" in unknown.stderr), (2, True), unknown.stderr)
        expected = self.account.command(*f"expect add --who walt --by ann --until 2099-01-01 --region {REGION}".split())
        self.assertEqual((expected.returncode, "90 days" in expected.stderr), (2, True), expected.stderr)
        soon = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d")
        expected = self.account.command(*f"expect add --who walt --by ann --until {soon} --region {REGION}".split())
        self.assertEqual(expected.returncode, 0, expected.stderr)
        self.assertEqual(len(remembered(self.account, "announced/", "walt")), 1)
        listed = self.account.command("expect", "list", "--region", REGION, "--format", "jsonl")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        announced = next(line for line in listed.stdout.splitlines() if "walt" in line)
        revoked = self.account.command("expect", "revoke", json.loads(announced)["id"], "--by", "ann", "--region", REGION)
        self.assertEqual(revoked.returncode, 0, revoked.stderr)

    def test_what_iam_says_an_identity_may_do_is_known_before_it_is_granted_in_sight(self) -> None:
        iam = self.account.client("iam")
        iam.create_group(GroupName="admins")
        may = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        iam.put_group_policy(GroupName="admins", PolicyName="all", PolicyDocument=json.dumps(may))
        arn = iam.create_user(UserName="rhea")["User"]["Arn"]
        iam.add_user_to_group(GroupName="admins", UserName="rhea")
        tick = json.dumps({"time": "2026-03-08T00:00:00Z"}).encode()
        outcome = self.account.functions["PrivilegesFunction"].invoke(tick)
        self.assertTrue(outcome.ok, outcome.payload)
        made = key_for("rhea", "sam", "2026-03-08T09:15:00Z")
        made["userIdentity"] |= {"accountId": ACCOUNT, "arn": f"arn:aws:iam::{ACCOUNT}:user/sam"}
        made["recipientAccountId"] = ACCOUNT
        told = self.told_of(made)
        self.assertEqual([finding["target"]["key"] for finding in told], [arn])
        self.assertEqual([finding["target"]["privilege"] for finding in told], ["administrator"])

    def test_a_deployment_is_seeded_from_logs_and_seeding_it_again_changes_nothing(self) -> None:
        days = [record("CreateUser", "tess", f"2026-02-{day:02}T09:15:00Z", {"userName": f"n{day}"}) for day in (2, 3, 4)]
        with tempfile.TemporaryDirectory() as folder:
            logs = Path(folder) / "logs.json"
            logs.write_text(json.dumps({"Records": days}))
            command = ("backfill", str(logs), "--region", REGION, "--work", f"{folder}/work")
            first = self.account.command(*command)
            self.assertEqual(first.returncode, 0, first.stderr)
            seeded = remembered(self.account, "identity/", "AIDATESS")
            again = self.account.command(*command)
            self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(len(seeded), 1, first.stderr)
        self.assertEqual(len(seeded[0]["days"]["NS"]), 3)
        self.assertEqual(remembered(self.account, "identity/", "AIDATESS"), seeded)

    def test_an_item_that_is_full_is_made_room_in_by_whoever_adds_to_it(self) -> None:
        iam = self.account.client("iam")
        arn = iam.create_user(UserName="zoe")["User"]["Arn"]
        may = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        iam.put_user_policy(UserName="zoe", PolicyName="all", PolicyDocument=json.dumps(may))
        privileges = self.account.functions["PrivilegesFunction"]
        for day in (8, 9):
            outcome = privileges.invoke(json.dumps({"time": f"2026-03-{day:02}T00:00:00Z"}).encode())
            self.assertTrue(outcome.ok, outcome.payload)
            if day == 8:
                filled = [fill(self.account, item) for item in remembered(self.account, "", arn)]
        self.assertGreater(len(filled), 0)
        self.assertLess(max(len(json.dumps(item)) for item in remembered(self.account, "", arn)), 300_000)
        with tempfile.TemporaryDirectory() as folder:
            for day in (2, 3):
                logs = Path(folder) / f"{day}.json"
                made = record("CreateUser", "yan", f"2026-02-{day:02}T09:15:00Z", {"userName": "n"})
                logs.write_text(json.dumps({"Records": [made]}))
                done = self.account.command("backfill", str(logs), "--region", REGION, "--work", f"{folder}/work{day}")
                self.assertEqual(done.returncode, 0, done.stderr)
                if day == 2:
                    fill(self.account, remembered(self.account, "identity/", "AIDAYAN")[0])
        self.assertLess(len(json.dumps(remembered(self.account, "identity/", "AIDAYAN"))), 300_000)

    def test_an_answer_without_failures_has_none(self) -> None:
        self.assertEqual(failures(b'{"batchItemFailures":[{"itemIdentifier":"m-2"}]}'), {"m-2"})
        self.assertEqual(failures(b"null"), set())


if __name__ == "__main__":
    unittest.main()
