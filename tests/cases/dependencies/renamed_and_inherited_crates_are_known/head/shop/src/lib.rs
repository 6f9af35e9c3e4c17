use json::Value;
use regex::Regex;

pub fn page() -> i64 {
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
}
