//! Whole-system tests live in `tests/tests`: the invariants of the house, and the cases of every detector.
