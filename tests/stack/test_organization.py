"""The organisation as a whole: each call in scope, emitted where AWS emits it, is judged once; what breaks that is seen.

`cargo xtask stack check` runs this like `test_stack.py`.
"""

import json
import os
import time
import unittest
import uuid
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from .__main__ import quieten
from .account import ACCOUNT, NAME, Account, address, serve
from .calls import calls, emitted
from .events import Json, batches, entry
from .organization import Organization, stack_set

REPOSITORY = Path(__file__).parents[2]
PATIENCE = 600
HOME = "eu-west-1"
REGIONS = ["us-east-1", "us-east-2", "eu-west-1", "ap-southeast-2"]
HOUR = 3600
"""What lies between two runs of the proof of sight, in seconds."""
WITH_READS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


class Organisation(unittest.TestCase):
    """Three accounts, four regions, one deployment."""

    account: ClassVar[Account]
    organization: ClassVar[Organization]
    member: ClassVar[str]
    bus: ClassVar[str]
    arrived: ClassVar[Counter[str]]

    @classmethod
    def setUpClass(cls) -> None:
        quieten()
        server = serve()
        cls.organization = Organization(address(server))
        cls.member = cls.organization.join("production")
        cls.account = Account(
            REPOSITORY,
            Path(os.environ["STACK_BINARIES"]),
            os.environ.get("STACK_DYNAMODB"),
            region=HOME,
            server=server,
            gated=True,
            ForwardedFrom=cls.organization.id,
            # moto lists accounts for the management account alone, and no regions.
            SeenAccounts=f"{cls.organization.management},{cls.member}",
            SeenRegions=",".join(REGIONS),
            SecurityHubImport="per-member",
        )
        cls.bus = cls.account.central_bus().rsplit("/", 1)[1]
        cls.roll_out(cls.organization.members(), "organization")
        # No StackSet of an organisation reaches its management account.
        cls.roll_out([cls.organization.management], "account")
        for account in (*cls.organization.members(), cls.organization.management):
            cls.organization.log_everything(account, REGIONS[0])
        for account in (*cls.organization.members(), cls.organization.management):
            for region in REGIONS:
                cls.organization.client(account, region, "securityhub").enable_security_hub()
        cls.arrived = Counter()
        submit = cls.account.invoker.submit

        def counted(function: object, payload: bytes) -> None:
            cls.arrived[json.loads(payload)["detail"]["eventID"]] += 1
            submit(function, payload)

        cls.account.invoker.submit = counted  # type: ignore[method-assign,assignment]

    @classmethod
    def tearDownClass(cls) -> None:
        cls.account.stop()

    @classmethod
    def roll_out(cls, accounts: list[str], template: str) -> None:
        """Gives accounts what `infra/TEMPLATE.yaml` says."""
        text = (REPOSITORY / f"infra/{template}.yaml").read_text()
        cls.organization.roll_out(stack_set(text, cls.account.central_bus(), REGIONS), accounts)

    def matrix(self, accounts: list[str], reads_only: bool = False) -> tuple[dict[tuple[str, str], tuple[int, int]], str]:
        """Of each account and region, how many events were emitted and how many arrived once; and that as a table."""
        self.arrived.clear()
        sent: dict[tuple[str, str], list[str]] = {}
        for account in accounts:
            for region in REGIONS:
                entries = list(emitted(REPOSITORY, account, region))
                if reads_only:
                    entries = [each for each in entries if json.loads(each["Detail"]).get("readOnly")]
                sent[account, region] = [json.loads(each["Detail"])["eventID"] for each in entries]
                for batch in batches(iter(entries)):
                    self.organization.emit(account, region, batch)
        self.assertTrue(self.account.invoker.settle(PATIENCE), "the functions do not come to an end")
        cells = {cell: (len(ids), sum(self.arrived[each] == 1 for each in ids)) for cell, ids in sent.items()}
        self.assertLessEqual(max(self.arrived.values(), default=0), 1, "an event was judged twice")
        lines = [f"{'account':14}" + "".join(f"{region:>16}" for region in REGIONS)]
        for account in accounts:
            shown = (f"{arrived}/{emitted_}" for emitted_, arrived in (cells[account, region] for region in REGIONS))
            lines.append(f"{account:14}" + "".join(f"{each:>16}" for each in shown))
        return cells, "\n".join(lines)

    def accounts(self) -> list[str]:
        """Every account, as they were at first."""
        return [self.organization.management, ACCOUNT, self.member]

    def test_1_each_call_in_scope_is_judged_once_wherever_it_is_emitted(self) -> None:
        began = time.monotonic()
        cells, table = self.matrix(self.accounts())
        if self.account.crossing.refused:
            print(Counter(self.account.crossing.refused).most_common(3))
        print(f"\narrived and judged once, of what was emitted, {time.monotonic() - began:.0f} s:\n{table}")
        self.assertEqual({cell: sent for cell, (sent, _) in cells.items()}, {c: got for c, (_, got) in cells.items()})
        per_account = len(calls(REPOSITORY)) + 3 * sum(not is_global for *_, is_global, _ in calls(REPOSITORY))
        self.assertEqual(sum(sent for sent, _ in cells.values()), 3 * per_account)
        self.assertEqual((self.account.waiting("FailuresQueue"), self.account.waiting("UndeliveredQueue")), (0, 0))

    def test_2_an_account_that_joins_is_seen_once_it_has_its_forwarders(self) -> None:
        joined = self.organization.join("later")
        cells, _ = self.matrix([joined], reads_only=True)
        self.assertEqual({got for _, got in cells.values()}, {0})
        self.roll_out([joined], "organization")
        cells, _ = self.matrix([joined], reads_only=True)
        self.assertTrue(all(sent == got > 0 for sent, got in cells.values()), cells)

    def test_3_a_central_rule_in_the_plain_state_is_blind_to_every_read_from_elsewhere(self) -> None:
        events = self.account.client("events")
        bus = self.bus
        rules = events.list_rules(EventBusName=bus)["Rules"]
        self.set_state(events, bus, rules, "ENABLED")
        try:
            cells, table = self.matrix(self.accounts(), reads_only=True)
        finally:
            self.set_state(events, bus, rules, WITH_READS)
        print(f"\nreads, with the central rules in the plain state:\n{table}")
        for (account, region), (sent, got) in cells.items():
            seen_at_home = (account, region) == (ACCOUNT, HOME)
            self.assertEqual(got, sent if seen_at_home else 0, (account, region))

    def set_state(self, events: object, bus: str, rules: list[Json], state: str) -> None:
        """Puts every rule of a bus into a state."""
        for rule in rules:
            events.put_rule(  # type: ignore[attr-defined]
                Name=rule["Name"], EventBusName=bus, EventPattern=rule["EventPattern"], State=state
            )

    def test_4_a_hub_between_drops_everything_and_says_nothing(self) -> None:
        account, region = self.member, "us-east-1"
        events = self.organization.client(account, region, "events")
        hub = events.create_event_bus(Name="hub")["EventBusArn"]
        rules = [rule for rule in events.list_rules(NamePrefix=f"{NAME}-")["Rules"]]
        targets = {rule["Name"]: events.list_targets_by_rule(Rule=rule["Name"])["Targets"] for rule in rules}
        may = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "events:PutEvents", "Resource": "*"}]}
        iam = self.organization.client(account, region, "iam")
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = iam.create_role(RoleName=f"{NAME}-forward-hub", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        iam.put_role_policy(RoleName=f"{NAME}-forward-hub", PolicyName="any", PolicyDocument=json.dumps(may))
        events.put_rule(Name="on", EventBusName="hub", EventPattern=json.dumps({"source": [{"prefix": ""}]}), State=WITH_READS)
        onward = {"Id": "central", "Arn": self.account.central_bus(), "RoleArn": role}
        events.put_targets(Rule="on", EventBusName="hub", Targets=[onward])
        for rule in rules:
            events.put_targets(Rule=rule["Name"], Targets=[{"Id": "central", "Arn": hub, "RoleArn": role}])
        dropped = len(self.account.crossing.dropped)
        try:
            cells, table = self.matrix([account])
        finally:
            for name, before in targets.items():
                events.put_targets(Rule=name, Targets=before)
        print(f"\nwith a bus of its own in between, in us-east-1:\n{table}")
        sent, got = cells[account, region]
        self.assertEqual((got, len(self.account.crossing.dropped) - dropped), (0, sent))
        self.assertTrue(all(sent == got for (_, where), (sent, got) in cells.items() if where != region))

    def test_5_a_bus_that_lets_another_organisation_in_keeps_ours_in_its_own_queue(self) -> None:
        events, bus = self.account.client("events"), self.bus
        policy = events.describe_event_bus(Name=bus)["Policy"]
        events.put_permission(EventBusName=bus, Policy=policy.replace(self.organization.id, "o-somebodyelse"))
        try:
            cells, _ = self.matrix([self.member], reads_only=True)
        finally:
            events.put_permission(EventBusName=bus, Policy=policy)
        self.assertEqual({got for _, got in cells.values()}, {0})
        sqs = self.organization.client(self.member, "us-east-2", "sqs")
        url = sqs.get_queue_url(QueueName=f"{NAME}-undelivered")["QueueUrl"]
        kept = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
        self.assertEqual(int(kept["ApproximateNumberOfMessages"]), cells[self.member, "us-east-2"][0])
        said = self.doctor()[1]
        self.assertEqual({each["check"] for each in said["faults"]}, {"queue.unsent"})
        for region in REGIONS:
            sqs = self.organization.client(self.member, region, "sqs")
            sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=f"{NAME}-undelivered")["QueueUrl"])

    def doctor(self) -> tuple[int, Json]:
        """What `trailwarden doctor` says of the deployment, and how it ends."""
        done = self.account.command("doctor", "--region", HOME, "--format", "json")
        self.assertNotEqual(done.returncode, 2, done.stderr)
        return done.returncode, json.loads(done.stdout)

    def test_6_doctor_sees_every_account_and_region_and_names_the_one_rule_that_is_off(self) -> None:
        said = self.doctor()[1]
        places = {(place["account"], place["region"]) for place in said["rows"]}
        self.assertEqual(places, {(account, region) for account in self.accounts() for region in REGIONS})
        self.assertEqual(named(said), [])
        events, rule = self.organization.client(self.member, "us-east-2", "events"), f"{NAME}-secret-accessed-subject-1"
        events.disable_rule(Name=rule)
        try:
            status, said = self.doctor()
        finally:
            pattern = events.describe_rule(Name=rule)["EventPattern"]
            events.put_rule(Name=rule, EventPattern=pattern, State=WITH_READS)
        self.assertEqual((status, named(said)), (1, [(self.member, "us-east-2", ["secret-accessed"])]))
        fault = next(each for each in said["faults"] if each["blinds"])
        self.assertIn(rule, fault["says"])
        self.assertIn(f"aws events put-rule --name {rule}", fault["mend"])

    def test_6_what_identities_of_every_account_may_do_is_learned_by_the_role_of_its_forwarder(self) -> None:
        learned = self.account.tick("PrivilegesFunction", time="2026-03-08T00:00:00Z")
        self.assertEqual(learned["refused"], {})
        self.assertGreater(learned["identities"], 0)

    def an_hour_passes(self) -> None:
        """Lets every heartbeat that was sent or has arrived be an hour older."""
        dynamodb, table = self.account.client("dynamodb"), self.account.physical["MemoryTable"]
        for key, marks in self.marks().items():
            older = {name: {"N": str(second - HOUR)} for name, second in marks.items()}
            dynamodb.put_item(TableName=table, Item={"id": {"S": key}, **older})

    def marks(self) -> dict[str, dict[str, int]]:
        """What the memory has of each account's heartbeats, in seconds since 1970."""
        pages = self.account.client("dynamodb").get_paginator("scan").paginate(TableName=self.account.physical["MemoryTable"])
        items = (item for page in pages for item in page["Items"] if item["id"]["S"].startswith("heartbeat/"))
        return {item["id"]["S"]: {name: int(value["N"]) for name, value in item.items() if name != "id"} for item in items}

    def hears(self) -> Json:
        """What the proof of sight says, once every heartbeat it sent has come to its end."""
        said = self.doctor()[1]
        self.assertTrue(self.account.invoker.settle(PATIENCE), "the functions do not come to an end")
        return said

    def test_7_a_heartbeat_comes_from_every_place_and_one_that_stops_is_told_an_hour_after(self) -> None:
        self.account.refusals.told.clear()
        self.hears()
        places = {(account, region) for account in self.accounts() for region in REGIONS}
        secrets = {(account, region, "GetSecretValue") for account, region in places}
        keys = {(account, "us-east-1", "CreateAccessKey") for account in self.accounts()}
        self.assertEqual(set(self.account.refusals.told), secrets | keys)
        arrived = {(key, name) for key, marks in self.marks().items() for name in marks if name.startswith("arrived ")}
        self.assertEqual(len(arrived), len(secrets | keys))
        dead = (self.member, "ap-southeast-2")
        self.an_hour_passes()
        self.account.findings(0)
        self.account.refusals.silent.add(dead)
        try:
            self.assertEqual(named(self.hears()), [], "nothing that can be looked at is at fault")
            self.an_hour_passes()
            said = self.hears()
        finally:
            self.account.refusals.silent.clear()
        self.assertEqual(named(said), [(*dead, ["secret-accessed"])])
        self.assertEqual(said["faults"][0]["check"], "heartbeat.late")
        self.an_hour_passes()
        self.hears()
        self.an_hour_passes()
        self.assertEqual(named(self.hears()), [], "it speaks again")

    def test_8_a_role_that_may_do_what_the_heartbeat_must_be_refused_is_named(self) -> None:
        iam, role = self.organization.client(self.member, REGIONS[0], "iam"), f"{NAME}-member"
        statement = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=role, PolicyName="more", PolicyDocument=document)
        try:
            said = self.doctor()[1]
        finally:
            iam.delete_role_policy(RoleName=role, PolicyName="more")
        allowed = {(each["account"], each["region"]) for each in said["faults"] if each["check"] == "heartbeat.allowed"}
        self.assertEqual(allowed, {(self.member, region) for region in REGIONS})

    def test_9_an_event_the_trail_has_and_no_function_dealt_with_is_named(self) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        records, lost = [], set()
        for account, region in ((self.member, "us-east-1"), (self.member, "us-east-2")):
            # Enough of each path, and quick to judge.
            for number, each in enumerate(list(emitted(REPOSITORY, account, region))[::8]):
                record = json.loads(each["Detail"])
                # The one is no call; the other is in scope where it sets a password.
                if record.get("eventName", "ModifyCluster") == "ModifyCluster":
                    continue
                record.update(eventID=str(uuid.uuid4()), eventTime=now)
                records.append(record)
                if region == "us-east-2" and number % 2:
                    lost.add(record["eventID"])
                else:
                    self.organization.emit(account, region, [entry(record)])
        self.assertTrue(self.account.invoker.settle(PATIENCE), "the functions do not come to an end")
        with TemporaryDirectory() as folder:
            trail = Path(folder) / "trail.json"
            trail.write_text(json.dumps({"Records": records}))
            asked = ("doctor", "--region", HOME, "--format", "json", "--of-each", "100", "--trail", str(trail))
            done = self.account.command(*asked)
        self.assertEqual(done.returncode, 1, done.stderr)
        said = json.loads(done.stdout)
        self.assertEqual({each["id"] for each in said["missing"]}, lost)
        self.assertEqual({each["region"] for each in said["missing"]}, {"us-east-2"})
        self.assertEqual((said["sampled"], said["arrived"]), (len(records), len(records) - len(lost)))


def named(said: Json) -> list[tuple[str, str, list[str]]]:
    """Where doctor names a fault and what it blinds."""
    return [(each["account"], each["region"], each["blinds"]) for each in said["faults"]]


if __name__ == "__main__":
    unittest.main()
