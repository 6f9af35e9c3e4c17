pub trait Store {
    fn load(&self) -> u8;
}

#[cfg(test)]
mod tests {
    struct Fake;
    impl super::Store for Fake {
        fn load(&self) -> u8 {
            unimplemented!()
        }
    }
    fn later() {
        todo!()
    }
}
