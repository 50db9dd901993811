//! Secrets read from their stores (ATT&CK T1555.006, DET0130).

pub(crate) mod opened;
pub(crate) mod unusual_read;
