pub fn f() {}

pub struct Cart;

impl Cart {
    pub fn total(&self) -> u64 {
        todo!("sum the rows")
    }
}
