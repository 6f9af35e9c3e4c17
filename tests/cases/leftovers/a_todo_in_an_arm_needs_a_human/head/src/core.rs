pub fn f(x: u8) -> u8 {
    match x {
        0 => g(x),
        _ => todo!(),
    }
}
