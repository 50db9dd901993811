//! The local store keeps the contract every store must keep, in memory and in a file.

use std::cell::Cell;

use trailwarden_fixtures::check_store;
use trailwarden_local::LocalStore;

#[test]
fn the_memory_in_this_process_keeps_the_contract() {
    pollster::block_on(check_store(|| async { LocalStore::in_memory() }));
}

#[test]
fn a_memory_too_small_for_anything_keeps_the_contract_from_disk() {
    pollster::block_on(check_store(|| async { LocalStore::in_memory_of(1) }));
}

#[test]
fn the_memory_in_a_file_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let next = Cell::new(0);
    pollster::block_on(check_store(|| {
        next.set(next.get() + 1);
        let store = LocalStore::open(&folder.path().join(next.get().to_string())).unwrap();
        async { store }
    }));
}
