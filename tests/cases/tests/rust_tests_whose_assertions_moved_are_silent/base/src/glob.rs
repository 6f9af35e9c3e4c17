//! Globs with one star.

pub fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => text.starts_with(start) && text.ends_with(end),
        None => pattern == text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches("*.rs", "main.rs"));
        assert_eq!(matches("a*c", "abd"), false);
    }

    #[test]
    fn without_a_star_the_texts_are_equal() {
        assert_eq!(matches("main.rs", "main.rs"), true);
        assert_eq!(matches("main.rs", "main.rc"), false);
    }
}
