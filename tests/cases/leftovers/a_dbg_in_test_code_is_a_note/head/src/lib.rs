pub fn twice(x: u32) -> u32 {
    x * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles() {
        assert_eq!(dbg!(twice(2)), 4);
    }
}

#[cfg(test)]
mod by_table;
