pub mod rounding {
    pub fn half_up() {}
}
pub enum Kind {
    A,
}
pub struct Total;
