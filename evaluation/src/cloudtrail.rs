//! `CloudTrail`'s own ways: the order of a record's fields, what it calls a read, how ids are written.

/// The letters ids of credentials are written in.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The order in which `CloudTrail` writes a record's fields.
pub const FIELDS: [&str; 27] = [
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "requestID",
    "eventID",
    "readOnly",
    "resources",
    "eventType",
    "managementEvent",
    "recipientAccountId",
    "sharedEventID",
    "vpcEndpointId",
    "vpcEndpointAccountId",
    "serviceEventDetails",
    "eventCategory",
    "tlsDetails",
    "sessionCredentialFromConsole",
];

/// Services whose records are written in one region whatever the caller's.
#[must_use]
pub fn is_global(service: &str) -> bool {
    matches!(service, "iam" | "organizations" | "cloudfront" | "route53" | "ce")
}

/// The record version each service has reached.
#[must_use]
pub fn version(service: &str) -> &'static str {
    match service {
        "sts" | "signin" | "sso" => "1.08",
        "iam" | "organizations" | "sso-directory" => "1.10",
        "kms" | "ec2" | "s3" | "logs" | "secretsmanager" => "1.11",
        _ => "1.09",
    }
}

/// Whether a call only reads, as `CloudTrail` sees it.
#[must_use]
pub fn reads_only(name: &str) -> bool {
    const READS: [&str; 8] = ["Describe", "List", "Get", "BatchGet", "Lookup", "AssumeRole", "Decrypt", "Filter"];
    let mutates = matches!(name, "GetFederationToken" | "GetSessionToken" | "GetSigninToken");
    !mutates && READS.iter().any(|prefix| name.starts_with(prefix))
}

/// `GetSecretValue` as the command line spells it.
#[must_use]
pub fn dashed(name: &str) -> String {
    let mut command = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() && !command.is_empty() {
            command.push('-');
        }
        command.extend(letter.to_lowercase());
    }
    command
}

/// An access key id (`AKIA…`, `ASIA…`): the account is encoded in it, as in a real one.
#[must_use]
pub fn access_key(prefix: &str, account: u64, chance: u64) -> String {
    // One set bit, forty bits of account number, the rest is chance.
    let bits = 1 << 79 | u128::from(account) << 39 | u128::from(chance >> 25);
    prefix.chars().chain((0..16).rev().map(|place| letter(bits >> (5 * place)))).collect()
}

/// The lowest five bits as a base-32 letter.
#[must_use]
pub fn letter(bits: u128) -> char {
    usize::try_from(bits & 31).ok().and_then(|at| BASE32.get(at)).map_or('A', |letter| char::from(*letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_tells_its_command() {
        assert_eq!(dashed("GetSecretValue"), "get-secret-value");
    }

    #[test]
    fn an_access_key_names_its_account() {
        let key = access_key("AKIA", 444_455_556_666, u64::MAX);
        assert_eq!(key.len(), 20);
        let bits = key
            .bytes()
            .skip(4)
            .fold(0_u128, |bits, letter| bits << 5 | BASE32.iter().position(|known| *known == letter).unwrap() as u128);
        assert_eq!((bits >> 39) & ((1 << 40) - 1), 444_455_556_666);
    }
}
