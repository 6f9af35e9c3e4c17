pub fn f(x: u8) -> u8 {
    #[allow(clippy::dbg_macro)] { dbg!(x) }
}
