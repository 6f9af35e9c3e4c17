//! Tells cargo that `rules/` is part of the program: a new rule file means a new build.

fn main() {
    println!("cargo::rerun-if-changed=rules");
}
