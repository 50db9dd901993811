//! Settings: text becomes settings that can be judged by and are written as they were read, or a fault that says where.

use trailwarden_detectors::Settings;
use trailwarden_fixtures::records::{Caller, console_login, create_access_key, get_secret_value};
use trailwarden_fixtures::{Heard, ReferenceStore};
use trailwarden_model::Severity;
use trailwarden_pipeline::Pipeline;

/// Reads text as a settings file.
pub(crate) fn settings(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match trailwarden_settings::parse(text, "s.toml") {
        Ok(settings) => {
            let written = toml::to_string(&settings).expect("settings are TOML");
            let read = trailwarden_settings::parse(&written, "s.toml").expect("which can be read");
            assert_eq!(read, settings, "{written}");
            judged_by(settings);
        }
        Err(fault) => {
            let said = fault.to_string();
            let line = said.strip_prefix("s.toml:").and_then(|rest| rest.split(':').next()).map(str::parse::<usize>);
            assert!(
                matches!(line, Some(Ok(line)) if (1..=text.matches('\n').count() + 1).contains(&line)),
                "{said:?} names no line"
            );
        }
    }
}

/// Whatever is set, records are judged.
fn judged_by(settings: Settings) {
    let (store, publisher) = (ReferenceStore::default(), Heard::default());
    let pipeline = Pipeline { store, publisher, settings, expected: Vec::new(), tell_from: Severity::Low };
    let ann = Caller::user("ann");
    let records = [
        console_login(&ann, false, false),
        console_login(&ann, true, false).at("2026-03-03T09:16:00Z"),
        create_access_key(&ann, "bob", "AKIABOB").at("2026-03-03T09:17:00Z"),
        get_secret_value(&Caller::role("app", "i-0123"), "app/db").at("1970-01-01T00:00:00Z"),
    ];
    for record in records {
        pollster::block_on(pipeline.judge(&record.activity())).expect("memory never fails");
    }
}
