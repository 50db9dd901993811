//! The logs as raw JSON: when each attack's events happened, and the few acts that plain rules look at.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use libdeflater::Decompressor;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::matching::Times;
use super::truth::Truth;

/// The most one file may hold: a generated one is far smaller.
const LARGEST: usize = 1 << 30;
/// What the platform writes for a name that was no user's.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// What the logs of one folder hold that is scored.
#[derive(Debug, Default)]
pub(super) struct Logs {
    /// How many records there are.
    pub(super) records: u64,
    pub(super) times: Times,
    /// In order of time, each once.
    pub(super) acts: Vec<Act>,
    names: BTreeMap<String, Name>,
    /// The attackers' events met so far, digested.
    met: BTreeSet<u64>,
}

/// A name, by its number.
pub(super) type Name = u32;

/// One act that a plain rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Act {
    /// Seconds.
    pub(super) time: i64,
    /// The event's id, digested.
    event: u64,
    /// The role where one was worn, otherwise the user.
    pub(super) identity: Name,
    /// The attack it belongs to, by its place.
    pub(super) attack: Option<usize>,
    pub(super) kind: ActKind,
}

/// What a plain rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ActKind {
    /// A secret left the store.
    SecretRead { secret: Name },
    /// An access key or password was made for another user.
    CredentialForAnother,
    /// A user or root came in by the console without a second factor.
    LoginWithoutMfa,
    /// Somebody failed to come in by the console; the user, where it was one.
    LoginFailed { user: Option<Name>, source: Name },
    /// A call was refused for want of permission.
    Denied,
}

#[derive(Deserialize)]
struct Container<'a> {
    #[serde(rename = "Records", borrow, default)]
    records: Vec<Record<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    #[serde(rename = "eventID")]
    event_id: String,
    event_time: Timestamp,
    event_source: String,
    event_name: String,
    error_code: Option<String>,
    #[serde(rename = "sourceIPAddress", default)]
    source: String,
    #[serde(default)]
    user_identity: Identity,
    // Only a few calls' bodies are looked at: the others stay text.
    #[serde(borrow)]
    request_parameters: Option<&'a RawValue>,
    #[serde(borrow)]
    response_elements: Option<&'a RawValue>,
    #[serde(borrow)]
    additional_event_data: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Identity {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(alias = "aRN")]
    arn: Option<String>,
    account_id: Option<String>,
    user_name: Option<String>,
    principal_id: Option<String>,
    invoked_by: Option<String>,
    session_context: SessionContext,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SessionContext {
    session_issuer: Issuer,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Issuer {
    arn: Option<String>,
}

/// The few fields of bodies that rules look at.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    #[serde(rename = "secretId")]
    secret: Option<String>,
    #[serde(rename = "userName")]
    user: Option<String>,
    #[serde(rename = "ConsoleLogin")]
    login: Option<String>,
    #[serde(rename = "MFAUsed")]
    mfa: Option<String>,
}

impl Body {
    fn of(raw: Option<&RawValue>) -> Self {
        raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
    }
}

impl Identity {
    /// Who it is, as far as a query language can say without joining anything: the role, not its session.
    fn name(&self, source: &str) -> String {
        let issuer = self.session_context.session_issuer.arn.as_ref();
        if let Some(arn) = issuer.or(self.arn.as_ref()) {
            return arn.clone();
        }
        match (self.user(), &self.account_id) {
            (Some(user), Some(account)) => format!("arn:aws:iam::{account}:user/{user}"),
            (Some(user), None) => user.to_owned(),
            _ => {
                self.principal_id.as_ref().or(self.invoked_by.as_ref()).map_or_else(|| source.to_owned(), String::clone)
            }
        }
    }

    /// The user's name, where it is one.
    fn user(&self) -> Option<&str> {
        self.user_name.as_deref().filter(|name| *name != HIDDEN)
    }
}

impl Logs {
    /// Reads the logs of a generated folder, one file after the other.
    pub(super) fn read(folder: &Path, truth: &Truth) -> Result<Self> {
        let mut files = Vec::new();
        find(&folder.join("AWSLogs"), &mut files)?;
        if files.is_empty() {
            bail!("{} holds no logs: expected AWSLogs/**/*.json.gz", folder.display());
        }
        let mut logs = Self::default();
        let mut inflater = Inflater::default();
        for file in files {
            let read = inflater.inflate(&file).and_then(|text| logs.add(text, truth));
            read.with_context(|| format!("cannot read {}", file.display()))?;
        }
        logs.settle();
        logs.check(truth).with_context(|| format!("{} contradicts itself", folder.display()))?;
        Ok(logs)
    }

    /// Refuses attacks that did not happen as they are told: they could only be scored wrongly.
    fn check(&self, truth: &Truth) -> Result<()> {
        for (index, attack) in truth.attacks.iter().enumerate() {
            let times = self.times.get(&index).map_or(&[][..], Vec::as_slice);
            let told: BTreeSet<&String> = attack.events.iter().collect();
            if times.len() != told.len() {
                bail!("attack {} tells of {} events, and the logs hold {} of them", attack.id, told.len(), times.len());
            }
            if let Some(telling) = &attack.first_telling
                && !times.contains(&telling.time.as_second())
            {
                bail!("no event of attack {} happened at {}, its first telling", attack.id, telling.time);
            }
        }
        Ok(())
    }

    /// Adds the records of one file.
    pub(super) fn add(&mut self, text: &[u8], truth: &Truth) -> Result<()> {
        let container: Container<'_> = serde_json::from_slice(text)?;
        for record in &container.records {
            self.records += 1;
            let attack = truth.attack_of(&record.event_id);
            let event = digest(&record.event_id);
            let time = record.event_time.as_second();
            // The same event may lie in several files.
            if let Some(attack) = attack.filter(|_| self.met.insert(event)) {
                self.times.entry(attack).or_default().push(time);
            }
            let who = || record.user_identity.name(&record.source);
            if let Some((kind, identity)) = self.kind(record).map(|kind| (kind, self.name(&who()))) {
                self.acts.push(Act { time, event, identity, attack, kind });
            }
        }
        Ok(())
    }

    /// Puts everything in order of time; an event delivered twice counts once.
    pub(super) fn settle(&mut self) {
        self.acts.sort_unstable();
        self.acts.dedup_by_key(|act| (act.time, act.event));
        for times in self.times.values_mut() {
            times.sort_unstable();
        }
    }

    fn name(&mut self, name: &str) -> Name {
        if let Some(number) = self.names.get(name) {
            return *number;
        }
        let number = Name::try_from(self.names.len()).unwrap_or(Name::MAX);
        self.names.insert(name.to_owned(), number);
        number
    }

    fn kind(&mut self, record: &Record<'_>) -> Option<ActKind> {
        let service = record.event_source.strip_suffix(".amazonaws.com").unwrap_or_default();
        let identity = &record.user_identity;
        if (service, record.event_name.as_str()) == ("signin", "ConsoleLogin") {
            return match Body::of(record.response_elements).login.as_deref() {
                Some("Failure") => {
                    let user = identity.user().map(|_| self.name(&identity.name(&record.source)));
                    Some(ActKind::LoginFailed { user, source: self.name(&record.source) })
                }
                Some("Success") => without_mfa(record).then_some(ActKind::LoginWithoutMfa),
                _ => None,
            };
        }
        if let Some(error) = &record.error_code {
            let refused = error.contains("AccessDenied") || error.contains("UnauthorizedOperation");
            return refused.then_some(ActKind::Denied);
        }
        match (service, record.event_name.as_str()) {
            ("secretsmanager", "GetSecretValue") => {
                let secret = Body::of(record.request_parameters).secret.unwrap_or_default();
                Some(ActKind::SecretRead { secret: self.name(&secret) })
            }
            ("iam", "CreateAccessKey" | "CreateLoginProfile") => {
                let target = Body::of(record.request_parameters).user?;
                (identity.user() != Some(target.as_str())).then_some(ActKind::CredentialForAnother)
            }
            _ => None,
        }
    }
}

/// An event's id, short enough to keep millions of; the same in every run.
fn digest(event: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    event.hash(&mut hasher);
    hasher.finish()
}

/// Under single sign-on the platform does not know of a second factor: users and root only, as everybody's rules do.
fn without_mfa(record: &Record<'_>) -> bool {
    matches!(record.user_identity.kind.as_deref(), Some("IAMUser" | "Root"))
        && Body::of(record.additional_event_data).mfa.as_deref() == Some("No")
}

/// The log files below a folder, in order of their names; digests are none.
fn find(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.ends_with("CloudTrail-Digest") {
            find(&path, files)?;
        } else if path.to_string_lossy().ends_with(".json.gz") {
            files.push(path);
        }
    }
    Ok(())
}

/// Inflates one file after the other into the same memory.
struct Inflater {
    decompressor: Decompressor,
    text: Vec<u8>,
}

impl Default for Inflater {
    fn default() -> Self {
        Self { decompressor: Decompressor::new(), text: Vec::new() }
    }
}

impl Inflater {
    /// A gzip file of one member, as the generator writes them: its end says how long the text is.
    fn inflate(&mut self, path: &Path) -> Result<&[u8]> {
        let packed = std::fs::read(path)?;
        let length = packed.last_chunk().map_or(0, |end| u32::from_le_bytes(*end));
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > LARGEST {
            bail!("it holds {length} bytes, and at most {LARGEST} are read");
        }
        self.text.resize(length, 0);
        let written =
            self.decompressor.gzip_decompress(&packed, &mut self.text).context("it is no gzip file of one member")?;
        Ok(self.text.get(..written).unwrap_or_default())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use super::super::truth::tests::{attack, truth};
    use super::*;

    /// A record of an IAM user, changed as told.
    pub(in super::super) fn record(event: &str, time: &str, source: &str, name: &str, changes: &Value) -> Value {
        let mut record = json!({
            "eventID": event, "eventTime": time, "eventSource": format!("{source}.amazonaws.com"), "eventName": name,
            "sourceIPAddress": "198.51.100.7", "requestParameters": null, "responseElements": null,
            "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ana", "userName": "ana",
                             "accountId": "111122223333", "principalId": "AIDAANA"},
        });
        for (key, value) in changes.as_object().unwrap() {
            record[key] = value.clone();
        }
        record
    }

    /// What the logs hold after these records.
    pub(in super::super) fn logs(truth: &Truth, records: &[Value]) -> Logs {
        let mut logs = Logs::default();
        logs.add(json!({ "Records": records }).to_string().as_bytes(), truth).unwrap();
        logs.settle();
        logs
    }

    #[test]
    fn a_session_is_known_by_its_role_and_a_failed_sign_in_by_its_user() {
        let role = json!({"arn": "arn:aws:sts::1:assumed-role/r/s1", "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::1:role/r"}}});
        let named = |value: Value| serde_json::from_value::<Identity>(value).unwrap().name("198.51.100.7");
        assert_eq!(named(role), "arn:aws:iam::1:role/r");
        assert_eq!(named(json!({"userName": "ana", "accountId": "1", "type": "IAMUser"})), "arn:aws:iam::1:user/ana");
        assert_eq!(named(json!({"userName": HIDDEN, "accountId": "1"})), "198.51.100.7");
        assert_eq!(named(json!({"aRN": "arn:aws:iam::1:user/old"})), "arn:aws:iam::1:user/old");
    }

    #[test]
    fn an_event_delivered_twice_is_one_act() {
        let read = record("e1", "2026-01-20T10:00:00Z", "secretsmanager", "GetSecretValue", &json!({}));
        assert_eq!(logs(&truth("", ""), &[read.clone(), read]).acts.len(), 1);
    }

    #[test]
    fn an_attack_that_is_not_in_the_logs_is_refused() {
        let truth = truth(&attack("a1", "f", &["x1"], "2026-01-20T10:00:00Z"), "");
        let act = |event: &str, time: &str| record(event, time, "s3", "ListBuckets", &json!({}));
        assert!(logs(&truth, &[act("x1", "2026-01-20T10:00:00Z")]).check(&truth).is_ok());
        assert!(logs(&truth, &[act("x1", "2026-01-20T10:00:01Z")]).check(&truth).is_err());
        assert!(logs(&truth, &[act("e1", "2026-01-20T10:00:00Z")]).check(&truth).is_err());
    }

    #[test]
    fn a_body_of_another_shape_harms_nothing() {
        let odd = json!({"requestParameters": {"userName": {"a": 1}}, "responseElements": "text"});
        let read = record("e1", "2026-01-20T10:00:00Z", "ec2", "RunInstances", &odd);
        assert_eq!(logs(&truth("", ""), &[read]).records, 1);
    }

    #[test]
    fn files_are_found_inflated_and_read() {
        let folder = tempfile::tempdir().unwrap();
        let day = folder.path().join("AWSLogs/111122223333/CloudTrail/eu-central-1/2026/01/20");
        std::fs::create_dir_all(&day).unwrap();
        let read = record("e1", "2026-01-20T10:00:00Z", "secretsmanager", "GetSecretValue", &json!({}));
        let text = json!({ "Records": [read] }).to_string();
        let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
        let mut packed = vec![0; compressor.gzip_compress_bound(text.len())];
        let length = compressor.gzip_compress(text.as_bytes(), &mut packed).unwrap();
        std::fs::write(day.join("a.json.gz"), &packed[..length]).unwrap();
        assert_eq!(Logs::read(folder.path(), &truth("", "")).unwrap().acts.len(), 1);
    }
}
