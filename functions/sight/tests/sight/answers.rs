//! Answers: what each endpoint of AWS says of the world, in that service's own words.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};

use crate::http::{Reply, Request};
use crate::world::{HOME, Trail, World, key};

/// One call, by its signature.
struct Call<'r> {
    account: String,
    region: String,
    service: String,
    operation: String,
    asked: Value,
    request: &'r Request,
}

/// Deals with one request.
pub(crate) fn answer(request: &Request, world: &mut World) -> Reply {
    let call = Call::of(request);
    let in_account = (call.account.clone(), call.operation.clone());
    if world.denied.contains(&call.operation) || world.denied_in.contains(&in_account) {
        return call.refuse(403, "AccessDeniedException", "planned");
    }
    match call.service.as_str() {
        "sts" => assume(&call, world),
        "organizations" => organization(&call, world),
        "account" => regions(&call, world),
        "cloudtrail" => trails(&call, world),
        "events" => rules(&call, world),
        "iam" => identities(&call, world),
        "sqs" => queues(&call, world),
        "securityhub" => hub(&call, world),
        "secretsmanager" => secret(&call, world),
        "sns" => publish(&call, world),
        "monitoring" => counted(&call, world),
        "s3" => lifecycle(&call, world),
        "logs" if call.operation == "FilterLogEvents" => lines(&call, world),
        "logs" => log_groups(&call, world),
        other => panic!("{other} was asked for {}", call.operation),
    }
}

impl<'r> Call<'r> {
    fn of(request: &'r Request) -> Self {
        let signed = request.headers.get("authorization").unwrap();
        let scope = signed.split("Credential=").nth(1).unwrap().split(',').next().unwrap();
        let scope: Vec<&str> = scope.split('/').collect();
        let body = String::from_utf8(request.body.clone()).unwrap();
        let form = body.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| {
            let value = percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned();
            (name.to_owned(), Value::from(value))
        });
        let asked = serde_json::from_str(&body).unwrap_or_else(|_| Value::Object(form.collect()));
        let target = request.headers.get("x-amz-target").and_then(|target| target.rsplit('.').next());
        let operation = target.or_else(|| asked["Action"].as_str()).unwrap_or(&request.path).to_owned();
        Self {
            account: scope[0].strip_prefix("ASIA").unwrap_or(HOME).to_owned(),
            region: scope[2].to_owned(),
            service: scope[3].to_owned(),
            operation,
            asked,
            request,
        }
    }

    fn text(&self, name: &str) -> &str {
        self.asked[name].as_str().unwrap_or_default()
    }

    fn xml(&self, said: &str) -> Reply {
        let operation = &self.operation;
        let body = format!("<{operation}Response><{operation}Result>{said}</{operation}Result></{operation}Response>");
        Reply::of(200, "text/xml", &body)
    }

    fn refuse(&self, status: u16, code: &str, message: &str) -> Reply {
        if self.service == "s3" {
            let code = code.strip_suffix("Exception").unwrap_or(code);
            return Reply::of(
                status,
                "application/xml",
                &format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>"),
            );
        }
        if ["iam", "monitoring", "sts", "sns"].contains(&self.service.as_str()) {
            let code = code.strip_suffix("Exception").unwrap_or(code);
            let fault = format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
            );
            return Reply::of(status, "text/xml", &fault);
        }
        let mut reply =
            Reply::of(status, "application/json", &json!({ "__type": code, "message": message }).to_string());
        if let Reply::Answer { headers, .. } = &mut reply {
            headers.push(("x-amzn-ErrorType".to_owned(), code.to_owned()));
        }
        reply
    }
}

fn say(said: &Value) -> Reply {
    Reply::of(200, "application/x-amz-json-1.1", &said.to_string())
}

fn assume(call: &Call<'_>, world: &World) -> Reply {
    assert_eq!(call.account, HOME, "only the deployment takes roles");
    let role = call.text("RoleArn");
    let account = role.split(':').nth(4).unwrap();
    if !world.members.contains(account) || role != format!("arn:aws:iam::{account}:role/tw-member") {
        return call.refuse(403, "AccessDenied", "is not authorized to perform: sts:AssumeRole");
    }
    call.xml(&format!(
        "<Credentials><AccessKeyId>ASIA{account}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
         <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
    ))
}

/// Two a page, to have pages.
fn organization(call: &Call<'_>, world: &World) -> Reply {
    assert_eq!((call.operation.as_str(), call.account.as_str()), ("ListAccounts", HOME));
    let begin: usize = call.text("NextToken").parse().unwrap_or_default();
    let page = world.accounts.iter().skip(begin).take(2).map(|(id, status)| json!({ "Id": id, "Status": status }));
    let mut said = json!({ "Accounts": page.collect::<Vec<_>>() });
    if begin + 2 < world.accounts.len() {
        said["NextToken"] = json!((begin + 2).to_string());
    }
    say(&said)
}

fn regions(call: &Call<'_>, world: &World) -> Reply {
    assert_eq!(call.asked["RegionOptStatusContains"], json!(["ENABLED", "ENABLED_BY_DEFAULT"]));
    let regions = world.regions[&call.account].iter();
    let regions: Vec<Value> =
        regions.map(|name| json!({ "RegionName": name, "RegionOptStatus": "ENABLED_BY_DEFAULT" })).collect();
    say(&json!({ "Regions": regions }))
}

fn trails(call: &Call<'_>, world: &World) -> Reply {
    let arn = |trail: &Trail| format!("arn:aws:cloudtrail:{}:{}:trail/everything", trail.home, call.account);
    let trails = &world.trails[&call.account];
    let named =
        || trails.iter().find(|trail| [call.text("Name"), call.text("TrailName")].contains(&arn(trail).as_str()));
    match call.operation.as_str() {
        "DescribeTrails" => {
            let trails = trails.iter().map(|trail| {
                json!({
                    "Name": "everything", "TrailARN": arn(trail), "HomeRegion": trail.home,
                    "IsMultiRegionTrail": trail.everywhere, "S3BucketName": trail.bucket, "S3KeyPrefix": "audit",
                })
            });
            say(&json!({ "trailList": trails.collect::<Vec<_>>() }))
        }
        "GetTrailStatus" => say(&json!({ "IsLogging": named().unwrap().logging })),
        "GetEventSelectors" => say(&named().unwrap().selectors),
        other => panic!("the trail was asked for {other}"),
    }
}

fn rules(call: &Call<'_>, world: &World) -> Reply {
    if call.operation == "DescribeEventBus" {
        assert_eq!((call.account.as_str(), call.text("Name")), (HOME, "tw-central"));
        return say(&json!({ "Name": "tw-central", "Policy": world.bus_policy.to_string() }));
    }
    let bus = call.asked["EventBusName"].as_str().unwrap_or("default");
    let name = if call.operation == "DescribeRule" { call.text("Name") } else { call.text("Rule") };
    let Some(rule) = world.rules.get(&key(&call.account, &call.region, bus, name)) else {
        return call.refuse(400, "ResourceNotFoundException", "does not exist");
    };
    match call.operation.as_str() {
        "DescribeRule" => say(&json!({ "Name": name, "State": rule["State"], "EventPattern": rule["EventPattern"] })),
        "ListTargetsByRule" => say(&json!({ "Targets": rule["Targets"] })),
        other => panic!("the bus was asked for {other}"),
    }
}

fn identities(call: &Call<'_>, world: &mut World) -> Reply {
    if call.operation == "CreateAccessKey" {
        assert_eq!(call.text("UserName"), "tw-heartbeat");
        world.beats.push((call.account.clone(), "us-east-1".to_owned(), call.operation.clone()));
        if world.allowed.contains(&call.account) {
            return call.refuse(404, "NoSuchEntity", "The user with name tw-heartbeat cannot be found.");
        }
        return call.refuse(403, "AccessDenied", "is not authorized to perform: iam:CreateAccessKey");
    }
    let name = call.text("RoleName");
    let Some(role) = world.roles.get(&(call.account.clone(), name.to_owned())) else {
        return call.refuse(404, "NoSuchEntity", "The role cannot be found.");
    };
    let encoded = |document: &Value| utf8_percent_encode(&document.to_string(), NON_ALPHANUMERIC).to_string();
    match (call.operation.as_str(), &role.policy) {
        ("GetRole", _) => call.xml(&format!(
            "<Role><Path>/</Path><RoleName>{name}</RoleName><RoleId>AROAEXAMPLE</RoleId><Arn>arn</Arn>\
             <CreateDate>2026-01-01T00:00:00Z</CreateDate>\
             <AssumeRolePolicyDocument>{}</AssumeRolePolicyDocument></Role>",
            encoded(&role.trust),
        )),
        ("GetRolePolicy", Some(policy)) if call.text("PolicyName") == "forward" => call.xml(&format!(
            "<RoleName>{name}</RoleName><PolicyName>forward</PolicyName><PolicyDocument>{}</PolicyDocument>",
            encoded(policy),
        )),
        ("GetRolePolicy", _) => call.refuse(404, "NoSuchEntity", "The role policy cannot be found."),
        (other, _) => panic!("IAM was asked for {other}"),
    }
}

fn queues(call: &Call<'_>, world: &World) -> Reply {
    assert_eq!(call.operation, "GetQueueAttributes");
    let url: Vec<&str> = call.text("QueueUrl").split('/').collect();
    let (host, account, name) = (url[2], url[3], url[4]);
    assert_eq!(host, format!("sqs.{}.amazonaws.com", call.region));
    assert_eq!(account, call.account);
    match world.queues.get(&(account.to_owned(), call.region.clone(), name.to_owned())) {
        Some(waiting) => say(&json!({ "Attributes": { "ApproximateNumberOfMessages": waiting.to_string() } })),
        None => call.refuse(400, "com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist."),
    }
}

fn hub(call: &Call<'_>, world: &mut World) -> Reply {
    assert_eq!(call.request.path.split('?').next().unwrap(), "/accounts");
    let (account, region) = (&call.account, &call.region);
    let place = (account.clone(), region.clone());
    world.hubs.insert(place.clone());
    if world.hubs_off.contains(&place) {
        let says = format!("Account {account} is not subscribed to AWS Security Hub");
        return call.refuse(401, "InvalidAccessException", &says);
    }
    say(&json!({ "HubArn": format!("arn:aws:securityhub:{region}:{account}:hub/default") }))
}

/// A bucket answers where it is, and to its owner alone.
fn lifecycle(call: &Call<'_>, world: &mut World) -> Reply {
    let name = call.request.path.strip_prefix('/').unwrap().strip_suffix("?lifecycle").unwrap();
    assert!(call.request.headers.contains_key("x-amz-content-sha256"), "S3 refuses what does not say it");
    world.asked.push((call.account.clone(), call.region.clone(), name.to_owned()));
    let Some(region) = world.buckets.get(name).copied().unwrap_or(Some("us-east-1")) else {
        return call.refuse(404, "NoSuchBucket", "The specified bucket does not exist");
    };
    if call.region != region {
        let mut reply = call.refuse(301, "PermanentRedirect", "must be addressed using the specified endpoint");
        if let Reply::Answer { headers, .. } = &mut reply {
            headers.push(("x-amz-bucket-region".to_owned(), region.to_owned()));
        }
        return reply;
    }
    if !name.ends_with(&call.account) {
        return call.refuse(403, "AccessDenied", "Access Denied");
    }
    match world.lifecycles.get(name) {
        Some(lifecycle) => Reply::of(200, "application/xml", lifecycle),
        None => call.refuse(404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
    }
}

fn log_groups(call: &Call<'_>, world: &World) -> Reply {
    assert_eq!((call.operation.as_str(), call.account.as_str()), ("DescribeLogGroups", HOME));
    let named = world.logs.iter().filter(|(name, _)| name.starts_with(call.text("logGroupNamePrefix")));
    let groups = named.map(|(name, days)| match days {
        Some(days) => json!({ "logGroupName": name, "retentionInDays": days }),
        None => json!({ "logGroupName": name }),
    });
    say(&json!({ "logGroups": groups.collect::<Vec<_>>() }))
}

fn secret(call: &Call<'_>, world: &mut World) -> Reply {
    let (account, region) = (&call.account, &call.region);
    let secret = format!("arn:aws:secretsmanager:{region}:{account}:secret:tw/heartbeat");
    assert_eq!((call.operation.as_str(), call.text("SecretId")), ("GetSecretValue", secret.as_str()));
    world.beats.push((account.clone(), region.clone(), call.operation.clone()));
    if world.allowed.contains(account) {
        return call.refuse(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    }
    call.refuse(400, "AccessDeniedException", "is not authorized to perform: secretsmanager:GetSecretValue")
}

/// A page with the first half of each sum, then one with the second half.
fn counted(call: &Call<'_>, world: &mut World) -> Reply {
    if let Some(code) = world.throttled.take() {
        let fault = format!(
            "<ErrorResponse><Error><Code>{code}</Code><Message>Rate exceeded</Message></Error></ErrorResponse>"
        );
        return Reply::of(400, "text/xml", &fault);
    }
    assert_eq!((call.operation.as_str(), call.account.as_str()), ("GetMetricData", HOME));
    assert_eq!((call.text("StartTime"), call.text("EndTime")), ("2026-02-23T00:00:00Z", "2026-03-02T00:00:00Z"));
    let mut results = String::new();
    for place in 1.. {
        let asked = |name: &str| call.text(&format!("MetricDataQueries.member.{place}.{name}"));
        if asked("Id").is_empty() {
            break;
        }
        assert_eq!((asked("MetricStat.Stat"), asked("MetricStat.Period")), ("Sum", "3600"));
        let dimensions = (1..=2).map(|nth| asked(&format!("MetricStat.Metric.Dimensions.member.{nth}.Value")));
        let metric = [asked("MetricStat.Metric.Namespace"), asked("MetricStat.Metric.MetricName")];
        let metric: Vec<&str> = metric.into_iter().chain(dimensions.filter(|value| !value.is_empty())).collect();
        let half = world.counted.get(&metric.join(" ")).copied().unwrap_or_default() / 2.0;
        let values = if half > 0.0 { format!("<member>{half}</member>") } else { String::new() };
        results += &format!("<member><Id>{}</Id><Values>{values}</Values></member>", asked("Id"));
    }
    let next = if call.text("NextToken").is_empty() { "<NextToken>second</NextToken>" } else { "" };
    call.xml(&format!("{next}<MetricDataResults>{results}</MetricDataResults>"))
}

fn publish(call: &Call<'_>, world: &mut World) -> Reply {
    assert_eq!(call.text("TopicArn"), "arn:aws:sns:eu-central-1:111122223333:tw-alarms");
    world.mails.push((call.text("Subject").to_owned(), call.text("Message").to_owned()));
    call.xml("<MessageId>m</MessageId>")
}

/// A page has one line, and the last of them no other after it; as `CloudWatch` does, one may be empty.
fn lines(call: &Call<'_>, world: &World) -> Reply {
    let pattern = call.asked["filterPattern"].as_str().unwrap();
    assert!(pattern.len() <= 1024, "{}", pattern.len());
    let all = &world.lines[call.asked["logGroupName"].as_str().unwrap()];
    let page: usize = call.asked["nextToken"].as_str().map_or(0, |token| token.parse().unwrap());
    let (from, until) = (call.asked["startTime"].as_i64().unwrap(), call.asked["endTime"].as_i64().unwrap());
    let line = all.get(page).filter(|(at, line)| {
        let event = serde_json::from_str::<Value>(line).unwrap_or_default()["event"].clone();
        (from..until).contains(at) && event.as_str().is_some_and(|id| pattern.contains(&format!("$.event = \"{id}\"")))
    });
    let events: Vec<Value> = line.iter().map(|(at, line)| json!({ "timestamp": at, "message": line })).collect();
    let next = (page + 1 < all.len()).then(|| (page + 1).to_string());
    say(&json!({ "events": events, "nextToken": next }))
}
