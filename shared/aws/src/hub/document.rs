//! The document: the export's ASFF as the client's types.
//!
//! Field by field rather than through a body of our own: the client signs, retries and classifies, and a
//! field it does not know does not compile. Its serializer of every resource type is what makes the
//! binary large, which is why only the publisher to Security Hub links it.

use aws_sdk_securityhub::types::builders::{ResourceBuilder, ResourceDetailsBuilder};
use aws_sdk_securityhub::types::{
    Action, ActionRemoteIpDetails, AwsApiCallAction, AwsApiCallActionDomainDetails, AwsIamAccessKeyDetails,
    AwsIamRoleDetails, AwsIamUserDetails, AwsSecretsManagerSecretDetails, AwsSecurityFinding, Country,
    FindingProviderFields, FindingProviderSeverity, IpOrganizationDetails, Network, NetworkDirection, Partition,
    Recommendation, RecordState, RelatedFinding, Remediation, Resource, ResourceDetails, Severity, SeverityLabel,
};
use trailwarden_exports::asff::{self, Asff};

/// The finding as the client sends it.
pub(super) fn of(asff: &Asff) -> AwsSecurityFinding {
    let severity = Severity::builder()
        .label(SeverityLabel::from(asff.severity.label))
        .normalized(asff.severity.normalized)
        .original(&asff.severity.original)
        .build();
    AwsSecurityFinding::builder()
        .schema_version(asff.schema_version)
        .id(&asff.id)
        .product_arn(&asff.product_arn)
        .product_name(asff.product_name)
        .company_name(asff.company_name)
        .region(&asff.region)
        .generator_id(&asff.generator_id)
        .aws_account_id(&asff.aws_account_id)
        .set_types(Some(asff.types.clone()))
        .first_observed_at(&asff.first_observed_at)
        .last_observed_at(&asff.last_observed_at)
        .created_at(&asff.created_at)
        .updated_at(&asff.updated_at)
        .severity(severity)
        .title(&asff.title)
        .description(&asff.description)
        .set_remediation(asff.remediation.as_ref().map(remediation))
        .set_product_fields(Some(asff.product_fields.clone().into_iter().collect()))
        .set_network(asff.network.as_ref().map(network))
        .set_resources(Some(asff.resources.iter().map(resource).collect()))
        .record_state(match asff.record_state {
            asff::RecordState::Active => RecordState::Active,
            asff::RecordState::Archived => RecordState::Archived,
        })
        .set_action(asff.action.as_ref().map(action))
        .finding_provider_fields(provider_fields(&asff.finding_provider_fields))
        .build()
}

fn remediation(remediation: &asff::Remediation) -> Remediation {
    let advice = &remediation.recommendation;
    let advice = Recommendation::builder().set_text(advice.text.clone()).set_url(advice.url.clone()).build();
    Remediation::builder().recommendation(advice).build()
}

fn network(network: &asff::Network) -> Network {
    Network::builder()
        .direction(NetworkDirection::from(network.direction))
        .set_source_ipv4(network.source_ip_v4.clone())
        .set_source_ipv6(network.source_ip_v6.clone())
        .build()
}

fn provider_fields(fields: &asff::ProviderFields) -> FindingProviderFields {
    let related = fields
        .related_findings
        .iter()
        .map(|related| RelatedFinding::builder().product_arn(&related.product_arn).id(&related.id).build());
    let severity = FindingProviderSeverity::builder()
        .label(SeverityLabel::from(fields.severity.label))
        .original(&fields.severity.original)
        .build();
    FindingProviderFields::builder()
        .confidence(fields.confidence)
        .set_criticality(fields.criticality)
        .set_related_findings((!fields.related_findings.is_empty()).then(|| related.collect()))
        .severity(severity)
        .set_types(Some(fields.types.clone()))
        .build()
}

fn resource(resource: &asff::Resource) -> Resource {
    let built: ResourceBuilder = Resource::builder()
        .r#type(resource.kind)
        .id(&resource.id)
        .set_partition(resource.partition.map(Partition::from))
        .region(&resource.region)
        .set_resource_role(resource.role.map(ToOwned::to_owned));
    built.set_details((!resource.details.is_empty()).then(|| details(&resource.details))).build()
}

fn details(details: &asff::Details) -> ResourceDetails {
    let built: ResourceDetailsBuilder = ResourceDetails::builder()
        .set_aws_iam_user(details.aws_iam_user.as_ref().map(|user| {
            AwsIamUserDetails::builder().user_name(&user.user_name).set_user_id(user.user_id.clone()).build()
        }))
        .set_aws_iam_role(details.aws_iam_role.as_ref().map(|role| {
            AwsIamRoleDetails::builder().role_name(&role.role_name).set_role_id(role.role_id.clone()).build()
        }))
        .set_aws_iam_access_key(details.aws_iam_access_key.as_ref().map(|key| {
            AwsIamAccessKeyDetails::builder()
                .access_key_id(&key.access_key_id)
                .set_principal_name(key.principal_name.clone())
                .set_principal_type(key.principal_type.clone())
                .account_id(&key.account_id)
                .build()
        }))
        .set_aws_secrets_manager_secret(
            details
                .aws_secrets_manager_secret
                .as_ref()
                .map(|secret| AwsSecretsManagerSecretDetails::builder().name(&secret.name).build()),
        );
    built.set_other((!details.other.is_empty()).then(|| details.other.clone().into_iter().collect())).build()
}

fn action(action: &asff::Action) -> Action {
    let call = &action.aws_api_call_action;
    let remote = call.remote_ip_details.as_ref().map(|remote| {
        ActionRemoteIpDetails::builder()
            .set_ip_address_v4(remote.ip_address_v4.clone())
            .set_organization(remote.organization.as_ref().map(|known| {
                IpOrganizationDetails::builder().set_asn(known.asn).set_asn_org(known.asn_org.clone()).build()
            }))
            .set_country(
                remote.country.as_ref().map(|country| Country::builder().country_code(&country.country_code).build()),
            )
            .build()
    });
    let domain = call.domain_details.as_ref();
    let call = AwsApiCallAction::builder()
        .api(&call.api)
        .set_service_name(call.service_name.clone())
        .set_caller_type(call.caller_type.map(ToOwned::to_owned))
        .set_remote_ip_details(remote)
        .set_domain_details(
            domain.map(|domain| AwsApiCallActionDomainDetails::builder().domain(&domain.domain).build()),
        )
        .first_seen(&call.first_seen)
        .last_seen(&call.last_seen)
        .build();
    Action::builder().action_type(action.action_type).aws_api_call_action(call).build()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use trailwarden_exports::Import;

    use super::*;

    #[test]
    fn the_client_takes_every_value_without_a_word_it_does_not_know() {
        let time = "2026-03-03T09:15:00Z";
        let finding = serde_json::from_value(json!({
            "schema_version": "1.0", "id": "tw-1", "revision": 2, "created_at": time, "updated_at": time,
            "type": "credential-added.for-another-identity", "severity": "HIGH", "score": 70, "confidence": 50,
            "title": "t", "description": "d", "techniques": ["T1098.001"], "analytics": [],
            "partition": "aws-iso-b", "account": "111122223333", "region": "us-east-1", "organization": null,
            "actor": { "key": "aws:user:AIDA1", "kind": "user", "name": "ann", "arn": null, "session": null,
                       "access_key_id": "AKIA1", "mfa": null, "privilege": "unknown", "via": null },
            "target": { "key": "bob", "kind": "role", "name": "bob", "privilege": "unknown" },
            "origin": { "ip": "203.0.113.10", "asn": 1, "network": "n", "country": "DE", "kind": "unknown", "user_agent": "x" },
            "first_seen": time, "last_seen": time, "event_count": 1,
            "events": [{ "time": time, "id": "e", "name": "CreateAccessKey", "region": "us-east-1", "account": "111122223333" }],
            "evidence": [], "expected_change": null, "response": ["aws"], "related": ["tw-2"], "status": "RESOLVED",
        }))
        .unwrap();
        let sent = of(&Asff::of(&finding, &Import::PerMember));
        assert_eq!(sent.severity.unwrap().label, Some(SeverityLabel::High));
        assert_eq!(sent.record_state, Some(RecordState::Archived));
        assert_eq!(sent.network.unwrap().direction, Some(NetworkDirection::In));
        assert_eq!(sent.resources.unwrap()[0].partition, Some(Partition::AwsUsIsoB));
    }
}
