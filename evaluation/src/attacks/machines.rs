//! Ways into machines: SSH keys pushed, key pairs brought along, Windows passwords fetched, clusters opened.

use serde_json::{Value, json};

use super::{
    Way,
    hunt::{Foothold, Hunt},
};
use crate::{
    record::Story,
    world::{Account, Purpose, Role, Runs},
};

pub(super) const WAYS: &[Way] = &[
    Way::credential("ssh-keys-pushed", 7, ssh_keys_pushed),
    Way::credential("key-pair-brought-along", 7, key_pair),
    Way::credential("windows-passwords-swept", 7, windows_passwords),
    Way::credential("cluster-opened", 7, cluster_opened),
];

fn working(account: &Account) -> bool {
    account.purpose >= Purpose::Production
}

/// The instances of an account, as a thief would list them: those of its fleets, and a few nobody manages.
fn instances(hunt: &Hunt<'_>, hold: &Foothold, story: &mut Story) -> Vec<String> {
    let fleets =
        hunt.world.workloads.iter().filter(|known| known.runs == Runs::Fleet && known.account == *hold.account());
    let mut names: Vec<String> =
        fleets.flat_map(|fleet| (0..fleet.copies).map(|copy| fleet.run(copy, hold.at).name)).collect();
    for _ in 0..story.scribe.dice.between(4, 12) {
        names.push(format!("i-0{}", story.scribe.dice.hex(16)));
    }
    names
}

fn list(hold: &mut Foothold, story: &mut Story) {
    let (at, caller) = (hold.pause(&mut story.scribe), hold.caller.clone());
    story.scribe.call(at, &caller, ("ec2", "DescribeInstances"), json!({ "maxResults": 1_000 }));
}

/// One SSH key is pushed to every instance there is.
fn ssh_keys_pushed(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    list(&mut hold, story);
    let names = instances(&hunt, &hold, story);
    story.title = format!("{} pushes one SSH key to {} instances", hold.whose, names.len());
    let key = format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{}", story.scribe.dice.alphanumeric(42));
    let caller = hold.caller.clone();
    let serial = story.scribe.dice.chance(25);
    for (turn, name) in names.iter().enumerate() {
        let at = hold.pause(&mut story.scribe);
        let answer = json!({ "requestId": story.scribe.dice.uuid(), "success": true });
        let (call, asked) = if serial {
            ("SendSerialConsoleSSHPublicKey", json!({ "instanceId": name, "serialPort": 0, "sSHPublicKey": key }))
        } else {
            ("SendSSHPublicKey", json!({ "instanceId": name, "instanceOSUser": "ec2-user", "sSHPublicKey": key }))
        };
        let call = ("ec2-instance-connect", call);
        if turn == 2 {
            // One instance may well be mended by hand; the same key on a third in as many breaths is not that.
            story.telling("one SSH key is pushed to a third instance within minutes", |scribe| {
                scribe.answered(at, &caller, call, (asked, answer));
            });
        } else {
            hold.act(story, |scribe| scribe.answered(at, &caller, call, (asked, answer)));
        }
    }
    Some(())
}

/// A key pair is imported into several regions, and machines are started with it.
fn key_pair(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    const REGIONS: [&str; 6] = ["us-east-1", "us-west-2", "eu-north-1", "ap-southeast-1", "sa-east-1", "ca-central-1"];
    let mut hold = hunt.administrator(&working, story)?;
    let count = usize::try_from(story.scribe.dice.between(2, 5)).unwrap_or(2);
    let regions = story.scribe.dice.some(&REGIONS, count);
    story.title = format!("{} imports a key pair into {} regions", hold.whose, regions.len());
    let name = format!("admin-{}", story.scribe.dice.hex(4));
    let imports = story.scribe.dice.chance(60);
    for region in regions {
        let caller = hold.caller.clone().in_region(region);
        let at = hold.pause(&mut story.scribe);
        let pair = json!({
            "keyName": name,
            "keyPairId": format!("key-0{}", story.scribe.dice.hex(16)),
            "keyFingerprint": story.scribe.dice.hex(32),
        });
        let (call, asked) = if imports {
            ("ImportKeyPair", json!({ "keyName": name, "publicKeyMaterial": "c3NoLWVkMjU1MTkgQUFBQUMz" }))
        } else {
            ("CreateKeyPair", json!({ "keyName": name, "keyType": "rsa", "keyFormat": "pem" }))
        };
        if region == hold.account().region {
            hold.act(story, |scribe| scribe.answered(at, &caller, ("ec2", call), (asked, pair)));
        } else {
            story.telling("a key pair is brought into a region where nobody works", |scribe| {
                scribe.answered(at, &caller, ("ec2", call), (asked, pair));
            });
        }
        let at = hold.pause(&mut story.scribe);
        story.scribe.call(
            at,
            &caller,
            ("ec2", "RunInstances"),
            json!({ "instanceType": "g5.12xlarge", "maxCount": 4 }),
        );
    }
    Some(())
}

/// The password of every Windows machine is asked for; some are refused.
fn windows_passwords(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    list(&mut hold, story);
    let names = instances(&hunt, &hold, story);
    story.title = format!("{} asks for the Windows password of {} instances", hold.whose, names.len());
    let caller = hold.caller.clone();
    let refused = story.scribe.dice.chance(40);
    for (turn, name) in names.iter().enumerate() {
        let at = hold.pause(&mut story.scribe);
        let arn = format!("arn:aws:ec2:{}:{}:instance/{name}", caller.region, caller.account.id);
        let asked = |scribe: &mut crate::record::Scribe| {
            if refused {
                scribe.denied(at, &caller, ("ec2", "GetPasswordData"), &arn);
            } else {
                scribe.call(at, &caller, ("ec2", "GetPasswordData"), json!({ "instanceId": name }));
            }
        };
        if turn == 2 {
            story.telling("the password of a third machine is asked for within minutes", asked);
        } else {
            hold.act(story, asked);
        }
    }
    Some(())
}

/// A cluster is opened to a role of the thief's choice.
fn cluster_opened(hunt: Hunt<'_>, story: &mut Story) -> Option<()> {
    let mut hold = hunt.administrator(&working, story)?;
    story.title = format!("{} opens a cluster to a role that never ran one", hold.whose);
    let stranger = Role::new(hold.account(), "lambda-basic-execution").arn();
    let cluster = format!("{}-main", hold.account().stage());
    let caller = hold.caller.clone();
    let at = hold.pause(&mut story.scribe);
    story.scribe.call(at, &caller, ("eks", "ListClusters"), Value::Null);
    let at = hold.pause(&mut story.scribe);
    let asked = json!({ "name": cluster, "principalArn": stranger, "type": "STANDARD", "clientRequestToken": story.scribe.dice.uuid() });
    let answer = json!({ "accessEntry": { "clusterName": cluster, "principalArn": stranger, "type": "STANDARD" } });
    story.telling("a cluster's entry is given by hand to a role that never ran one", |scribe| {
        scribe.answered(at, &caller, ("eks", "CreateAccessEntry"), (asked, answer));
    });
    let at = hold.pause(&mut story.scribe);
    let policy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";
    let asked =
        json!({ "name": cluster, "principalArn": stranger, "policyArn": policy, "accessScope": { "type": "cluster" } });
    story.scribe.call(at, &caller, ("eks", "AssociateAccessPolicy"), asked);
    Some(())
}
