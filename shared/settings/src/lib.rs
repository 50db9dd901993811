//! The settings file: read whole, checked whole, and every error names file, line, key and the mend.
//!
//! The command reads it from a file, a function from a parameter; what is wrong in one is wrong in the other.

use trailwarden_detectors::memory::{DAY_SPAN, RETENTION_DAYS, TRACE_SPAN};
use trailwarden_detectors::{DETECTORS, Settings, parse_cidr};

/// What is wrong with a settings file: `name:line: key: what, and the mend`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fault(String);

/// Reads and checks the settings in a text, which errors call by `name`.
///
/// # Errors
///
/// The first thing that is no setting, or makes no sense.
pub fn parse(text: &str, name: &str) -> Result<Settings, Fault> {
    let settings: Settings = match toml::from_str(text) {
        Ok(settings) => settings,
        Err(error) => {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            return Err(Fault(format!("{name}:{line}: {}", mend(error.message()))));
        }
    };
    let Some((key, problem)) = problems(&settings).into_iter().next() else { return Ok(settings) };
    let leaf = key.rsplit('.').next().unwrap_or(key);
    let line = text.lines().position(|line| line.trim_start().starts_with(leaf)).map_or(1, |index| index + 1);
    Err(Fault(format!("{name}:{line}: {key}: {problem}")))
}

fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or_default().matches('\n').count() + 1
}

/// Names the nearest valid key where one is misspelt.
fn mend(message: &str) -> String {
    let Some(rest) = message.strip_prefix("unknown field `") else { return message.to_owned() };
    let mut names = rest.split('`').step_by(2);
    let wrong = names.next().unwrap_or_default();
    let nearest = names
        .map(|name| (strsim::osa_distance(wrong, name), name))
        .filter(|(distance, name)| *distance <= name.len() / 2)
        .min();
    match nearest {
        Some((_, name)) => format!("no setting is called `{wrong}`: did you mean `{name}`?"),
        None => message.replace("unknown field", "no setting is called"),
    }
}

/// What parses but makes no sense, by key.
fn problems(settings: &Settings) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let memory = &settings.memory;
    if !(memory.half_life_days > 0.0 && memory.half_life_days <= 3650.0) {
        found.push(("memory.half_life_days", "must be above 0 and at most 3650 days".to_owned()));
    }
    let retention = i64::from(RETENTION_DAYS);
    if memory.quarantine.is_negative() || memory.quarantine.as_hours() > 24 * retention {
        let problem = format!("must not be negative, and at most {retention} days: what is older is forgotten");
        found.push(("memory.quarantine", problem));
    }
    if memory.dormant_after_days == 0 {
        found.push(("memory.dormant_after_days", "must be at least 1 day".to_owned()));
    }
    let budget = settings.findings.budget_per_100_identities_per_week;
    if !(budget > 0.0 && budget <= 700.0) {
        found.push(("findings.budget_per_100_identities_per_week", "must be above 0 and at most 700".to_owned()));
    }
    if let Some(id) = settings.findings.staged.iter().find(|id| trailwarden_detectors::find(id).is_none()) {
        found.push((
            "findings.staged",
            format!("no detector is called `{id}`: did you mean `{}`?", nearest_detector(id)),
        ));
    }
    if let Some(cidr) = settings.credential_added.source_ip_allowlist.iter().find(|cidr| parse_cidr(cidr).is_none()) {
        found.push((
            "credential_added.source_ip_allowlist",
            format!("`{cidr}` is not a network: write 203.0.113.0/24 or one address"),
        ));
    }
    if let Some((first, last)) = settings.console_login.business_hours
        && (first > 23 || last > 23 || first > last)
    {
        found.push((
            "console_login.business_hours",
            "must be two hours from 0 to 23, the first not after the last".to_owned(),
        ));
    }
    let speed = settings.console_login.anomalous_location_threshold_kmh;
    if !(speed > 0.0 && speed.is_finite()) {
        found.push(("console_login.anomalous_location_threshold_kmh", "must be above 0 km/h".to_owned()));
    }
    if !(0.0..=64.0).contains(&settings.credential_added.unannounced_privileged_bits) {
        found.push(("credential_added.unannounced_privileged_bits", "must be from 0 to 64 bits".to_owned()));
    }
    let trace = TRACE_SPAN.as_hours();
    let spans = [
        ("findings.episode_gap", settings.findings.episode_gap, 24),
        ("findings.answer_holds", settings.findings.answer_holds, 24 * 366),
        ("findings.story_window", settings.findings.story_window, 24 * 30),
        ("credential_added.new_credential_usage_window", settings.credential_added.new_credential_usage_window, trace),
        ("credential_added.rotation_window", settings.credential_added.rotation_window, 24 * 30),
        ("secret_accessed.time_window", settings.secret_accessed.time_window, DAY_SPAN.as_hours()),
        ("console_login.anomalous_location_window", settings.console_login.anomalous_location_window, trace),
        ("console_login.failure_window", settings.console_login.failure_window, trace),
    ];
    for (key, span, most) in spans {
        if span.as_secs() <= 0 || span.as_hours() > most {
            found.push((key, format!("must be above zero and at most {most} hours, like \"5m\" or \"1h\"")));
        }
    }
    found
}

/// The detector whose id is nearest to a misspelt one.
#[must_use]
pub fn nearest_detector(wrong: &str) -> &'static str {
    DETECTORS.iter().map(|detector| detector.id).min_by_key(|id| strsim::osa_distance(wrong, id)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn fails(text: &str, message: &str) {
        assert_eq!(parse(text, "s.toml").unwrap_err().to_string(), message);
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_line_and_the_nearest_name() {
        fails(
            "[memory]\nhalf_live_days = 3\n",
            "s.toml:2: no setting is called `half_live_days`: did you mean `half_life_days`?",
        );
        fails("[memroy]\n", "s.toml:1: no setting is called `memroy`: did you mean `memory`?");
    }

    #[test]
    fn a_value_that_makes_no_sense_is_named_with_its_line() {
        fails(
            "[findings]\n\nstaged = [\"console-login.brute\"]",
            "s.toml:3: findings.staged: no detector is called `console-login.brute`: did you mean `console-login.brute-force`?",
        );
        fails(
            "[credential_added]\nsource_ip_allowlist = [\"10.0.0.0/99\"]",
            "s.toml:2: credential_added.source_ip_allowlist: `10.0.0.0/99` is not a network: write 203.0.113.0/24 or one address",
        );
    }

    #[test]
    fn a_quarantine_that_outlasts_the_memory_is_a_fault() {
        fails(
            "[memory]\nquarantine = \"2562047788015215h\"\n",
            "s.toml:2: memory.quarantine: must not be negative, and at most 400 days: what is older is forgotten",
        );
    }

    #[test]
    fn the_documented_defaults_are_the_defaults() {
        assert_eq!(parse(include_str!("../../../docs/settings.toml"), "s.toml").unwrap(), Settings::default());
    }

    #[test]
    fn spans_of_time_are_written_as_people_write_them() {
        let settings = parse("[secret_accessed]\ntime_window = \"2h 30m\"\n", "s.toml").unwrap();
        assert_eq!(settings.secret_accessed.time_window.as_mins(), 150);
    }
}
