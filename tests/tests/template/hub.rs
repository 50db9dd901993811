//! The import to Security Hub, as the templates let it: it adds findings, and changes none that is there.

use super::document;
use super::sight::actions;

#[test]
fn who_imports_findings_may_call_nothing_of_security_hub_but_what_is_called() {
    let importer = document::template()["Resources"]["SecurityHubRole"].clone();
    let member = document::forwarder()["Resources"]["MemberRole"].clone();
    // By the other role the proof of sight asks whether the hub is on.
    let called: [(_, &[&str]); 2] = [
        (importer, &["securityhub:BatchImportFindings"]),
        (member, &["securityhub:BatchImportFindings", "securityhub:DescribeHub"]),
    ];
    for (role, called) in called {
        let allowed = actions(&role);
        let allowed: Vec<&str> =
            allowed.iter().map(String::as_str).filter(|action| action.starts_with("securityhub:")).collect();
        assert_eq!(allowed, called);
    }
}
