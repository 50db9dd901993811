//! The benchmarks: the program as anybody would run it, against unpacking the same files, in the same run; or step by step.

mod curves;
mod input;
mod instructions;
pub(crate) mod measure;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use self::input::{Life, Shape};
use self::instructions::InstructionsArgs;
use self::measure::Figures;
use crate::steps;

/// Records of an input, unless told.
const RECORDS: usize = 1_000_000;
/// Records of an input in the short form.
const SHORT: usize = 100_000;

/// What is measured.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct BenchArgs {
    #[command(subcommand)]
    instead: Option<Instead>,
    /// A tenth of the records, each figure once.
    #[arg(long)]
    short: bool,
    /// How many records an input holds.
    #[arg(long)]
    records: Option<usize>,
    /// How often each command is run; the median is shown.
    #[arg(long, default_value = "3")]
    rounds: usize,
    /// A program to measure instead of the one built from this tree.
    #[arg(long)]
    program: Option<PathBuf>,
    /// How cost grows, too, and where to draw it.
    #[arg(long)]
    picture: Option<PathBuf>,
    /// Where inputs are written, and kept for the next run.
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
}

/// What may be measured instead of whole runs.
#[derive(Debug, Subcommand)]
enum Instead {
    /// Count the instructions of each step under callgrind, and fail if one has become dearer.
    Instructions(InstructionsArgs),
}

/// Measures and prints a table in Markdown.
pub(crate) fn run(arguments: &BenchArgs) -> anyhow::Result<()> {
    if let Some(Instead::Instructions(arguments)) = &arguments.instead {
        return instructions::run(arguments);
    }
    let program = if let Some(program) = &arguments.program {
        program.clone()
    } else {
        steps::run("cargo", &["build", "--release", "--package", "trailwarden"])?;
        target().join("release/trailwarden")
    };
    let records = arguments.records.unwrap_or(if arguments.short { SHORT } else { RECORDS });
    let rounds = if arguments.short { 1 } else { arguments.rounds.max(1) };
    let shape = |name, in_scope, per_file| Shape { name, records, in_scope, per_file };
    let mut shapes = vec![shape("few-2", 20, 5_000), shape("few-5", 50, 5_000), shape("many-5", 50, 60)];
    if !arguments.short {
        shapes.extend([shape("few-15", 150, 5_000), shape("few-30", 300, 5_000)]);
        shapes.push(Shape { name: "ten-5", records: records * 10, in_scope: 50, per_file: 5_000 });
    }
    let life = Life::of(&arguments.folder.join("life"))?;
    anstream::println!(
        "| input | records | in scope | files | MB | `gzip -dc` s | `pigz -dc` s | replay s, 1 thread | 2 threads | of `gzip` | records/s | CPU s | of `gzip`'s | memory MB |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    );
    for shape in shapes {
        let files = life.write(&shape, &arguments.folder)?;
        anstream::println!("{}", measured(&shape, &files, &program, rounds)?);
    }
    match &arguments.picture {
        Some(picture) => curves::run(&program, &arguments.folder, picture),
        None => Ok(()),
    }
}

/// One line of the table.
fn measured(shape: &Shape, files: &[PathBuf], program: &Path, rounds: usize) -> anyhow::Result<String> {
    let (mut gzip, mut pigz, mut one, mut two) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let folder = files.first().and_then(|file| file.parent()).unwrap_or(Path::new("."));
    let compressed: u64 = files.iter().filter_map(|file| file.metadata().ok()).map(|about| about.len()).sum();
    for _ in 0..rounds {
        gzip.push(measure::unpacked("gzip", files)?);
        if measure::is_there("pigz") {
            pigz.push(measure::unpacked("pigz", files)?);
        }
        one.push(measure::replayed(program, folder, 1)?);
        two.push(measure::replayed(program, folder, 2)?);
    }
    let (gzip, one, two) = (Figures::median(&gzip)?, Figures::median(&one)?, Figures::median(&two)?);
    let pigz = Figures::median(&pigz).map_or("not there".to_owned(), |figures| format!("{:.2}", figures.wall));
    Ok(format!(
        "| {} | {} | {} % | {} | {} | {:.2} | {pigz} | {:.2} | {:.2} | {:.2} | {:.0} | {:.2} | {:.2} | {} |",
        shape.name,
        shape.records,
        shape.in_scope as f64 / 10.0,
        files.len(),
        compressed >> 20,
        gzip.wall,
        one.wall,
        two.wall,
        two.wall / gzip.wall,
        shape.records as f64 / two.wall,
        two.cpu,
        two.cpu / gzip.cpu,
        two.memory >> 20,
    ))
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}
