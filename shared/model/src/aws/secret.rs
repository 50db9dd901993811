//! One secret under all its names: plain name, partial and full ARN, and across replicas.

use super::arn::Arn;
use crate::ids::SecretId;

/// The length of the random suffix Secrets Manager adds to a secret's ARN.
const SUFFIX: usize = 6;

/// A Secrets Manager secret by whichever name a caller used.
///
/// The id names account and secret, not the region: a replica is the same secret.
/// A plain name stays itself even where it ends like a suffix.
/// Of an ARN, the ending is taken for the random suffix only if it mixes capitals, small letters or
/// digits as six random characters nearly always do (all small letters: once in 184 times): so a
/// partial ARN of a secret that ends in a word keeps its name.
#[must_use]
pub(super) fn secrets_manager(named: &str, account: &str) -> SecretId {
    let Some(arn) = Arn::parse(named).filter(|arn| arn.service == "secretsmanager") else {
        return SecretId::new(&format!("aws:secretsmanager:{account}:{named}"));
    };
    let name = arn.resource.strip_prefix("secret:").unwrap_or(arn.resource);
    SecretId::new(&format!("aws:secretsmanager:{}:{}", arn.account, without_suffix(name)))
}

fn without_suffix(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((stem, suffix)) if !stem.is_empty() && random(suffix) => stem,
        _ => name,
    }
}

fn random(suffix: &str) -> bool {
    suffix.len() == SUFFIX
        && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !suffix.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// A Parameter Store parameter by name or ARN; `label` and version selectors are not part of it.
#[must_use]
pub(super) fn parameter(named: &str, account: &str, region: &str) -> SecretId {
    if let Some(arn) = Arn::parse(named).filter(|arn| arn.service == "ssm") {
        let name = arn.resource.strip_prefix("parameter").unwrap_or(arn.resource);
        return id_of_parameter(arn.account, arn.region, name);
    }
    id_of_parameter(account, region, named)
}

fn id_of_parameter(account: &str, region: &str, name: &str) -> SecretId {
    let name = name.split(':').next().unwrap_or(name);
    // An ARN always carries the slash that a one-level name goes without.
    let name = name.strip_prefix('/').unwrap_or(name);
    SecretId::new(&format!("aws:ssm:{account}:{region}:{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(names: &[&str], id: &str) {
        for name in names {
            assert_eq!(secrets_manager(name, "111122223333").as_str(), id, "{name}");
        }
    }

    #[test]
    fn a_secret_is_one_secret_under_each_of_its_names_and_in_each_region() {
        same(
            &[
                "app/db",
                "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/db",
                "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/db-AbC12x",
                "arn:aws:secretsmanager:us-east-1:111122223333:secret:app/db-AbC12x",
            ],
            "aws:secretsmanager:111122223333:app/db",
        );
    }

    #[test]
    fn a_name_that_ends_like_a_suffix_stays_itself() {
        same(
            &["db-AbC123", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbC123-XyZ789"],
            "aws:secretsmanager:111122223333:db-AbC123",
        );
        same(
            &["my-secret", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:my-secret"],
            "aws:secretsmanager:111122223333:my-secret",
        );
    }

    #[test]
    fn a_parameter_is_one_under_name_and_arn() {
        let id = parameter("/app/key", "1", "eu-west-1");
        assert_eq!(id, parameter("arn:aws:ssm:eu-west-1:1:parameter/app/key", "1", "eu-west-1"));
        assert_eq!(id, parameter("/app/key:3", "1", "eu-west-1"));
    }
}
