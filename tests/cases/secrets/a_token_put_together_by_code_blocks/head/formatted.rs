pub fn token() -> String {
    format!("{}{}", "{{secret:github-classic|first-half}}", "{{secret:github-classic|second-half}}")
}
