trait T {
    fn f(&self) -> u8 {
        let a = 1;
        a
    }
}
