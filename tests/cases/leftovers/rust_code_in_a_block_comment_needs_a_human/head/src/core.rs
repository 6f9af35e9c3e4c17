pub fn f(x: u8) -> u8 {
    /*
    let y = g(x);
    if y > 2 {
        return y;
    }
    let z = h(y);
    k(z);
    */
    g(x)
}
