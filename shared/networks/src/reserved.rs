//! Addresses nobody announces, and addresses that carry another inside: decided here, before any table.
//!
//! Source: the IANA special-purpose address registries (RFC 6890 and what updates it).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use trailwarden_model::NetworkKind;

/// Where the answer for an address is to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Nowhere in a table: the address is of this kind whoever asks.
    Reserved(NetworkKind),
    /// In the IPv4 ranges.
    V4(Ipv4Addr),
    /// In the IPv6 ranges.
    V6(Ipv6Addr),
}

/// Where to look `address` up: IPv6 addresses that stand for an IPv4 host are answered as that host.
#[must_use]
pub fn place(address: IpAddr) -> Place {
    match address {
        IpAddr::V4(v4) => v4_place(v4),
        IpAddr::V6(v6) => embedded(v6).map_or_else(|| v6_place(v6), v4_place),
    }
}

fn v4_place(address: Ipv4Addr) -> Place {
    let [a, b, c, _] = address.octets();
    match (a, b, c) {
        // RFC 1918, loopback, link-local.
        // The last of them is RFC 6598: what a carrier gives its customers behind its own NAT.
        (10 | 127, ..) | (172, 16..=31, _) | (192, 168, _) | (169, 254, _) | (100, 64..=127, _) => {
            Place::Reserved(NetworkKind::Private)
        }
        // "This network", protocol assignments, documentation, benchmarking, multicast, class E, broadcast.
        (0 | 224.., ..) | (192, 0, 0 | 2) | (198, 51, 100) | (203, 0, 113) | (198, 18 | 19, _) => {
            Place::Reserved(NetworkKind::Unknown)
        }
        _ => Place::V4(address),
    }
}

fn v6_place(address: Ipv6Addr) -> Place {
    let [first, second, third, ..] = address.segments();
    match (first, second, third) {
        // Unique local, link-local, the site-local that came before, and RFC 8215's local translation.
        (0xfc00..=0xfdff | 0xfe80..=0xfeff, ..) | (0x64, 0xff9b, 1) => Place::Reserved(NetworkKind::Private),
        // Documentation: 2001:db8::/32 and 3fff::/20.
        (0x2001, 0x0db8, _) | (0x3fff, 0..=0x0fff, _) => Place::Reserved(NetworkKind::Unknown),
        // Only 2000::/3 is given out.
        (0x2000..=0x3fff, ..) => Place::V6(address),
        _ if address.is_loopback() => Place::Reserved(NetworkKind::Private),
        _ => Place::Reserved(NetworkKind::Unknown),
    }
}

/// The IPv4 host an IPv6 address stands for: mapped, NAT64, 6to4 or Teredo.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [s0, s1, s2, s3, s4, s5, high, low] = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match (s0, s1) {
        // ::ffff:0:0/96
        (0, 0) if (s2, s3, s4, s5) == (0, 0, 0, 0xffff) => Some(v4(high, low)),
        // 64:ff9b::/96, RFC 6052
        (0x64, 0xff9b) if (s2, s3, s4, s5) == (0, 0, 0, 0) => Some(v4(high, low)),
        // 2002::/16, RFC 3056: the site's IPv4 address follows the prefix
        (0x2002, _) => Some(v4(s1, s2)),
        // 2001::/32, RFC 4380: the client's address with every bit turned over
        (0x2001, 0) => Some(v4(!high, !low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, place};
    use trailwarden_model::NetworkKind::{Private, Unknown};

    #[track_caller]
    fn check(address: &str, expected: Place) {
        assert_eq!(place(address.parse().unwrap()), expected, "{address}");
    }

    #[test]
    fn private_ranges_end_where_their_rfc_says() {
        for inside in [
            "10.0.0.0",
            "10.255.255.255",
            "127.0.0.1",
            "172.16.0.0",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.0",
            "100.127.255.255",
            "::1",
            "fe80::1",
            "fc00::",
            "fdff:ffff::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
        ] {
            check(inside, Place::Reserved(Private));
        }
        for outside in
            ["9.255.255.255", "11.0.0.0", "172.15.0.1", "172.32.0.0", "192.167.0.1", "100.63.255.255", "100.128.0.0"]
        {
            check(outside, Place::V4(outside.parse().unwrap()));
        }
    }

    #[test]
    fn addresses_never_announced_are_unknown() {
        for address in [
            "0.0.0.0",
            "192.0.2.1",
            "198.51.100.7",
            "203.0.113.255",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "2001:db8::1",
            "3fff::1",
            "ff02::1",
            "::",
            "::8.8.8.8",
            "100::1",
        ] {
            check(address, Place::Reserved(Unknown));
        }
    }

    #[test]
    fn an_address_inside_an_address_is_answered_as_itself() {
        let host = Place::V4("8.8.8.8".parse().unwrap());
        for address in ["::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2001:0:1:2:3:4:f7f7:f7f7"] {
            check(address, host);
        }
        check("2600:1f18::1", Place::V6("2600:1f18::1".parse().unwrap()));
    }
}
