pub mod old;
