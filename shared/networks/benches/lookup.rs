//! What a lookup and a load cost; the promise is at most 200 ns a lookup.

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use divan::Bencher;
use divan::counter::ItemsCount;
use trailwarden_fixtures::counted_by_callgrind;
use trailwarden_networks::NetworkTable;

/// Addresses asked in one round: enough that the table does not stay in the nearest cache.
const ADDRESSES: u64 = 4096;

fn main() {
    divan::main();
}

/// Evenly spread numbers, the same in every run (splitmix64).
fn spread(index: u64) -> u64 {
    let mut mixed = index.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn v4(index: u64) -> IpAddr {
    let [a, b, c, d, ..] = spread(index).to_le_bytes();
    // 1.0.0.0 to 223.255.255.255: what can be announced.
    IpAddr::V4(Ipv4Addr::new(1 + a % 223, b, c, d))
}

fn v6(index: u64) -> IpAddr {
    let high = spread(index);
    // 2400::, 2600::, 2800:: and 2a00::: where nearly all announced networks are.
    let top = 0x2400 + 0x0200 * (high >> 62);
    let bits = u128::from((top << 48) | (high & 0x0000_ffff_ffff_ffff)) << 64;
    IpAddr::V6(Ipv6Addr::from_bits(bits | u128::from(spread(!index))))
}

fn ask(bencher: Bencher, address: fn(u64) -> IpAddr) {
    let table = NetworkTable::shipped();
    let addresses: Vec<IpAddr> = (0..ADDRESSES).map(address).collect();
    bencher.counter(ItemsCount::new(addresses.len())).bench_local(|| {
        counted_by_callgrind(|| {
            for address in &addresses {
                black_box(table.lookup(black_box(*address)));
            }
        });
    });
}

#[divan::bench]
fn lookup_v4(bencher: Bencher) {
    ask(bencher, v4);
}

#[divan::bench]
fn lookup_v6(bencher: Bencher) {
    ask(bencher, v6);
}

#[divan::bench]
fn load() {
    counted_by_callgrind(NetworkTable::shipped);
}
