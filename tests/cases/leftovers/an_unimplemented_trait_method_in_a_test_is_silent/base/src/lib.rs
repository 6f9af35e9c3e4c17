pub trait Store {
    fn load(&self) -> u8;
}
