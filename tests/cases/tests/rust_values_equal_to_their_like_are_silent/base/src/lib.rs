pub mod chain;
pub mod escape;
pub mod glob;
pub mod lines;
pub mod mean;
pub mod number;
