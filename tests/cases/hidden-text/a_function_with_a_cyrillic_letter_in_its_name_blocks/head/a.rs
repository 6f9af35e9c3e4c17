pub fn check() -> bool { false }
pub fn ch{{char:U+0435}}ck() -> bool { true }
