//! The catalog: the one table of the calls in scope.
//!
//! Everything that needs to know which calls matter reads it from here: parsing, the documents,
//! and the event patterns of a deployment. Source: `ATTACK.md` of the design, call names checked
//! against the service models.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::meaning::{Change, Meaning, Whose};
use crate::activity::Tier;
use crate::deed::{CredentialChange, CredentialKind, SecretChange, SignInStep, TrustKind};

/// Where CloudTrail emits a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// In the partition's global region only: us-east-1, cn-north-1, us-gov-west-1.
    Global,
    /// In the region that served it.
    Regional,
    /// Wherever the sign-in endpoint happened to be: every region must listen.
    Anywhere,
}

impl Home {
    /// The home in an operator's words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Global => "global region",
            Self::Regional => "its own region",
            Self::Anywhere => "any region",
        }
    }
}

/// One call in scope.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// The `eventSource` without `.amazonaws.com`.
    pub source: &'static str,
    /// The `eventName`.
    pub name: &'static str,
    /// Why it is in scope.
    pub tier: Tier,
    /// Whether CloudTrail marks it `readOnly`: such calls need a rule in the state that receives them.
    pub read_only: bool,
    /// Where CloudTrail emits it.
    pub home: Home,
    pub(super) meaning: Meaning,
}

use Change::{ByStatus, Is, Only};
use CredentialChange::{Added, Modified, Obtained, Reactivated, Removed};
use CredentialKind as K;
use Home::{Anywhere, Global, Regional};
use Meaning as M;
use Whose::{Caller, Named, User};

const fn subject(source: &'static str, name: &'static str, home: Home, meaning: Meaning) -> Call {
    Call { source, name, tier: Tier::Subject, read_only: false, home, meaning }
}

const fn read(source: &'static str, name: &'static str, home: Home, meaning: Meaning) -> Call {
    Call { source, name, tier: Tier::Subject, read_only: true, home, meaning }
}

const fn context(source: &'static str, name: &'static str, home: Home, meaning: Meaning) -> Call {
    Call { source, name, tier: Tier::Context, read_only: false, home, meaning }
}

/// Sources that count as another: the token service of Identity Center counts as Identity Center.
pub(super) const ALIASES: &[(&str, &str)] = &[("sso-oauth", "sso"), ("sso-oidc", "sso")];

const ACCESS_KEY: &[&str] = &["accessKey", "accessKeyId"];
const SSH_KEY: &[&str] = &["sSHPublicKey", "sSHPublicKeyId"];
const SERVICE_CREDENTIAL: &[&str] = &["serviceSpecificCredential", "serviceSpecificCredentialId"];
const CERTIFICATE: &[&str] = &["certificate", "certificateId"];

/// Every call in scope, by source and name.
#[rustfmt::skip]
pub const CALLS: &[Call] = &[
    // Credentials added: T1098.001.
    subject("apigateway", "CreateApiKey", Regional, M::Credential(K::ApiKey, Is(Added), Named("API key", "name"), &["id"])),
    subject("appsync", "CreateApiKey", Regional, M::Credential(K::ApiKey, Is(Added), Named("API", "apiId"), &[])),
    subject("cognito-idp", "AddUserPoolClientSecret", Regional, M::Credential(K::OauthClient, Is(Added), Named("user pool", "userPoolId"), &["clientId"])),
    subject("cognito-idp", "AdminCreateUser", Regional, M::Credential(K::PoolPassword, Is(Added), Named("user pool", "userPoolId"), &[])),
    subject("cognito-idp", "AdminResetUserPassword", Regional, M::Credential(K::PoolPassword, Is(Modified), Named("user pool", "userPoolId"), &[])),
    subject("cognito-idp", "AdminSetUserPassword", Regional, M::Credential(K::PoolPassword, Is(Modified), Named("user pool", "userPoolId"), &[])),
    subject("cognito-idp", "CreateUserPoolClient", Regional, M::Credential(K::OauthClient, Is(Added), Named("user pool", "userPoolId"), &["userPoolClient", "clientId"])),
    subject("ds", "ResetUserPassword", Regional, M::Credential(K::Password, Is(Modified), Named("directory user", "userName"), &[])),
    subject("ec2", "CreateKeyPair", Regional, M::Credential(K::InstanceAccess, Is(Added), Named("key pair", "keyName"), &["keyPairId"])),
    read("ec2", "GetPasswordData", Regional, M::Credential(K::InstanceAccess, Is(Obtained), Named("instance", "instanceId"), &[])),
    subject("ec2", "ImportKeyPair", Regional, M::Credential(K::InstanceAccess, Is(Added), Named("key pair", "keyName"), &["keyPairId"])),
    subject("ec2-instance-connect", "SendSSHPublicKey", Regional, M::Credential(K::InstanceAccess, Is(Added), Named("instance", "instanceId"), &[])),
    subject("ec2-instance-connect", "SendSerialConsoleSSHPublicKey", Regional, M::Credential(K::InstanceAccess, Is(Added), Named("instance", "instanceId"), &[])),
    subject("eks", "AssociateAccessPolicy", Regional, M::Credential(K::Membership, Is(Modified), Named("cluster", "name"), &[])),
    subject("eks", "CreateAccessEntry", Regional, M::Credential(K::Membership, Is(Added), Named("cluster", "name"), &[])),
    subject("eks", "UpdateAccessEntry", Regional, M::Credential(K::Membership, Is(Modified), Named("cluster", "name"), &[])),
    subject("iam", "AddClientIDToOpenIDConnectProvider", Global, M::Trust(TrustKind::IdentityProvider)),
    subject("iam", "ChangePassword", Global, M::Credential(K::Password, Is(Modified), Caller, &[])),
    subject("iam", "CreateAccessKey", Global, M::Credential(K::AccessKey, Is(Added), User, ACCESS_KEY)),
    subject("iam", "CreateLoginProfile", Global, M::Credential(K::Password, Is(Added), User, &[])),
    subject("iam", "CreateOpenIDConnectProvider", Global, M::Trust(TrustKind::IdentityProvider)),
    subject("iam", "CreateSAMLProvider", Global, M::Trust(TrustKind::IdentityProvider)),
    subject("iam", "CreateServiceSpecificCredential", Global, M::Credential(K::ServiceCredential, Is(Added), User, SERVICE_CREDENTIAL)),
    subject("iam", "CreateUser", Global, M::Created("user", "userName")),
    subject("iam", "CreateVirtualMFADevice", Global, M::Credential(K::MfaDevice, Is(Added), Caller, &["virtualMFADevice", "serialNumber"])),
    subject("iam", "DeactivateMFADevice", Global, M::Credential(K::MfaDevice, Is(Removed), User, &["serialNumber"])),
    subject("iam", "DeleteAccessKey", Global, M::Credential(K::AccessKey, Is(Removed), User, &["accessKeyId"])),
    subject("iam", "DeleteLoginProfile", Global, M::Credential(K::Password, Is(Removed), User, &[])),
    subject("iam", "DeleteSSHPublicKey", Global, M::Credential(K::SshKey, Is(Removed), User, &["sSHPublicKeyId"])),
    subject("iam", "DeleteServiceSpecificCredential", Global, M::Credential(K::ServiceCredential, Is(Removed), User, &["serviceSpecificCredentialId"])),
    subject("iam", "DeleteSigningCertificate", Global, M::Credential(K::Certificate, Is(Removed), User, &["certificateId"])),
    subject("iam", "DeleteVirtualMFADevice", Global, M::Credential(K::MfaDevice, Is(Removed), Named("MFA device", "serialNumber"), &["serialNumber"])),
    subject("iam", "EnableMFADevice", Global, M::Credential(K::MfaDevice, Is(Added), User, &["serialNumber"])),
    subject("iam", "EnableOrganizationsRootSessions", Global, M::Credential(K::SessionToken, Is(Reactivated), Named("organization", "organizationId"), &[])),
    read("iam", "ListAccessKeys", Global, M::KeysListed),
    subject("iam", "ResetServiceSpecificCredential", Global, M::Credential(K::ServiceCredential, Is(Modified), User, SERVICE_CREDENTIAL)),
    subject("iam", "ResyncMFADevice", Global, M::Credential(K::MfaDevice, Is(Modified), User, &["serialNumber"])),
    subject("iam", "UpdateAccessKey", Global, M::Credential(K::AccessKey, ByStatus, User, &["accessKeyId"])),
    subject("iam", "UpdateAssumeRolePolicy", Global, M::Trust(TrustKind::Role)),
    subject("iam", "UpdateLoginProfile", Global, M::Credential(K::Password, Is(Modified), User, &[])),
    subject("iam", "UpdateOpenIDConnectProviderThumbprint", Global, M::Trust(TrustKind::IdentityProvider)),
    subject("iam", "UpdateSAMLProvider", Global, M::Trust(TrustKind::IdentityProvider)),
    subject("iam", "UpdateSSHPublicKey", Global, M::Credential(K::SshKey, ByStatus, User, &["sSHPublicKeyId"])),
    subject("iam", "UpdateServiceSpecificCredential", Global, M::Credential(K::ServiceCredential, ByStatus, User, &["serviceSpecificCredentialId"])),
    subject("iam", "UpdateSigningCertificate", Global, M::Credential(K::Certificate, ByStatus, User, &["certificateId"])),
    subject("iam", "UploadSSHPublicKey", Global, M::Credential(K::SshKey, Is(Added), User, SSH_KEY)),
    subject("iam", "UploadServerCertificate", Global, M::Credential(K::MachineCertificate, Is(Added), Named("server certificate", "serverCertificateName"), &[])),
    subject("iam", "UploadSigningCertificate", Global, M::Credential(K::Certificate, Is(Added), User, CERTIFICATE)),
    subject("identitystore", "CreateGroupMembership", Regional, M::Credential(K::Membership, Is(Added), Named("directory group", "groupId"), &["membershipId"])),
    subject("identitystore", "CreateUser", Regional, M::Created("person", "userName")),
    subject("iot", "CreateCertificateFromCsr", Regional, M::Credential(K::MachineCertificate, Is(Added), Caller, &["certificateId"])),
    subject("iot", "CreateKeysAndCertificate", Regional, M::Credential(K::MachineCertificate, Is(Added), Caller, &["certificateId"])),
    subject("iot", "RegisterCACertificate", Regional, M::Credential(K::MachineCertificate, Is(Added), Caller, &["certificateId"])),
    subject("iot", "RegisterCertificate", Regional, M::Credential(K::MachineCertificate, Is(Added), Caller, &["certificateId"])),
    subject("iot", "RegisterCertificateWithoutCA", Regional, M::Credential(K::MachineCertificate, Is(Added), Caller, &["certificateId"])),
    subject("iot", "UpdateCertificate", Regional, M::Credential(K::MachineCertificate, ByStatus, Named("device certificate", "certificateId"), &["certificateId"])),
    subject("lightsail", "CreateKeyPair", Regional, M::Credential(K::InstanceAccess, Is(Added), Named("key pair", "keyPairName"), &[])),
    subject("lightsail", "DownloadDefaultKeyPair", Regional, M::Credential(K::InstanceAccess, Is(Obtained), Named("key pair", "keyPairName"), &[])),
    read("lightsail", "GetInstanceAccessDetails", Regional, M::Credential(K::InstanceAccess, Is(Obtained), Named("instance", "instanceName"), &[])),
    subject("lightsail", "ImportKeyPair", Regional, M::Credential(K::InstanceAccess, Is(Added), Named("key pair", "keyPairName"), &[])),
    subject("rds", "ModifyDBCluster", Regional, M::Credential(K::DatabasePassword, Only("masterUserPassword"), Named("database cluster", "dBClusterIdentifier"), &[])),
    subject("rds", "ModifyDBInstance", Regional, M::Credential(K::DatabasePassword, Only("masterUserPassword"), Named("database", "dBInstanceIdentifier"), &[])),
    read("redshift", "GetClusterCredentials", Regional, M::Credential(K::DatabasePassword, Is(Obtained), Named("warehouse", "clusterIdentifier"), &[])),
    read("redshift", "GetClusterCredentialsWithIAM", Regional, M::Credential(K::DatabasePassword, Is(Obtained), Named("warehouse", "clusterIdentifier"), &[])),
    subject("redshift", "ModifyCluster", Regional, M::Credential(K::DatabasePassword, Only("masterUserPassword"), Named("warehouse", "clusterIdentifier"), &[])),
    read("redshift-serverless", "GetCredentials", Regional, M::Credential(K::DatabasePassword, Is(Obtained), Named("warehouse", "workgroupName"), &[])),
    subject("rolesanywhere", "CreateProfile", Regional, M::Trust(TrustKind::Profile)),
    subject("rolesanywhere", "CreateTrustAnchor", Regional, M::Trust(TrustKind::TrustAnchor)),
    subject("rolesanywhere", "EnableProfile", Regional, M::Trust(TrustKind::Profile)),
    subject("rolesanywhere", "EnableTrustAnchor", Regional, M::Trust(TrustKind::TrustAnchor)),
    subject("rolesanywhere", "ImportCrl", Regional, M::Trust(TrustKind::TrustAnchor)),
    subject("rolesanywhere", "UpdateProfile", Regional, M::Trust(TrustKind::Profile)),
    subject("rolesanywhere", "UpdateTrustAnchor", Regional, M::Trust(TrustKind::TrustAnchor)),
    subject("sso", "AttachManagedPolicyToPermissionSet", Regional, M::Grant("permission set", "permissionSetArn")),
    subject("sso", "CreateAccountAssignment", Regional, M::Credential(K::Membership, Is(Added), Named("person or group", "principalId"), &["permissionSetArn"])),
    subject("sso", "CreatePermissionSet", Regional, M::Created("permission set", "name")),
    subject("sso", "CreateTrustedTokenIssuer", Regional, M::Trust(TrustKind::IdentityProvider)),
    subject("sso", "PutInlinePolicyToPermissionSet", Regional, M::Grant("permission set", "permissionSetArn")),
    subject("sso-directory", "AddMemberToGroup", Regional, M::Credential(K::Membership, Is(Added), Named("directory group", "groupId"), &[])),
    subject("sso-directory", "CompleteVirtualMfaDeviceRegistration", Regional, M::Credential(K::MfaDevice, Is(Added), Named("person", "userId"), &[])),
    subject("sso-directory", "CompleteWebAuthnDeviceRegistration", Regional, M::Credential(K::MfaDevice, Is(Added), Named("person", "userId"), &[])),
    subject("sso-directory", "CreateGroupMembership", Regional, M::Credential(K::Membership, Is(Added), Named("directory group", "groupId"), &[])),
    subject("sso-directory", "CreateUser", Regional, M::Created("person", "userName")),
    subject("sso-directory", "UpdatePassword", Regional, M::Credential(K::Password, Is(Modified), Named("person", "userId"), &[])),
    subject("sts", "AssumeRoot", Global, M::Assumed),
    subject("sts", "GetFederationToken", Regional, M::Credential(K::SessionToken, Is(Added), Named("federated user", "name"), &["credentials", "accessKeyId"])),
    subject("sts", "GetSessionToken", Regional, M::Credential(K::SessionToken, Is(Added), Caller, &["credentials", "accessKeyId"])),
    read("sts", "GetWebIdentityToken", Regional, M::Credential(K::SessionToken, Is(Added), Caller, &[])),
    subject("transfer", "CreateUser", Regional, M::Created("transfer user", "userName")),
    subject("transfer", "ImportSshPublicKey", Regional, M::Credential(K::SshKey, Is(Added), Named("transfer user", "userName"), &["sshPublicKeyId"])),

    // Secrets read: T1555.006.
    subject("kms", "CreateGrant", Regional, M::Shared),
    read("kms", "Decrypt", Regional, M::Decrypt),
    subject("kms", "PutKeyPolicy", Regional, M::Shared),
    read("secretsmanager", "BatchGetSecretValue", Regional, M::SecretRead),
    subject("secretsmanager", "CancelRotateSecret", Regional, M::SecretChanged(SecretChange::Rotation)),
    subject("secretsmanager", "CreateSecret", Regional, M::SecretChanged(SecretChange::Created)),
    subject("secretsmanager", "DeleteResourcePolicy", Regional, M::SecretChanged(SecretChange::PolicyRemoved)),
    subject("secretsmanager", "DeleteSecret", Regional, M::SecretChanged(SecretChange::Deleted)),
    read("secretsmanager", "DescribeSecret", Regional, M::Listed),
    read("secretsmanager", "GetResourcePolicy", Regional, M::Listed),
    read("secretsmanager", "GetSecretValue", Regional, M::SecretRead),
    read("secretsmanager", "ListSecretVersionIds", Regional, M::Listed),
    read("secretsmanager", "ListSecrets", Regional, M::Listed),
    subject("secretsmanager", "PutResourcePolicy", Regional, M::Shared),
    subject("secretsmanager", "PutSecretValue", Regional, M::SecretChanged(SecretChange::Written)),
    subject("secretsmanager", "RemoveRegionsFromReplication", Regional, M::SecretChanged(SecretChange::Replicated)),
    subject("secretsmanager", "ReplicateSecretToRegions", Regional, M::SecretChanged(SecretChange::Replicated)),
    subject("secretsmanager", "RestoreSecret", Regional, M::SecretChanged(SecretChange::Deleted)),
    subject("secretsmanager", "RotateSecret", Regional, M::SecretChanged(SecretChange::Rotation)),
    subject("secretsmanager", "StopReplicationToReplica", Regional, M::SecretChanged(SecretChange::Replicated)),
    subject("secretsmanager", "UpdateSecret", Regional, M::SecretChanged(SecretChange::Written)),
    subject("secretsmanager", "UpdateSecretVersionStage", Regional, M::SecretChanged(SecretChange::Written)),
    read("ssm", "DescribeParameters", Regional, M::Listed),
    read("ssm", "GetParameter", Regional, M::ParameterRead),
    read("ssm", "GetParameterHistory", Regional, M::ParameterRead),
    read("ssm", "GetParameters", Regional, M::ParameterRead),
    read("ssm", "GetParametersByPath", Regional, M::ParameterRead),
    subject("ssm", "PutParameter", Regional, M::SecretChanged(SecretChange::Written)),

    // Cloud accounts used: T1078.004.
    subject("rolesanywhere", "CreateSession", Regional, M::Assumed),
    subject("signin", "AuthorizeOAuth2Access", Anywhere, M::SignIn(SignInStep::DeviceAuthorised)),
    subject("signin", "CheckMfa", Anywhere, M::SignIn(SignInStep::SecondFactor)),
    subject("signin", "ConsoleLogin", Anywhere, M::SignIn(SignInStep::Completed)),
    subject("signin", "CreateOAuth2Token", Anywhere, M::SignIn(SignInStep::TokenIssued)),
    subject("signin", "CredentialChallenge", Anywhere, M::SignIn(SignInStep::Challenge)),
    subject("signin", "CredentialVerification", Anywhere, M::SignIn(SignInStep::Challenge)),
    subject("signin", "EmailUpdated", Anywhere, M::SignIn(SignInStep::Recovery)),
    subject("signin", "ExitRole", Anywhere, M::SignIn(SignInStep::RoleSwitched)),
    subject("signin", "ExternalIdPDirectoryLogin", Anywhere, M::SignIn(SignInStep::Challenge)),
    subject("signin", "GetSigninToken", Anywhere, M::SignIn(SignInStep::TokenIssued)),
    subject("signin", "PasswordRecoveryCompleted", Anywhere, M::SignIn(SignInStep::Recovery)),
    subject("signin", "PasswordRecoveryRequested", Anywhere, M::SignIn(SignInStep::Recovery)),
    subject("signin", "PasswordUpdated", Anywhere, M::SignIn(SignInStep::Recovery)),
    subject("signin", "SignInAnomalyAlert", Anywhere, M::SignIn(SignInStep::PlatformWarning)),
    subject("signin", "SwitchRole", Anywhere, M::SignIn(SignInStep::RoleSwitched)),
    subject("signin", "UserAuthentication", Anywhere, M::SignIn(SignInStep::Completed)),
    subject("sso", "Authenticate", Anywhere, M::SignIn(SignInStep::Completed)),
    subject("sso", "CreateToken", Anywhere, M::SignIn(SignInStep::TokenIssued)),
    subject("sso", "CreateTokenWithIAM", Anywhere, M::SignIn(SignInStep::TokenIssued)),
    subject("sso", "Federate", Anywhere, M::SignIn(SignInStep::TokenIssued)),
    read("sso", "GetRoleCredentials", Anywhere, M::SignIn(SignInStep::TokenIssued)),
    subject("sso", "StartDeviceAuthorization", Anywhere, M::SignIn(SignInStep::DeviceAuthorised)),
    read("sts", "AssumeRole", Regional, M::Assumed),
    read("sts", "AssumeRoleWithSAML", Regional, M::Assumed),
    read("sts", "AssumeRoleWithWebIdentity", Regional, M::Assumed),
    read("sts", "GetCallerIdentity", Regional, M::WhoAmI),

    // Context: permissions granted.
    context("iam", "AddUserToGroup", Global, M::Grant("user", "userName")),
    context("iam", "AttachGroupPolicy", Global, M::Grant("group", "groupName")),
    context("iam", "AttachRolePolicy", Global, M::Grant("role", "roleName")),
    context("iam", "AttachUserPolicy", Global, M::Grant("user", "userName")),
    context("iam", "CreatePolicyVersion", Global, M::Grant("policy", "policyArn")),
    context("iam", "CreateRole", Global, M::Trust(TrustKind::Role)),
    context("iam", "DeleteRolePermissionsBoundary", Global, M::Grant("role", "roleName")),
    context("iam", "DeleteUserPermissionsBoundary", Global, M::Grant("user", "userName")),
    context("iam", "PutGroupPolicy", Global, M::Grant("group", "groupName")),
    context("iam", "PutRolePolicy", Global, M::Grant("role", "roleName")),
    context("iam", "PutUserPolicy", Global, M::Grant("user", "userName")),
    context("iam", "SetDefaultPolicyVersion", Global, M::Grant("policy", "policyArn")),
    context("iam", "TagRole", Global, M::Tagged("role", "roleName")),
    context("iam", "TagUser", Global, M::Tagged("user", "userName")),

    // Context: eyes put out.
    context("cloudtrail", "DeleteEventDataStore", Regional, M::Impaired),
    context("cloudtrail", "DeleteTrail", Regional, M::Impaired),
    context("cloudtrail", "PutEventSelectors", Regional, M::Impaired),
    context("cloudtrail", "StopEventDataStoreIngestion", Regional, M::Impaired),
    context("cloudtrail", "StopLogging", Regional, M::Impaired),
    context("cloudtrail", "UpdateTrail", Regional, M::Impaired),
    context("config", "DeleteConfigurationRecorder", Regional, M::Impaired),
    context("config", "StopConfigurationRecorder", Regional, M::Impaired),
    context("events", "DeleteRule", Regional, M::Impaired),
    context("events", "DisableRule", Regional, M::Impaired),
    context("events", "PutRule", Regional, M::Impaired),
    context("events", "PutTargets", Regional, M::Impaired),
    context("events", "RemovePermission", Regional, M::Impaired),
    context("events", "RemoveTargets", Regional, M::Impaired),
    context("guardduty", "CreateFilter", Regional, M::Impaired),
    context("guardduty", "CreateIPSet", Regional, M::Impaired),
    context("guardduty", "DeleteDetector", Regional, M::Impaired),
    context("guardduty", "DisassociateFromAdministratorAccount", Regional, M::Impaired),
    context("guardduty", "StopMonitoringMembers", Regional, M::Impaired),
    context("guardduty", "UpdateDetector", Regional, M::Impaired),
    context("organizations", "LeaveOrganization", Global, M::Impaired),
    context("securityhub", "DisableSecurityHub", Regional, M::Impaired),

    // Context: hands on this detector itself, by the name of what they touch.
    context("cloudformation", "DeleteStack", Regional, M::Own("stackName")),
    context("cloudformation", "DeleteStackInstances", Regional, M::Own("stackSetName")),
    context("cloudformation", "DeleteStackSet", Regional, M::Own("stackSetName")),
    context("dynamodb", "DeleteTable", Regional, M::Own("tableName")),
    context("dynamodb", "UpdateTable", Regional, M::Own("tableName")),
    context("events", "DeleteEventBus", Regional, M::Own("name")),
    context("events", "PutPermission", Regional, M::Own("eventBusName")),
    context("lambda", "DeleteFunction20150331", Regional, M::Own("functionName")),
    context("lambda", "PutFunctionConcurrency20171031", Regional, M::Own("functionName")),
    context("lambda", "RemovePermission20150331v2", Regional, M::Own("functionName")),
    context("lambda", "UpdateFunctionCode20150331v2", Regional, M::Own("functionName")),
    context("lambda", "UpdateFunctionConfiguration20150331v2", Regional, M::Own("functionName")),
    context("sns", "DeleteTopic", Regional, M::Own("topicArn")),
    context("sns", "SetTopicAttributes", Regional, M::Own("topicArn")),
    context("sns", "Unsubscribe", Regional, M::Own("subscriptionArn")),
    context("sqs", "DeleteQueue", Regional, M::Own("queueUrl")),
    context("sqs", "PurgeQueue", Regional, M::Own("queueUrl")),
    context("sqs", "SetQueueAttributes", Regional, M::Own("queueUrl")),
    context("ssm", "DeleteParameter", Regional, M::Own("name")),
];

/// The call of that source and name, when it is in scope.
///
/// `source` is an `eventSource`, with or without `.amazonaws.com`.
#[must_use]
pub fn find(source: &str, name: &str) -> Option<&'static Call> {
    let source = short(source);
    BY_NAME.get(name)?.iter().copied().find(|call| call.source == source)
}

/// The calls by name: every record of a trail is looked up here.
static BY_NAME: LazyLock<HashMap<&'static str, Vec<&'static Call>>> = LazyLock::new(|| {
    let mut by_name: HashMap<&'static str, Vec<&'static Call>> = HashMap::with_capacity(CALLS.len());
    for call in CALLS {
        by_name.entry(call.name).or_default().push(call);
    }
    by_name
});

/// An `eventSource` without its domain, by the name the catalog has it under.
#[must_use]
pub fn short(source: &str) -> &str {
    let source = source.strip_suffix(".cn").unwrap_or(source);
    let short = source.strip_suffix(".amazonaws.com").unwrap_or(source);
    ALIASES.iter().find(|(alias, _)| *alias == short).map_or(short, |(_, source)| source)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_call_is_listed_twice() {
        let names: BTreeSet<_> = CALLS.iter().map(|call| (call.source, call.name)).collect();
        assert_eq!(names.len(), CALLS.len());
    }

    #[test]
    fn a_call_is_found_by_its_event_source_in_every_partition() {
        assert!(find("iam.amazonaws.com", "CreateAccessKey").is_some());
        assert!(find("secretsmanager.amazonaws.com.cn", "GetSecretValue").is_some());
        assert!(find("sso-oauth.amazonaws.com", "CreateToken").is_some());
        assert!(find("s3.amazonaws.com", "GetObject").is_none());
    }
}
