//! Projects in Python: what they declare and lock, what their imports name.

pub(crate) mod declared;
pub(crate) mod distributions;
pub(crate) mod imports;
pub(crate) mod modules;
pub(crate) mod range;
pub(crate) mod stdlib;
