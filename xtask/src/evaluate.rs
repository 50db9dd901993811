//! The evaluation: organisations made up from seeds, judged by the program as anybody would run it.

use std::path::{Path, PathBuf};
use std::{fs, process::Command};

use anyhow::{Context, bail};
use clap::Args;
use trailwarden_evaluation::score::{About, Evaluation, Options, evaluate};
use trailwarden_evaluation::{Plan, Profile, Size, generate};

use crate::steps;

/// The seed of the short form: neither tuned on nor shown.
const SHORT_SEED: u64 = 2001;
/// The program the tests have built: the short form waits for it longer, and not for another build.
const TESTED: &str = "target/debug/trailwarden";
/// How long life is judged after learning, in days.
const JUDGED_DAYS: i64 = 28;

/// What is generated and what is measured.
#[derive(Debug, Args)]
pub(crate) struct EvaluateArgs {
    /// Seeds of the organisations; 1001 and above are kept for showing, and tuning never looks at them.
    #[arg(long, value_delimiter = ',', default_value = "1001,1002,1003,1004,1005")]
    seeds: Vec<u64>,
    /// How large they are: small, medium, large; taken in turn.
    #[arg(long, value_delimiter = ',', default_value = "small,medium", value_parser = size)]
    sizes: Vec<Size>,
    /// What kind of company they are; drawn from the seed unless named, and taken in turn.
    #[arg(long, value_delimiter = ',', value_parser = profile)]
    profiles: Vec<Profile>,
    /// For how many days is learned in silence before anything is judged or attacked.
    #[arg(long, value_delimiter = ',', default_value = "30")]
    learn: Vec<u32>,
    /// Families of attacks; every one unless named.
    #[arg(long, value_delimiter = ',')]
    attacks: Option<Vec<String>>,
    /// Leave each signal out in turn, too.
    #[arg(long)]
    ablation: bool,
    /// Settings the program is run with.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where the organisations are written.
    #[arg(long, default_value = "target/evaluation")]
    folder: PathBuf,
    /// Write the result as a page, too.
    #[arg(long)]
    page: Option<PathBuf>,
    /// One small organisation, by the program the tests have built, as CI does it; fails where an attack is missed or life is noisy.
    #[arg(long)]
    short: bool,
}

fn size(name: &str) -> Result<Size, String> {
    Size::named(name).ok_or_else(|| "use small, medium or large".to_owned())
}

fn profile(name: &str) -> Result<Profile, String> {
    let names = || Profile::ALL.map(Profile::name).join(", ");
    Profile::named(name).ok_or_else(|| format!("use one of {}", names()))
}

/// The short form, as CI runs it.
pub(crate) fn short() -> anyhow::Result<()> {
    run(&EvaluateArgs {
        seeds: vec![SHORT_SEED],
        sizes: vec![Size::Small],
        profiles: Vec::new(),
        learn: vec![30],
        attacks: None,
        ablation: false,
        config: None,
        folder: PathBuf::from("target/evaluation"),
        page: None,
        short: true,
    })
}

/// Generates, judges and prints.
pub(crate) fn run(arguments: &EvaluateArgs) -> anyhow::Result<()> {
    if !arguments.short {
        steps::run("cargo", &["build", "--release", "--package", "trailwarden"])?;
    }
    let mut pages = Vec::new();
    for learn in &arguments.learn {
        let folders = folders(arguments, *learn)?;
        let evaluation = evaluate(&folders, &options(arguments, *learn))?;
        anstream::println!("{}", evaluation.table());
        if arguments.short {
            hold(&evaluation)?;
        }
        pages.push(evaluation.markdown());
    }
    match &arguments.page {
        Some(page) => fs::write(page, pages.join("\n")).with_context(|| format!("write {}", page.display())),
        None => Ok(()),
    }
}

/// Writes each organisation, and says where.
fn folders(arguments: &EvaluateArgs, learn: u32) -> anyhow::Result<Vec<PathBuf>> {
    let seeds = if arguments.short { arguments.seeds.get(..1).unwrap_or_default() } else { &arguments.seeds };
    let mut folders = Vec::new();
    for (turn, seed) in seeds.iter().enumerate() {
        let in_turn = |count: usize| turn.checked_rem(count);
        let size = in_turn(arguments.sizes.len()).and_then(|turn| arguments.sizes.get(turn)).copied();
        let profile = in_turn(arguments.profiles.len()).and_then(|turn| arguments.profiles.get(turn)).copied();
        let plan = Plan {
            profile,
            learn_days: i64::from(learn),
            days: i64::from(learn) + JUDGED_DAYS,
            families: arguments.attacks.clone(),
            ..Plan::new(*seed, size.unwrap_or(Size::Small))
        };
        let folder = arguments.folder.join(format!("{seed}-{}-{learn}", plan.size.name()));
        let made = generate(&plan, &folder)?;
        anstream::eprintln!(
            "{}: {} records, {} identities, {} attacks",
            folder.display(),
            made.records,
            made.identities,
            made.attacks
        );
        folders.push(folder);
    }
    Ok(folders)
}

fn options(arguments: &EvaluateArgs, learn: u32) -> Options {
    let typed: Vec<String> = std::env::args().skip(1).collect();
    Options {
        config: arguments.config.clone(),
        learn: vec![learn],
        ablation: arguments.ablation,
        rules: !arguments.short,
        about: About {
            machine: machine(),
            command: format!("cargo xtask {}", typed.join(" ")),
            versions: vec![version("git", &["describe", "--always", "--dirty"]), version("rustc", &["--version"])],
        },
        progress: |step| anstream::eprintln!("{step}"),
        ..Options::new(Path::new(if arguments.short { TESTED } else { "target/release/trailwarden" }))
    }
}

/// What the short form promises.
fn hold(evaluation: &Evaluation) -> anyhow::Result<()> {
    for result in evaluation.headlines() {
        if result.told * 10 < result.attacks * 9 {
            bail!("{} of {} attacks were told: see the table above", result.told, result.attacks);
        }
        if let Some(rate) = result.false_rate.filter(|rate| *rate > 1.0) {
            bail!("{rate:.2} false findings per 100 identities and week: the budget is 1");
        }
    }
    Ok(())
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    format!("{} {}, {cores} cores", std::env::consts::OS, std::env::consts::ARCH)
}

/// The first line a program says of its version.
fn version(program: &str, arguments: &[&str]) -> String {
    let said = Command::new(program).args(arguments).output().ok().map(|output| output.stdout).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    format!("{program} {}", said.lines().next().unwrap_or("unknown").trim_start_matches(&format!("{program} ")))
}
