pub fn f() -> u8 {
    1
}

#[cfg(test)]
mod tests {
    #[test]
    fn one() {
        if super::f() == 2 {
            panic!("two");
        }
    }
}
