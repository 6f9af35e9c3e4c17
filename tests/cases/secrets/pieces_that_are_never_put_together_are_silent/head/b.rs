pub const PAIR: [&str; 2] = ["{{secret:github-classic|first-half}}", "{{secret:github-classic|second-half}}"];
