//! An Amazon Resource Name, taken apart without copying.

/// `arn:partition:service:region:account:resource`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov` …
    pub partition: &'a str,
    /// The service.
    pub service: &'a str,
    /// The region, empty for global services.
    pub region: &'a str,
    /// The account, empty for some global resources.
    pub account: &'a str,
    /// Everything after the fifth colon.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes a name apart; `None` where it is not an ARN.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next()? != "arn" {
            return None;
        }
        Some(Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        })
    }

    /// The resource's last path segment: the name people use.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.resource.rsplit(['/', ':']).next().unwrap_or(self.resource)
    }
}

/// The ARN of an IAM identity.
#[must_use]
pub fn iam(partition: &str, account: &str, kind: &str, name: &str) -> String {
    format!("arn:{partition}:iam::{account}:{kind}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_keeps_the_colons_of_its_resource() {
        let arn = Arn::parse("arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/db-AbCdEf").unwrap();
        assert_eq!((arn.account, arn.resource, arn.name()), ("111122223333", "secret:app/db-AbCdEf", "db-AbCdEf"));
        assert_eq!(Arn::parse("app/db"), None);
    }
}
