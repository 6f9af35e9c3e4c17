#[derive(PartialEq, Debug)]
pub struct Money(u32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_equal_to_itself() {
        let money = Money(3);
        assert_eq!(money, money);
        assert_ne!(money, Money(4));
    }
}
