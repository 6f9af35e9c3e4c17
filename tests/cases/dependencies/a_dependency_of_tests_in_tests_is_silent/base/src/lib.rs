use serde::Serialize;

#[cfg(test)]
mod strategies;
