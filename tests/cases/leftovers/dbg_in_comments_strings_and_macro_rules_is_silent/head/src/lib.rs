//! Use dbg!(x) to look.
pub fn f() -> &'static str {
    "dbg!(x)"
}
macro_rules! look {
    ($x:expr) => {
        dbg!($x)
    };
}
