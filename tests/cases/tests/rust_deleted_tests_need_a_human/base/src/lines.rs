//! Lines and their numbers.

pub fn count(text: &str) -> usize {
    text.lines().count()
}

pub fn numbered(text: &str) -> Vec<(usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted() {
        assert_eq!(count("a\nb\n"), 2);
        assert_eq!(count(""), 0);
    }

    #[test]
    fn numbers_begin_at_one() {
        let lines = numbered("x\ny");
        assert_eq!(lines, vec![(1, "x"), (2, "y")]);
    }
}
