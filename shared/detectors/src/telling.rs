//! Telling: the words findings are made of.

use jiff::SignedDuration;
use trailwarden_model::{Deed, Evidence, Finding, FindingTarget, PrincipalKind, Privilege, Target};

use crate::acts::Act;
use crate::case::Case;
use crate::circumstances::against;
use crate::memory::{Subject, worn};
use crate::surprise::Peers;

/// A deed's target as a finding shows it.
pub(crate) fn target(case: &Case<'_>, target: &Target) -> FindingTarget {
    FindingTarget {
        key: target.key.as_str().to_owned(),
        kind: target.what.clone(),
        name: target.name.clone(),
        privilege: case.privilege_of(case.target(target)),
        credential: None,
        secret: None,
    }
}

/// The account as a target.
pub(crate) fn account_target(case: &Case<'_>) -> FindingTarget {
    let id = case.activity.account.as_str();
    FindingTarget {
        key: id.to_owned(),
        kind: "account".to_owned(),
        name: id.to_owned(),
        privilege: Privilege::Unknown,
        credential: None,
        secret: None,
    }
}

/// The act itself as evidence: how rarely this identity does it, and that it did so just before.
pub(crate) fn act_evidence(case: &Case<'_>, act: &Act, claim: String) -> Evidence {
    let worn = worn(case.activity).map(|set| case.about(&Subject::worn(set)));
    let peers = Peers { account: case.account(), worn };
    let rarity = case.horizon().act(case.actor(), peers, &act.name, act.prior);
    let observed = format!("{}:{}", case.activity.action.service, case.activity.action.name);
    // How rarely life does it is one thing, how seldom thieves do another: the prior knows both.
    let bits = rarity.bits.min(act.prior + BEYOND_PRIOR);
    // Whoever did it once does it again before long, in one account after another: the first time was the surprise.
    let day = SignedDuration::from_hours(24);
    let mut before = [Some(case.actor()), worn].into_iter().flatten().flat_map(|who| case.before(who, "did", day));
    let again = before.any(|moment| moment.value == act.name);
    let (claim, bits) = if again {
        (format!("{claim} It was done before within the day."), (bits - AGAIN_BITS).max(0.0))
    } else {
        (claim, bits)
    };
    Evidence::new("rare-act", claim, observed, against(&rarity), bits)
}

/// How much less an act says that its actor did already within the day, in bits.
const AGAIN_BITS: f64 = 4.0;
/// How much rarer than its prior an act can be and still say more, in bits.
const BEYOND_PRIOR: f64 = 2.0;

/// What the target's privilege adds.
pub(crate) fn privilege_evidence(privilege: Privilege, name: &str) -> Option<Evidence> {
    let (weight, level) = match privilege {
        Privilege::Administrator => (4.0, "an administrator"),
        Privilege::Privileged => (2.0, "privileged"),
        Privilege::Ordinary | Privilege::Unknown => return None,
    };
    Some(Evidence::new(
        "privileged-target",
        format!("{name} is {level}."),
        level.to_owned(),
        "an identity without special rights".to_owned(),
        weight,
    ))
}

/// A refused attempt says less than a deed: mistakes are commoner than theft.
pub(crate) const REFUSED_BITS: f64 = -3.0;

/// What it takes away that the attempt was refused: one mistake explains one refusal, hardly many.
pub(crate) fn refused_evidence(case: &Case<'_>, different: usize) -> Option<Evidence> {
    case.activity.outcome.denied().then(|| {
        let weight = REFUSED_BITS / different.max(1) as f64;
        Evidence::new(
            "refused",
            "The call was refused.".to_owned(),
            "access denied".to_owned(),
            "permission mistakes happen".to_owned(),
            weight,
        )
    })
}

/// "did" or "tried to", by whether anything in the finding worked.
pub(crate) fn tried(finding: &Finding) -> bool {
    finding.evidence.iter().any(|reason| reason.signal == "refused")
}

/// Where the finding's first call came from, as an ending of a sentence.
pub(crate) fn from_where(finding: &Finding) -> String {
    let origin = &finding.origin;
    match (&origin.network, &origin.country, &origin.ip) {
        (Some(network), Some(country), _) => format!(" from {network} ({country})"),
        (Some(network), None, _) => format!(" from {network}"),
        (None, _, Some(ip)) => format!(" from {ip}"),
        (None, _, None) => String::new(),
    }
}

/// The strongest reasons as one sentence.
pub(crate) fn because(finding: &Finding) -> String {
    let claims: Vec<&str> = finding
        .evidence
        .iter()
        .filter(|reason| reason.weight > 0.0)
        .take(3)
        .map(|reason| reason.claim.as_str())
        .collect();
    if claims.is_empty() { "Nothing about it is unusual.".to_owned() } else { claims.join(" ") }
}

/// The deed's credential target, where it is one.
pub(crate) fn credential<'a>(
    case: &Case<'a>,
) -> Option<(trailwarden_model::CredentialChange, &'a trailwarden_model::Credential, &'a Target)> {
    match &case.activity.deed {
        Deed::CredentialChanged { change, credential, target } => Some((*change, credential, target)),
        _ => None,
    }
}

/// A span as people say it.
pub(crate) fn words_of(span: SignedDuration) -> String {
    match (span.as_mins(), span.as_hours()) {
        (..=1, _) => "a minute".to_owned(),
        (minutes @ ..=119, _) => format!("{minutes} minutes"),
        (_, hours) => format!("{hours} hours"),
    }
}

/// Text as one word of a shell's line; what cannot be one (it holds a NUL) is left out.
pub(crate) fn quoted(text: &str) -> String {
    shlex::try_quote(text).map(std::borrow::Cow::into_owned).unwrap_or_default()
}

/// A command that disables an access key.
pub(crate) fn disable_key(finding: &Finding) -> Option<String> {
    let id = finding.target.credential.as_ref()?.id.as_deref().filter(|id| id.starts_with("AKIA"))?;
    Some(format!(
        "aws iam update-access-key --status Inactive --access-key-id {} --user-name {}",
        quoted(id),
        quoted(&finding.target.name)
    ))
}

/// The command that shows what the actor's credential did around the finding.
pub(crate) fn look_up(finding: &Finding) -> String {
    let actor = &finding.actor;
    // Of outsiders and of whom nobody names, the trail knows no user name.
    let kinds = [PrincipalKind::Root, PrincipalKind::Unknown, PrincipalKind::Account];
    let nameless = kinds.contains(&actor.kind) || (actor.session.is_none() && actor.name.contains(' '));
    // Directories log ids of sign-ins where others log keys.
    let key = actor.access_key_id.as_ref().filter(|id| id.starts_with('A') && !id.contains('-'));
    match key {
        Some(key) => format!(
            "aws cloudtrail lookup-events --region {} --lookup-attributes AttributeKey=AccessKeyId,AttributeValue={}",
            finding.region,
            quoted(key)
        ),
        None if nameless => {
            let call = finding.events.first().map_or("ConsoleLogin", |event| event.name.as_str());
            format!(
                "aws cloudtrail lookup-events --region {} --lookup-attributes AttributeKey=EventName,AttributeValue={}",
                finding.region,
                quoted(call)
            )
        }
        None => {
            let user = actor.session.as_deref().unwrap_or(&actor.name);
            format!(
                "aws cloudtrail lookup-events --region {} --lookup-attributes AttributeKey=Username,AttributeValue={}",
                finding.region,
                quoted(user)
            )
        }
    }
}

/// The last step of every response: ask, and record the answer.
pub(crate) fn ask(finding: &Finding) -> String {
    format!("Ask {} over a second channel whether they did this; if so, record it as expected.", finding.actor.name)
}
