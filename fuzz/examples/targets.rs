//! Every target and the folder of its corpus, a line each.

#![expect(clippy::print_stdout, reason = "it is asked for a list")]

fn main() {
    for target in trailwarden_fuzz::TARGETS {
        println!("{} {}", target.name, target.corpus);
    }
}
