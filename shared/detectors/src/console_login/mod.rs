//! Cloud accounts used (ATT&CK T1078.004, DET0546).

pub(crate) mod brute_force;
pub(crate) mod unusual_session;
pub(crate) mod unusual_sign_in;
