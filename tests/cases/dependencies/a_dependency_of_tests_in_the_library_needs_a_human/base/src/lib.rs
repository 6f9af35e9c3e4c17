use serde::Serialize;

pub mod gen;
