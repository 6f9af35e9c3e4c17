pub fn f(x: u8) -> u8 {
    eprintln!("x = {x}");
    x + 1
}
