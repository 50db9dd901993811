//! Networks in CIDR form, as operators write them in settings.

use std::net::IpAddr;

/// Whether `cidr` (`203.0.113.0/24`, `2001:db8::/32`, or one address) contains `ip`.
///
/// Text that is not a network contains nothing; settings are checked when they are read.
#[must_use]
pub fn contains(cidr: &str, ip: IpAddr) -> bool {
    parse(cidr).is_some_and(|(network, bits)| match (network, ip) {
        (IpAddr::V4(network), IpAddr::V4(ip)) => same(u32::from(network).into(), u32::from(ip).into(), 32, bits),
        (IpAddr::V6(network), IpAddr::V6(ip)) => same(network.into(), ip.into(), 128, bits),
        _ => false,
    })
}

/// Takes a network apart: its address and how many leading bits it fixes.
#[must_use]
pub fn parse(cidr: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = cidr.split_once('/').map_or((cidr, None), |(address, bits)| (address, Some(bits)));
    let address: IpAddr = address.parse().ok()?;
    let width = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Some(width), |bits| bits.parse().ok())?;
    (bits <= width).then_some((address, bits))
}

fn same(network: u128, ip: u128, width: u32, bits: u32) -> bool {
    let drop = width - bits;
    network.checked_shr(drop).unwrap_or(0) == ip.checked_shr(drop).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_contains_its_addresses_and_no_others() {
        let ip = |text: &str| text.parse().unwrap();
        assert!(contains("10.1.0.0/16", ip("10.1.2.3")));
        assert!(!contains("10.1.0.0/16", ip("10.2.2.3")));
        assert!(contains("0.0.0.0/0", ip("8.8.8.8")));
        assert!(contains("2a00::/12", ip("2a0f::1")));
        assert!(!contains("10.1.0.0/33", ip("10.1.0.0")));
    }
}
