fn main() {
    if admin {
        grant();
    }
}
