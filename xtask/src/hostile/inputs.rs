//! Inputs of `xtask hostile`: each as large as it is told, written piece by piece.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use libdeflater::{CompressionLvl, Compressor};

/// An input.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input {
    /// What it is.
    pub(super) name: &'static str,
    /// How large it is: bytes, keys or users, as its name says.
    pub(super) size: u64,
    /// How many bytes one of these is in the text that is read.
    each: u64,
    /// Writes it of that size into a folder.
    pub(super) write: fn(&Path, u64) -> io::Result<()>,
    /// What the program says of it.
    pub(super) told: &'static str,
}

impl Input {
    /// How many bytes of text one of that size is.
    pub(super) fn bytes(&self, size: u64) -> u64 {
        self.each * size
    }
}

/// The beginning of a record in scope, up to where a field may follow.
const RECORD: &str = r#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEVE","arn":"arn:aws:iam::111122223333:user/eve","accountId":"111122223333","accessKeyId":"AKIAEVE","userName":"eve"},"eventTime":"2026-03-01T09:00:00Z","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.10","userAgent":"x","eventID":"3fcfb182-98f8-4744-bd45-10a395ab61cc","recipientAccountId":"111122223333""#;

/// What must be found beside every one of them: a sign-in of root without a second factor.
const WITNESS: &str = r#"{"eventVersion":"1.08","userIdentity":{"type":"Root","principalId":"111122223333","arn":"arn:aws:iam::111122223333:root","accountId":"111122223333"},"eventTime":"2026-03-01T10:00:00Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"146.70.116.134","userAgent":"Mozilla/5.0","requestParameters":null,"responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"No"},"eventID":"3fcfb182-98f8-4744-bd45-10a395ab61cb","eventType":"AwsConsoleSignIn","recipientAccountId":"111122223333"}"#;

const TOO_LARGE: &str = "record-too-large";

/// All of them, at full size.
pub(super) const INPUTS: [Input; 14] = [
    Input { name: "bytes of one name on one line", size: 100_000_000, each: 1, write: one_name, told: TOO_LARGE },
    Input { name: "bytes without an end of line", size: 100_000_000, each: 1, write: no_json, told: "not-json" },
    Input { name: "brackets that nest", size: 2_000_000, each: 2, write: nested, told: "too-deep" },
    Input { name: "brackets that never close", size: 100_000_000, each: 1, write: never_closed, told: "truncated" },
    Input { name: "bytes of NUL", size: 100_000_000, each: 1, write: nul, told: "not-json" },
    Input { name: "bytes that are no UTF-8", size: 100_000_000, each: 1, write: not_utf8, told: TOO_LARGE },
    Input { name: "keys in one object", size: 10_000_000, each: 14, write: many_keys, told: TOO_LARGE },
    Input {
        name: "keys in one record that is no longer than the limit",
        size: 280_000,
        each: 14,
        write: keys_within,
        told: "2 judged",
    },
    Input { name: "times the same key in a record", size: 200_000, each: 20, write: same_key, told: "not-a-record" },
    Input { name: "values that are no records", size: 50_000_000, each: 2, write: no_records, told: "not-an-object" },
    Input { name: "broken lines", size: 10_000_000, each: 8, write: broken_lines, told: "malformed" },
    Input {
        name: "bytes in a gzip file 1,000 times smaller",
        size: 4_000_000_000,
        each: 1,
        write: bomb,
        told: "gzip-bomb",
    },
    Input {
        name: "bytes in a gzip file in a gzip file",
        size: 1_000_000_000,
        each: 1,
        write: nested_bomb,
        told: "not-json",
    },
    Input {
        name: "users who fail to sign in from one address",
        size: 200_000,
        each: 600,
        write: users,
        told: "judged",
    },
];

/// Writes the record that must be found.
pub(super) fn witness(folder: &Path) -> io::Result<()> {
    fs::write(folder.join("witness.json"), WITNESS)
}

/// A file of pieces, written until it is as large as it should be.
fn file(folder: &Path, begin: &str, pieces: u64, piece: impl Fn(u64) -> String, end: &str) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(folder.join("hostile.json"))?);
    file.write_all(begin.as_bytes())?;
    for nth in 0..pieces {
        file.write_all(piece(nth).as_bytes())?;
    }
    file.write_all(end.as_bytes())?;
    file.flush()
}

/// The same of one byte again and again; at least past the limit of a record.
fn bytes(folder: &Path, begin: &str, size: u64, byte: u8, end: &str) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(folder.join("hostile.json"))?);
    file.write_all(begin.as_bytes())?;
    let piece = [byte; 4096];
    for _ in 0..size.max(5 << 20).div_ceil(piece.len() as u64) {
        file.write_all(&piece)?;
    }
    file.write_all(end.as_bytes())?;
    file.flush()
}

fn one_name(folder: &Path, size: u64) -> io::Result<()> {
    bytes(folder, &format!("{RECORD},\"x\":\""), size, b'a', "\"}\n")
}

fn no_json(folder: &Path, size: u64) -> io::Result<()> {
    bytes(folder, "", size, b'a', "\n")
}

fn nul(folder: &Path, size: u64) -> io::Result<()> {
    bytes(folder, "", size, 0, "")
}

fn not_utf8(folder: &Path, size: u64) -> io::Result<()> {
    bytes(folder, &format!("{RECORD},\"x\":\""), size, 0xFF, "\"}\n")
}

fn nested(folder: &Path, size: u64) -> io::Result<()> {
    let half = usize::try_from(size / 2).unwrap_or(usize::MAX);
    file(folder, "{\"a\":", 1, |_| "[".repeat(half) + &"]".repeat(half), "}\n")
}

fn never_closed(folder: &Path, size: u64) -> io::Result<()> {
    bytes(folder, "", size, b'[', "")
}

fn many_keys(folder: &Path, keys: u64) -> io::Result<()> {
    // No fewer than make a record longer than the limit.
    file(folder, &format!("{RECORD},\"x\":{{"), keys.max(400_000), |nth| format!("\"k{nth:08}\":1,"), "\"z\":1}}\n")
}

fn keys_within(folder: &Path, keys: u64) -> io::Result<()> {
    let begin = format!("{RECORD},\"requestParameters\":{{\"secretId\":\"s\",");
    file(folder, &begin, keys, |nth| format!("\"k{nth:08}\":1,"), "\"z\":1}}\n")
}

fn same_key(folder: &Path, times: u64) -> io::Result<()> {
    file(folder, RECORD, times, |_| ",\"eventName\":\"Other\"".to_owned(), "}\n")
}

fn no_records(folder: &Path, count: u64) -> io::Result<()> {
    file(folder, "", count, |_| "1\n".to_owned(), "")
}

fn broken_lines(folder: &Path, count: u64) -> io::Result<()> {
    file(folder, "{}\n", count, |_| "{\"a\":[1\n".to_owned(), "")
}

/// Gzip of spaces, as small as deflate makes it: a thousandth. Members of sixteen megabytes each.
fn bomb(folder: &Path, size: u64) -> io::Result<()> {
    // No less than what is let through before the ratio counts.
    fs::write(folder.join("bomb.json.gz"), gzip_of_spaces(size.max(96 << 20)))
}

fn nested_bomb(folder: &Path, size: u64) -> io::Result<()> {
    fs::write(folder.join("nested.json.gz"), gzip(&gzip_of_spaces(size.max(96 << 20)), CompressionLvl::best()))
}

fn gzip_of_spaces(size: u64) -> Vec<u8> {
    let member = gzip(&vec![b' '; 16 << 20], CompressionLvl::best());
    member.repeat(usize::try_from(size.div_ceil(16 << 20)).unwrap_or(1))
}

fn gzip(text: &[u8], level: CompressionLvl) -> Vec<u8> {
    let mut compressor = Compressor::new(level);
    let mut packed = vec![0; compressor.gzip_compress_bound(text.len())];
    let length = compressor.gzip_compress(text, &mut packed).unwrap_or_default();
    packed.truncate(length);
    packed
}

/// How many records a file of the spray holds.
const PER_FILE: u64 = 20_000;

/// Failed sign-ins, each of another user, a thousand a second, in files as a trail writes them.
fn users(folder: &Path, count: u64) -> io::Result<()> {
    for (number, first) in (0..count).step_by(usize::try_from(PER_FILE).unwrap_or(1)).enumerate() {
        let mut text = String::from("{\"Records\":[");
        for nth in first..count.min(first + PER_FILE) {
            let comma = if nth > first { "," } else { "" };
            let (hour, minute, second) = (nth / 3_600_000 % 24, nth / 60_000 % 60, nth / 1000 % 60);
            text += &format!(
                r#"{comma}{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","accountId":"111122223333","accessKeyId":"","userName":"user{nth}"}},"eventTime":"2026-03-01T{hour:02}:{minute:02}:{second:02}Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"146.70.116.200","userAgent":"Mozilla/5.0","errorMessage":"Failed authentication","requestParameters":null,"responseElements":{{"ConsoleLogin":"Failure"}},"additionalEventData":{{"MFAUsed":"No"}},"eventID":"{nth:032x}","eventType":"AwsConsoleSignIn","recipientAccountId":"111122223333"}}"#
            );
        }
        text += "]}";
        fs::write(folder.join(format!("{number:05}.json.gz")), gzip(text.as_bytes(), CompressionLvl::fastest()))?;
    }
    Ok(())
}
