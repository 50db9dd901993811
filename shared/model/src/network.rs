//! A network: who announces an address, where, and what kind of place it is.

use serde::{Deserialize, Serialize};

/// What kind of place an address belongs to, as far as its network tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum NetworkKind {
    /// An access provider: homes, mobile phones, small offices.
    Residential,
    /// An organisation announcing its own addresses.
    Business,
    /// Rented machines: hosting companies and clouds other than AWS.
    Hosting,
    /// An anonymising service: VPN providers, relays, Tor exits.
    Vpn,
    /// Amazon's own networks.
    Aws,
    /// A service acting inside the platform; there is no address.
    Service,
    /// Addresses that are never announced: RFC 1918, loopback, link-local, CGNAT, ULA.
    Private,
    /// The table does not know, or the text was not an address.
    #[default]
    Unknown,
}

/// What the address table knows of one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Network {
    /// The autonomous system announcing the address, when there is one.
    pub asn: Option<u32>,
    /// The organisation behind the autonomous system, as the table names it.
    pub organisation: Option<String>,
    /// ISO 3166-1 alpha-2 country code. Weak evidence: sources disagree on anycast.
    pub country: Option<String>,
    /// What kind of place it is.
    pub kind: NetworkKind,
}
