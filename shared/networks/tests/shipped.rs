//! What the shipped table says of addresses whose networks are well known.

#![cfg(feature = "shipped")]
#![expect(clippy::unwrap_used, reason = "the addresses are literals")]

use trailwarden_model::NetworkKind::{self, Aws, Business, Hosting, Private, Residential, Unknown, Vpn};
use trailwarden_networks::{NetworkTable, NetworksError};

#[track_caller]
fn check(address: &str, asn: impl Into<Option<u32>>, country: impl Into<Option<&'static str>>, kind: NetworkKind) {
    let table = NetworkTable::shipped();
    let network = table.lookup(address.parse().unwrap());
    assert_eq!(
        (network.asn, network.country, network.kind),
        (asn.into(), country.into(), kind),
        "{address}: {network:?}"
    );
}

#[test]
fn the_shipped_file_is_read_and_small() -> Result<(), NetworksError> {
    let bytes = include_bytes!("../data/networks.bin");
    assert!(bytes.len() < 4_000_000, "{} bytes", bytes.len());
    let table = NetworkTable::from_bytes(bytes.as_slice())?;
    assert_eq!(table.built(), NetworkTable::shipped().built());
    assert!(table.systems() > 80_000);
    for credited in ["RouteViews", "DB-IP", "NRO"] {
        assert!(table.sources().contains(credited), "{credited}");
    }
    Ok(())
}

#[test]
fn amazon_is_aws() {
    check("3.120.0.1", 16509, "DE", Aws);
    check("3.5.140.1", 16509, "KR", Aws);
    check("2600:1f18::1", 14618, "US", Aws);
    check("2a05:d014::1", 16509, "DE", Aws);
}

#[test]
fn other_clouds_and_hosting_companies_are_hosting() {
    check("8.8.8.8", 15169, "US", Hosting);
    check("2001:4860:4860::8888", 15169, "US", Hosting);
    check("34.89.0.1", 396_982, "GB", Hosting);
    check("20.50.0.1", 8075, "NL", Hosting);
    check("5.9.0.1", 24940, "DE", Hosting);
    check("2a01:4f8::1", 24940, "DE", Hosting);
    check("51.15.0.1", 12876, "FR", Hosting);
}

#[test]
fn access_providers_are_residential() {
    check("73.0.0.1", 7922, "US", Residential);
    check("2601::1", 7922, "US", Residential);
    check("87.128.0.1", 3320, "DE", Residential);
    check("2003:e0::1", 3320, "DE", Residential);
    check("2.125.160.216", 5607, "GB", Residential);
    check("81.2.69.142", 20712, "GB", Residential);
    check("175.16.199.1", 4837, "CN", Residential);
}

#[test]
fn anonymising_services_are_vpn() {
    check("193.138.218.1", 39351, "SE", Vpn);
    check("2a03:1b20::1", 39351, "SE", Vpn);
    check("185.159.157.1", 209_103, "CH", Vpn);
    check("103.86.96.1", 136_787, "AU", Vpn);
    check("5.253.204.1", 9009, "KH", Vpn);
    check("104.28.0.1", 13335, "US", Vpn);
    check("172.224.226.1", 36183, "US", Vpn);
}

#[test]
fn organisations_with_their_own_addresses_are_business() {
    check("212.58.244.1", 2818, "GB", Business);
    check("19.0.0.1", 521, "US", Business);
}

#[test]
fn an_ipv4_address_in_ipv6_clothes_is_itself() {
    check("::ffff:8.8.8.8", 15169, "US", Hosting);
    check("2002:808:808::1", 15169, "US", Hosting);
    check("::ffff:192.168.1.1", None, None, Private);
}

#[test]
fn addresses_nobody_announces_have_no_network() {
    check("192.168.1.1", None, None, Private);
    check("fd00::1", None, None, Private);
    check("203.0.113.7", None, None, Unknown);
    check("2001:db8::1", None, None, Unknown);
}
