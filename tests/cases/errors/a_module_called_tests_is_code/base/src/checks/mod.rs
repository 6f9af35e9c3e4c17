pub mod errors;
pub mod tests;
