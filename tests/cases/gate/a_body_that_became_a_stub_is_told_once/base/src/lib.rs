//! Prices of the shop.

/// The sum of all prices.
pub fn total(prices: &[u64]) -> u64 {
    prices.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_the_sum() {
        assert_eq!(total(&[2, 3]), 5);
    }
}
