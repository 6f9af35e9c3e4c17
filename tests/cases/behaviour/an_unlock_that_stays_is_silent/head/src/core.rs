pub fn a(x: &L) {
    let n = x.count() + 1;
    x.lock();
    go(n);
    x.unlock();
}
