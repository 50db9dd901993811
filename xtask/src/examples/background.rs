//! The hum of the platform itself: services that look after the accounts, with no person behind them.

use serde_json::json;

use super::{
    calendar::Moment,
    caller::{Agent, Caller},
    organization::{Account, Role},
    scribe::{Actor, Scribe},
};

/// What AWS does in one account on its own.
pub(super) struct Background(pub(super) Account);

/// What the configuration recorder asks each time it comes by.
const CRAWL: [(&str, &str); 7] = [
    ("ec2", "DescribeInstances"),
    ("ec2", "DescribeSecurityGroups"),
    ("ec2", "DescribeVpcs"),
    ("s3", "ListBuckets"),
    ("iam", "ListRoles"),
    ("rds", "DescribeDBInstances"),
    ("lambda", "ListFunctions20150331"),
];

impl Actor for Background {
    fn name(&self) -> String {
        format!("background {}", self.0.id())
    }

    fn live(&self, day: i64, scribe: &mut Scribe) {
        for turn in 0..4 {
            let at = Moment::on(day, 6 * turn, 11).plus(scribe.dice.between(0, 900));
            self.record_configuration(at, scribe);
            self.deliver_trail(at.minutes(20), scribe);
        }
    }
}

impl Background {
    fn record_configuration(&self, at: Moment, scribe: &mut Scribe) {
        let Self(account) = *self;
        let role = Role::linked(account, "aws-service-role/config.amazonaws.com/", "AWSServiceRoleForConfig");
        let recorder = Caller::session(&role, "AWSConfig-Describe", at, &mut scribe.dice)
            .from("", Agent::Program(""))
            .through("config.amazonaws.com");
        for (service, name) in CRAWL {
            let later = at.plus(scribe.dice.between(0, 300));
            scribe.call(later, &recorder, (service, name), json!({}));
        }
    }

    fn deliver_trail(&self, at: Moment, scribe: &mut Scribe) {
        let service = Caller::service(self.0, "cloudtrail.amazonaws.com");
        let bucket = "kranich-org-trail";
        let record = scribe
            .record(at, &service, ("s3", "GetBucketAcl"))
            .asking(
                json!({ "bucketName": bucket, "acl": "", "Host": "kranich-org-trail.s3.eu-central-1.amazonaws.com" }),
            )
            .with("sharedEventID", scribe.dice.uuid().into())
            .on("AWS::S3::Bucket", &format!("arn:aws:s3:::{bucket}"));
        scribe.write(record);
    }
}
