//! Prices of the shop.

/// The sum of all prices.
pub fn total(prices: &[u64]) -> u64 {
    prices.iter().sum()
}

/// The dearest price; none where there is nothing.
pub fn dearest(prices: &[u64]) -> Option<u64> {
    prices.iter().copied().max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_the_sum() {
        assert_eq!(total(&[2, 3]), 5);
    }

    #[test]
    fn the_dearest_is_the_largest() {
        assert_eq!(dearest(&[2, 7, 3]), Some(7));
        assert_eq!(dearest(&[]), None);
    }
}
