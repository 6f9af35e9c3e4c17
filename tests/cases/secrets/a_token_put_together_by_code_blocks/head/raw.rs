pub const TOKEN: &str = concat!(r"{{secret:github-classic|first-half}}", r#"{{secret:github-classic|second-half}}"#);
