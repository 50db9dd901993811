//! A lifecycle: by which rules the bucket of a trail deletes what the trail put there, and after how long.

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};

use super::bare::{self, Bare, Refusal};
use crate::call::CallError;

/// What S3 says of a bucket that deletes nothing by itself.
pub(super) const NO_RULES: &str = "NoSuchLifecycleConfiguration";
/// The folder of the files of a trail, below that of the account.
const FOLDER: &str = "CloudTrail";

/// Where a trail keeps what it logs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bucket {
    pub(super) name: String,
    /// What the names of the trail's files begin with, `AWSLogs/` included.
    pub(super) prefix: String,
    /// The trail's name.
    pub(super) trail: String,
    /// The account the trail is of.
    pub(super) owner: String,
    /// Where the trail is at home; the bucket may be elsewhere.
    pub(super) region: String,
}

/// What S3 answers.
#[derive(Debug)]
pub(super) enum Answer {
    /// By these rules the bucket deletes.
    Rules(Vec<Expiry>),
    /// The bucket is in another region.
    Elsewhere(String),
}

/// A rule that deletes objects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Expiry {
    /// Its name.
    pub(super) rule: String,
    prefix: String,
    /// After how many days.
    days: u32,
    /// The same, in words.
    pub(super) when: String,
}

/// A rule as S3 spells it.
#[derive(Debug, Default)]
struct Rule {
    expiry: Expiry,
    enabled: bool,
    expires: bool,
    tagged: bool,
}

impl Bucket {
    /// Asks S3 for the bucket's rules, in the region of that configuration.
    pub(super) async fn ask(&self, config: &SdkConfig) -> Result<Answer, CallError> {
        let call = Bare {
            service: "s3",
            operation: "GetBucketLifecycleConfiguration",
            method: "GET",
            path: format!("/{}?lifecycle", self.name),
            headers: &[],
            body: String::new(),
        };
        call.ask(config, answer).await
    }

    /// Whether a rule over that prefix deletes what the trail still puts there: all of it, or an account's or region's.
    ///
    /// A file is called `PREFIX/AWSLogs/[ORGANISATION/]ACCOUNT/CloudTrail/REGION/YEAR/…`. Other services' files, and the
    /// trail's own digests, lie beside that folder; a rule of one year deletes nothing of the next.
    fn is_under(&self, prefix: &str) -> bool {
        if self.prefix.starts_with(prefix) {
            return true;
        }
        let Some(rest) = prefix.strip_prefix(&self.prefix) else { return false };
        let above = |part: &&str| part.starts_with("o-") || part.bytes().all(|byte| byte.is_ascii_digit());
        let mut parts = rest.split('/').skip_while(|part| !part.is_empty() && above(part));
        match (parts.next(), parts.next()) {
            (None, _) => true,
            (Some(begins), None) => FOLDER.starts_with(begins),
            (Some(folder), Some(_)) => folder == FOLDER && parts.next().is_none_or(str::is_empty),
        }
    }
}

/// Of the rules over what a trail puts there, the one that deletes soonest, where that is before so many days.
pub(super) fn shortest<'r>(rules: &'r [Expiry], bucket: &Bucket, days: u32) -> Option<&'r Expiry> {
    let sooner = rules.iter().filter(|rule| rule.days < days && bucket.is_under(&rule.prefix));
    sooner.min_by_key(|rule| rule.days)
}

/// Reads what S3 answers.
pub(super) fn answer(response: &HttpResponse) -> Result<Answer, OrchestratorError<Refusal>> {
    let region = response.headers().get("x-amz-bucket-region").map(ToOwned::to_owned);
    if let (301 | 307 | 400, Some(region)) = (response.status().as_u16(), region) {
        return Ok(Answer::Elsewhere(region));
    }
    rules(bare::text(response)?).map(Answer::Rules).map_err(OrchestratorError::other)
}

fn rules(text: &str) -> Result<Vec<Expiry>, XmlDecodeError> {
    let (mut all, mut document) = (Vec::new(), Document::new(text));
    let mut root = document.root_element()?;
    while let Some(mut tag) = root.next_tag() {
        if tag.start_el().local() == "Rule" {
            let rule = rule(&mut tag)?;
            // CloudTrail gives its files no tags, so a rule over tags is not about them.
            all.extend((rule.enabled && rule.expires && !rule.tagged).then_some(rule.expiry));
        }
    }
    Ok(all)
}

fn rule(said: &mut ScopedDecoder<'_, '_>) -> Result<Rule, XmlDecodeError> {
    let mut rule = Rule::default();
    while let Some(mut tag) = said.next_tag() {
        match tag.start_el().local() {
            "ID" => rule.expiry.rule = try_data(&mut tag)?.into_owned(),
            "Status" => rule.enabled = try_data(&mut tag)? == "Enabled",
            // Of old it stood beside the filter.
            "Prefix" => rule.expiry.prefix = try_data(&mut tag)?.into_owned(),
            "Filter" => filter(&mut tag, &mut rule)?,
            "Expiration" => expiration(&mut tag, &mut rule)?,
            _ => {}
        }
    }
    Ok(rule)
}

fn filter(said: &mut ScopedDecoder<'_, '_>, rule: &mut Rule) -> Result<(), XmlDecodeError> {
    while let Some(mut tag) = said.next_tag() {
        match tag.start_el().local() {
            "Prefix" => rule.expiry.prefix = try_data(&mut tag)?.into_owned(),
            "Tag" => rule.tagged = true,
            "And" => filter(&mut tag, rule)?,
            _ => {}
        }
    }
    Ok(())
}

fn expiration(said: &mut ScopedDecoder<'_, '_>, rule: &mut Rule) -> Result<(), XmlDecodeError> {
    while let Some(mut tag) = said.next_tag() {
        match tag.start_el().local() {
            "Days" => {
                let days = try_data(&mut tag)?.trim().parse().map_err(XmlDecodeError::unhandled)?;
                (rule.expires, rule.expiry.days, rule.expiry.when) = (true, days, format!("after {days} days"));
            }
            // From that day on whatever is there is deleted, and so is what comes.
            "Date" => {
                let date = try_data(&mut tag)?;
                (rule.expires, rule.expiry.when) = (true, format!("from {date} on, however new it is"));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket() -> Bucket {
        let word = |text: &str| text.to_owned();
        let (name, prefix, trail) = (word("logs"), word("audit/AWSLogs/"), word("everything"));
        Bucket { name, prefix, trail, owner: word("111122223333"), region: word("us-east-1") }
    }

    fn found(rules_in_xml: &str) -> Option<String> {
        let text = format!("<LifecycleConfiguration>{rules_in_xml}</LifecycleConfiguration>");
        shortest(&rules(&text).unwrap(), &bucket(), 90).map(|expiry| format!("{}: {}", expiry.rule, expiry.when))
    }

    #[track_caller]
    fn check(filter: &str, expiration: &str, status: &str, expected: Option<&str>) {
        let expiration = format!("<Expiration>{expiration}</Expiration>");
        let rule = format!("<Rule><ID>r</ID>{filter}<Status>{status}</Status>{expiration}</Rule>");
        let expected = expected.map(|when| format!("r: {when}"));
        assert_eq!(found(&rule), expected, "{rule}");
    }

    #[test]
    fn a_rule_counts_where_it_deletes_what_the_trail_puts_there_too_soon() {
        let (month, after) = ("<Days>30</Days>", Some("after 30 days"));
        for prefix in [
            "",
            "aud",
            "audit/AWSLogs/",
            "audit/AWSLogs/o-abcdefghij/",
            "audit/AWSLogs/1111",
            "audit/AWSLogs/o-abcdefghij/111122223333/Cloud",
            "audit/AWSLogs/111122223333/CloudTrail/",
            "audit/AWSLogs/111122223333/CloudTrail/us-east-1/",
        ] {
            check(&format!("<Filter><Prefix>{prefix}</Prefix></Filter>"), month, "Enabled", after);
        }
        check("<Filter/>", month, "Enabled", after);
        check("<Prefix></Prefix>", month, "Enabled", after);
        let size =
            "<Filter><And><Prefix>audit/</Prefix><ObjectSizeGreaterThan>9</ObjectSizeGreaterThan></And></Filter>";
        check(size, month, "Enabled", after);
        let date = "<Date>2026-04-01T00:00:00Z</Date>";
        check("<Filter/>", date, "Enabled", Some("from 2026-04-01T00:00:00Z on, however new it is"));
    }

    #[test]
    fn a_rule_that_leaves_what_the_trail_puts_there_alone_or_long_enough_does_not_count() {
        let month = "<Days>30</Days>";
        for prefix in [
            "other/",
            "audit/AWSLogs/111122223333/Config/",
            "audit/AWSLogs/111122223333/CloudTrail-Digest/",
            "audit/AWSLogs/111122223333/CloudTrail-Digest",
            "audit/AWSLogs/111122223333/CloudTrail/us-east-1/2019/",
        ] {
            check(&format!("<Filter><Prefix>{prefix}</Prefix></Filter>"), month, "Enabled", None);
        }
        check("<Filter/>", month, "Disabled", None);
        check("<Filter/>", "<Days>90</Days>", "Enabled", None);
        check("<Filter/>", "<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>", "Enabled", None);
        let tagged = "<Filter><And><Prefix></Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>";
        check(tagged, month, "Enabled", None);
        let old = "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>";
        assert_eq!(found(&format!("<Rule><ID>r</ID><Filter/><Status>Enabled</Status>{old}</Rule>")), None);
    }

    #[test]
    fn of_many_rules_the_one_that_deletes_soonest_is_named() {
        let rule = |id: &str, days: u32| {
            format!(
                "<Rule><ID>{id}</ID><Filter/><Status>Enabled</Status><Expiration><Days>{days}</Days></Expiration></Rule>"
            )
        };
        let all = [rule("a", 60), rule("b", 7), rule("c", 400)].concat();
        assert_eq!(found(&all).as_deref(), Some("b: after 7 days"));
    }
}
