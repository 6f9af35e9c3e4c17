//! Lines and their numbers.

pub fn count(text: &str) -> usize {
    text.lines().count()
}

pub fn numbered(text: &str) -> Vec<(usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line)).collect()
}

pub fn code_lines(name: &str) -> u32 {
    name.bytes().map(u32::from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_lines() {
        assert_eq!(code_lines("a"), 97);
        assert_eq!(code_lines("ab"), 195);
    }

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
