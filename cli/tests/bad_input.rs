//! Bad input harms only itself, is counted, and is told with file, place and mend.

#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod program;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use program::{Run, trailwarden, trailwarden_reading};

const ROOT_SIGN_IN: &str = r#"{"eventVersion":"1.08","userIdentity":{"type":"Root","principalId":"111122223333","arn":"arn:aws:iam::111122223333:root","accountId":"111122223333"},"eventTime":"2026-03-01T10:00:00Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"146.70.116.134","userAgent":"Mozilla/5.0","requestParameters":null,"responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"No"},"eventID":"3fcfb182-98f8-4744-bd45-10a395ab61cb","eventType":"AwsConsoleSignIn","recipientAccountId":"111122223333"}"#;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut file = GzEncoder::new(Vec::new(), Compression::best());
    file.write_all(text).unwrap();
    file.finish().unwrap()
}

/// A folder with one good record and one bad file; the good one must still be found.
#[track_caller]
fn beside(name: &str, bytes: &[u8], said: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.json"), ROOT_SIGN_IN).unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let run = trailwarden(&["replay".as_ref(), folder.path().as_os_str()]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.findings().iter().any(|finding| finding["type"] == "console-login.unusual-sign-in"), "{}", run.out);
    for word in said {
        assert!(run.err.contains(word), "{word:?} is missing in:\n{}", run.err);
    }
    assert!(run.err.contains(name), "the file is not named in:\n{}", run.err);
}

#[test]
fn a_gzip_file_cut_short_gives_what_came_before_the_cut() {
    let container = format!(r#"{{"Records":[{}]}}"#, vec![ROOT_SIGN_IN; 200].join(","));
    let whole = gzip(container.as_bytes());
    beside("cut.json.gz", &whole[..whole.len() / 2], &["cut short", "rejected"]);
}

#[test]
fn gzip_files_one_after_another_are_read_to_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = gzip(b"{\"Records\":[]}\n");
    bytes.extend(gzip(ROOT_SIGN_IN.as_bytes()));
    fs::write(folder.path().join("two.json.gz"), bytes).unwrap();
    assert_eq!(trailwarden(&["replay".as_ref(), folder.path().as_os_str()]).findings().len(), 1);
}

#[test]
fn a_gzip_bomb_is_stopped_and_named() {
    let bomb = gzip(&vec![b' '; 96 << 20]);
    assert!(bomb.len() < 200_000);
    beside("bomb.json.gz", &bomb, &["inflates far more than logs do"]);
}

#[test]
fn text_that_is_not_json_is_named_once() {
    beside("notes.json", b"these are not the logs\nyou are looking for\n", &["holds no JSON"]);
}

#[test]
fn values_that_are_not_records_are_counted_and_placed() {
    beside(
        "odd.json",
        br#"{"Records":[1,"two",null,[4]]}"#,
        &["a record must be a JSON object", "rejected 4: not-an-object"],
    );
}

#[test]
fn records_without_time_or_call_are_counted_and_placed() {
    let no_time = ROOT_SIGN_IN.replace("2026-03-01T10:00:00Z", "yesterday");
    beside(
        "no-time.json",
        no_time.as_bytes(),
        &["record 1", "`eventTime` is missing or not an ISO 8601 time", "rejected 1: no-time"],
    );
    beside("no-call.json", br#"{"some":"thing"}"#, &["no `eventSource` and `eventName`", "rejected 1: no-call"]);
}

#[test]
fn a_path_that_is_not_there_is_named_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good.json");
    fs::write(&good, ROOT_SIGN_IN).unwrap();
    let run = trailwarden(&["replay".as_ref(), Path::new("/nowhere/at/all.json").as_os_str(), good.as_os_str()]);
    assert_eq!((run.status, run.findings().len()), (0, 1), "{}", run.err);
    assert!(run.err.contains("/nowhere/at/all.json"), "{}", run.err);
}

fn fails(arguments: &[&Path], said: &str) -> Run {
    let run = trailwarden(arguments);
    assert_eq!(run.status, 2, "{}", run.err);
    assert!(run.err.contains(said), "{said:?} is missing in:\n{}", run.err);
    run
}

#[test]
fn a_run_that_could_read_nothing_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    fails(&["replay".as_ref(), folder.path()], "nothing to read");
    fails(&["replay".as_ref(), "/nowhere".as_ref()], "/nowhere");
    fs::write(folder.path().join("odd.json"), b"[1,2,3]").unwrap();
    fails(&["replay".as_ref(), folder.path()], "every one of 3 records was rejected");
}

#[test]
fn wrong_arguments_are_errors_that_name_the_mend() {
    fails(&["replay".as_ref()], "<PATH>");
    fails(&["replay".as_ref(), "s3://trail/AWSLogs".as_ref()], "copy it first with `aws s3 sync`");
    fails(
        &["replay".as_ref(), "--min-severity".as_ref(), "med".as_ref(), "x".as_ref()],
        "informational, low, medium, high, critical",
    );
    fails(&["replay".as_ref(), "--since".as_ref(), "tuesday".as_ref(), "x".as_ref()], "not a time: write 2026-03-01");
    fails(&["detectors".as_ref(), "console-login.brute".as_ref()], "did you mean console-login.brute-force?");
}

#[test]
fn settings_that_are_wrong_are_named_with_file_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("settings.toml");
    fs::write(&settings, "[memory]\nquarantene = \"1d\"\n").unwrap();
    let run = fails(&["replay".as_ref(), "--config".as_ref(), &settings, "x".as_ref()], "settings.toml:2:");
    assert!(run.err.contains("did you mean `quarantine`?"), "{}", run.err);
}

#[test]
fn hostile_names_reach_neither_the_terminal_nor_the_line_structure() {
    let hostile = ROOT_SIGN_IN
        .replace(r#""type":"Root""#, r#""type":"IAMUser","userName":"eve\u001b[2J\u202e\n""#)
        .replace("Mozilla/5.0", "agent\\u0007");
    let table = trailwarden_reading(
        &["replay", "--format", "table", "--min-severity", "informational", "-"],
        hostile.as_bytes(),
    );
    assert_eq!(table.status, 0, "{}", table.err);
    assert!(table.out.contains("eve\\u{1b}[2J\\u{202e}"), "{}", table.out);
    assert!(!table.out.contains('\u{1b}') && !table.out.contains('\u{202e}'));
    let jsonl = trailwarden_reading(&["replay", "--format", "jsonl", "-"], hostile.as_bytes());
    assert_eq!(jsonl.out.lines().count(), jsonl.findings().len());
    let folder = tempfile::tempdir().unwrap();
    let notices = folder.path().join("notices.jsonl");
    let root = ROOT_SIGN_IN.replace("Mozilla/5.0", "agent\\u202e");
    trailwarden_reading(&["replay", "--notices", notices.to_str().unwrap(), "-"], root.as_bytes());
    let notices = fs::read_to_string(&notices).unwrap();
    assert!(notices.contains(r"agent\u202e") && !notices.contains('\u{202e}'), "{notices}");
}

#[test]
fn an_endless_name_does_not_make_an_endless_finding() {
    let long = ROOT_SIGN_IN
        .replace(r#""type":"Root""#, &format!(r#""type":"IAMUser","userName":"{}""#, "x".repeat(2_000_000)));
    let run = trailwarden_reading(&["replay", "--format", "jsonl", "-"], long.as_bytes());
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.len() < 64 << 10, "{} bytes", run.out.len());
}

#[test]
fn an_output_file_is_whole_or_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let (good, out) = (folder.path().join("good.json"), folder.path().join("findings.jsonl"));
    fs::write(&good, ROOT_SIGN_IN).unwrap();
    let run = trailwarden(&[PathBuf::from("replay"), "--output".into(), out.clone(), good]);
    assert_eq!((run.status, run.out.as_str()), (0, ""));
    assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), 1);
    let missing = folder.path().join("no/such/folder/findings.jsonl");
    fails(&["replay".as_ref(), "--output".as_ref(), &missing, &folder.path().join("good.json")], "cannot write");
}

#[test]
fn findings_at_the_asked_severity_decide_the_exit_status() {
    let status =
        |limit: &str| trailwarden_reading(&["replay", "--fail-on", limit, "-"], ROOT_SIGN_IN.as_bytes()).status;
    assert_eq!(status("medium"), 1);
    assert_eq!(trailwarden_reading(&["replay", "--fail-on", "low", "-"], b"{\"Records\":[]}").status, 0);
}

#[test]
fn a_reader_that_had_enough_is_no_error() {
    for arguments in [&["replay", "--format", "jsonl", "../examples"][..], &["detectors", "--format", "jsonl"][..]] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_trailwarden"))
            .args(arguments)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn a_snapshot_says_how_much_a_target_may_do_and_a_wrong_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = folder.path().join("snapshot.json");
    let key = r#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAANN","arn":"arn:aws:iam::111122223333:user/ann","accountId":"111122223333","userName":"ann"},"eventTime":"2026-03-01T10:00:00Z","eventSource":"iam.amazonaws.com","eventName":"CreateAccessKey","awsRegion":"us-east-1","sourceIPAddress":"217.91.40.18","userAgent":"aws-cli/2","requestParameters":{"userName":"bob"},"responseElements":{"accessKey":{"accessKeyId":"AKIABOB"}},"eventID":"e1","recipientAccountId":"111122223333"}"#;
    fs::write(&snapshot, r#"{"UserDetailList":[{"Arn":"arn:aws:iam::111122223333:user/bob","AttachedManagedPolicies":[{"PolicyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}]}]}"#).unwrap();
    let arguments = |file: &Path| ["replay".into(), "--authorization-details".into(), file.to_owned(), "-".into()];
    let run = trailwarden_reading::<PathBuf>(&arguments(&snapshot), key.as_bytes());
    assert_eq!(run.findings()[0]["target"]["privilege"], "administrator", "{}{}", run.out, run.err);
    fs::write(&snapshot, "[]").unwrap();
    let run = trailwarden_reading::<PathBuf>(&arguments(&snapshot), key.as_bytes());
    assert_eq!(run.status, 2);
    assert!(run.err.contains("get-account-authorization-details"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn a_device_named_as_output_is_written_to_and_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (log, link) = (folder.path().join("log.json"), folder.path().join("nowhere"));
    fs::write(&log, ROOT_SIGN_IN).unwrap();
    std::os::unix::fs::symlink("/dev/null", &link).unwrap();
    let run = trailwarden(&["replay".as_ref(), "--output".as_ref(), link.as_os_str(), log.as_os_str()]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink(), "the link was replaced by a file");
}
