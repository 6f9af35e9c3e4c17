pub fn f() {}

pub fn store(path: &Path, text: &str) {
    let _ = std::fs::write(path, text);
}
