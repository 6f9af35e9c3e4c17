#[cfg(not(test))]
mod plain;
