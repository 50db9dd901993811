//! The client: what program claims to have made a call, reduced to its family.
//!
//! A user agent is the caller's to forge, so it is evidence only when it *changes*.

use serde::{Deserialize, Serialize};

use crate::ids::bounded;

/// The longest user agent kept, in bytes.
const AGENT_LIMIT: usize = 512;
/// The longest family name kept, in bytes.
const FAMILY_LIMIT: usize = 48;

/// A client program: the agent as sent, and the family it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Client {
    /// The family, stable over versions: `aws-cli`, `boto3`, `terraform`, `browser firefox linux` …
    pub family: String,
    /// The user agent as recorded, bounded.
    pub agent: String,
}

/// Products that name the program better than the library it is built on, most telling first.
const TELLING: [(&str, &str); 18] = [
    ("terraform/", "terraform"),
    ("opentofu/", "opentofu"),
    ("pulumi", "pulumi"),
    ("ansible", "ansible"),
    ("cloudformation.amazonaws.com", "cloudformation"),
    ("aws-cli/", "aws-cli"),
    ("aws-vault", "aws-vault"),
    ("boto3/", "boto3"),
    ("botocore/", "boto3"),
    ("aws-sdk-java", "aws-sdk-java"),
    ("aws-sdk-go", "aws-sdk-go"),
    ("aws-sdk-js", "aws-sdk-js"),
    ("aws-sdk-nodejs", "aws-sdk-js"),
    ("aws-sdk-rust", "aws-sdk-rust"),
    ("aws-sdk-ruby", "aws-sdk-ruby"),
    ("aws-sdk-php", "aws-sdk-php"),
    ("aws-sdk-dotnet", "aws-sdk-dotnet"),
    ("aws-sdk-cpp", "aws-sdk-cpp"),
];

impl Client {
    /// Reads the family out of a user agent.
    #[must_use]
    pub fn parse(agent: &str) -> Self {
        let agent = agent.trim().trim_start_matches('[').trim_end_matches(']');
        Self { family: bounded(&family(agent), FAMILY_LIMIT), agent: bounded(agent, AGENT_LIMIT) }
    }
}

fn family(agent: &str) -> String {
    let lower = agent.to_lowercase();
    if lower.is_empty() {
        return "none".to_owned();
    }
    if let Some((_, family)) = TELLING.iter().find(|(mark, _)| lower.contains(mark)) {
        return (*family).to_owned();
    }
    if lower.starts_with("mozilla/") {
        return format!("browser {} {}", browser(&lower), system(&lower));
    }
    if lower == "aws internal" {
        return "aws-internal".to_owned();
    }
    if lower.ends_with(".amazonaws.com") && !lower.contains(' ') {
        return lower;
    }
    product(&lower)
}

/// The leading product name without version, build or instance number.
fn product(lower: &str) -> String {
    let name = lower.split(['/', '(', ',', ';']).next().unwrap_or_default();
    let words: Vec<&str> = name.split(' ').map(without_version).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "other".to_owned() } else { words.join(" ") }
}

/// A word of a product's name up to its version or build; a digit after a single letter is a name's, as in `s3`.
fn without_version(word: &str) -> &str {
    let stem = word.split(|c: char| c.is_ascii_digit() || c == '_').next().unwrap_or(word);
    let stem = stem.trim_end_matches(['-', '.', ':']);
    if stem.len() == 1 { word.split(['-', '_', '.', ':']).next().unwrap_or(word) } else { stem }
}

fn browser(lower: &str) -> &'static str {
    // Order matters: Edge and Opera claim to be Chrome, Chrome claims to be Safari.
    [("edg/", "edge"), ("opr/", "opera"), ("firefox/", "firefox"), ("chrome/", "chrome"), ("safari/", "safari")]
        .iter()
        .find(|(mark, _)| lower.contains(mark))
        .map_or("other", |(_, name)| name)
}

fn system(lower: &str) -> &'static str {
    [
        ("android", "android"),
        ("iphone", "ios"),
        ("ipad", "ios"),
        ("windows", "windows"),
        ("mac os x", "macos"),
        ("cros", "chromeos"),
        ("linux", "linux"),
    ]
    .iter()
    .find(|(mark, _)| lower.contains(mark))
    .map_or("other", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(agent: &str, family: &str) {
        assert_eq!(Client::parse(agent).family, family);
    }

    #[test]
    fn a_family_outlives_versions_and_builds() {
        check("aws-cli/2.15.30 Python/3.11.8 Darwin/23.4.0 exe/x86_64 prompt/off", "aws-cli");
        check("APN/1.0 HashiCorp/1.0 Terraform/1.1.2 (+https://www.terraform.io) aws-sdk-go/1.44", "terraform");
        check("Boto3/1.34.2 md/Botocore#1.34.2 ua/2.0 os/linux", "boto3");
        check("aws-sdk-go-v2/1.17.0 os/linux lang/go/1.18.10", "aws-sdk-go");
        check(
            "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0",
            "browser firefox linux",
        );
        check("secretsmanager.amazonaws.com", "secretsmanager.amazonaws.com");
        check("[S3Console/0.4, aws-internal/3 aws-sdk-java/1.11.666]", "aws-sdk-java");
        check("my-tool_4be2-11 (build 7)", "my-tool");
        check("S3 Browser/12.4.7 (https://s3browser.com)", "s3 browser");
        check("Python3.11 urllib/2", "python urllib");
        check("7 8/9", "other");
        check("", "none");
    }
}
