pub mod engine;
pub mod old;
