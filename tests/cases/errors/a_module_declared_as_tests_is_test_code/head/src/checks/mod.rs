pub mod errors;
#[cfg(test)]
mod tests;
