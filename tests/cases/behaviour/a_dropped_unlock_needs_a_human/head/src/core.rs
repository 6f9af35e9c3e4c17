pub fn a(x: &L) {
    let n = x.count();
    x.lock();
    go(n);
}
