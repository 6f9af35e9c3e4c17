pub fn f() -> u8 {
    2
}

#[cfg(test)]
mod tests {
    #[test]
    fn one() {
        assert_eq!(super::f(), 2);
    }
}
