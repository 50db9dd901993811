//! `trailwarden`: what was typed, run, and one exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    trailwarden::main()
}
