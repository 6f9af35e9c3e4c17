pub fn feed(stalls: u32, winter: bool) -> u32 {
    if cfg!(debug_assertions) {
        eprintln!("{stalls} stalls");
    }
    let each = if winter { 14 } else { 9 };
    each * stalls
}
