//! IAM: an account of some users and one role, told in two pages.

use std::collections::BTreeMap;

use crate::http::Reply;

/// The one call.
pub(crate) const DETAILS: &str = "GetAccountAuthorizationDetails";
/// How many users there are: more than are written at a time.
const USERS: usize = 27;

/// Answers with the page that is asked for.
pub(crate) fn page(form: &BTreeMap<String, String>) -> Reply {
    let list = match form.get("Marker").map(String::as_str) {
        None => {
            let users: String = (0..USERS / 2).map(user).collect();
            format!("<UserDetailList>{users}</UserDetailList><IsTruncated>true</IsTruncated><Marker>more</Marker>")
        }
        Some("more") => {
            let users: String = (USERS / 2..USERS).map(user).collect();
            let role = identity("role/deploy", "AdministratorAccess");
            let roles = format!("<RoleDetailList>{role}</RoleDetailList>");
            format!("<UserDetailList>{users}</UserDetailList>{roles}<IsTruncated>false</IsTruncated>")
        }
        other => panic!("no page is called {other:?}"),
    };
    let result = format!("<{DETAILS}Result>{list}</{DETAILS}Result>");
    let metadata = "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>";
    let namespace = "https://iam.amazonaws.com/doc/2010-05-08/";
    let body = format!("<{DETAILS}Response xmlns=\"{namespace}\">{result}{metadata}</{DETAILS}Response>");
    Reply::of(200, "text/xml", &body)
}

fn user(nth: usize) -> String {
    let policy = if nth.is_multiple_of(5) { "AdministratorAccess" } else { "ReadOnlyAccess" };
    identity(&format!("user/u{nth}"), policy)
}

fn identity(name: &str, policy: &str) -> String {
    let policy = format!(
        "<member><PolicyName>{policy}</PolicyName><PolicyArn>arn:aws:iam::aws:policy/{policy}</PolicyArn></member>"
    );
    let attached = format!("<AttachedManagedPolicies>{policy}</AttachedManagedPolicies>");
    format!("<member><Arn>arn:aws:iam::111122223333:{name}</Arn>{attached}</member>")
}
