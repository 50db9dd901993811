//! Cases: every detector held to the same promises, by the files in its folder.
//!
//! `fires-*.json` must be found, `quiet-*.json` must disturb nobody, and `expected.txt` shows what an
//! operator will read. `UPDATE_EXPECT=1 cargo test -p trailwarden-tests --test cases` writes it anew.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cases {
    pub(crate) mod file;
    pub(crate) mod folder;
    pub(crate) mod run;
    pub(crate) mod words;
}

use std::fs;

use cases::folder::{self, Folder};
use cases::run::{self, Delivery};
use cases::words;
use trailwarden_model::Finding;

/// Runs `check` on every detector's folder and says everything that is wrong at once.
#[track_caller]
fn in_every_folder(check: impl Fn(&Folder, &mut Vec<String>)) {
    let mut wrong = Vec::new();
    for folder in folder::all() {
        check(&folder, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_fires_case_is_found_and_a_quiet_one_disturbs_nobody() {
    in_every_folder(|folder, wrong| {
        for case in &folder.cases {
            let told = run::run(case, Delivery::Once);
            let disturbing: Vec<&Finding> = told.disturbing().collect();
            if case.fires && told.reaching(folder.detector.id).next().is_none() {
                wrong.push(format!("{}: no finding at MEDIUM or above:\n{}", case.name(), words::quiet(&told)));
            }
            if !case.fires {
                for finding in disturbing {
                    wrong.push(format!("{}: should be quiet:\n{}", case.name(), words::fires(finding)));
                }
            }
        }
    });
}

#[test]
fn what_an_operator_will_read_is_up_to_date() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    in_every_folder(|folder, wrong| {
        let path = folder.path.join("cases/expected.txt");
        let text = words::expected(folder);
        if update {
            fs::write(&path, &text).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            wrong.push(format!(
                "{}: stale: run UPDATE_EXPECT=1 cargo test -p trailwarden-tests --test cases, and read the difference",
                path.display()
            ));
        }
    });
}

#[test]
fn every_folder_has_its_page_its_cases_and_their_twins() {
    in_every_folder(|folder, wrong| {
        let detector = folder.detector;
        let mut must = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!("{}: {what}", detector.id));
            }
        };
        must(folder.cases.iter().any(|case| case.fires), "no fires-*.json");
        must(folder.cases.iter().any(|case| !case.fires), "no quiet-*.json");
        must(folder.cases.iter().all(|case| case.idea.ends_with('.')), "an idea is a sentence");
        must(!detector.techniques.is_empty() && !detector.analytics.is_empty(), "no technique or analytic");
        must(detector.page.lines().next() == Some(&format!("# {}", detector.id)), "the page opens with another name");
        for section in folder::SECTIONS {
            must(detector.page.contains(&format!("\n## {section}\n")), &format!("the page has no section {section}"));
        }
        let facts = [detector.settings, detector.blind_spots, detector.techniques, detector.analytics].concat();
        for fact in facts {
            must(detector.page.contains(fact), &format!("the page does not say: {fact}"));
        }
        for case in &folder.cases {
            must(detector.page.contains(&case.stem), &format!("the page does not name the case {}", case.stem));
        }
    });
}

#[test]
fn every_finding_is_whole_bounded_and_printable() {
    in_every_folder(|folder, wrong| {
        for case in &folder.cases {
            for finding in run::run(case, Delivery::Once).findings {
                for problem in words::problems(&finding) {
                    wrong.push(format!("{}: {}: {problem}", case.name(), finding.kind));
                }
            }
        }
    });
}

#[test]
fn delivering_every_record_again_changes_nothing() {
    in_every_folder(|folder, wrong| {
        for case in &folder.cases {
            let once = run::run(case, Delivery::Once).gist();
            for delivery in [Delivery::EachTwice, Delivery::AllAgain] {
                let again = run::run(case, delivery).gist();
                if again != once {
                    wrong.push(format!("{}: {delivery:?} differs:\n{once:#?}\n{again:#?}", case.name()));
                }
            }
        }
    });
}
