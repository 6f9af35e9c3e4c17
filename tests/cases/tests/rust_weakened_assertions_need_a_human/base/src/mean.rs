//! Means.

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

pub fn spread(values: &[f64]) -> f64 {
    let middle = mean(values);
    values.iter().map(|v| (v - middle).abs()).sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_in_the_middle() {
        assert!((mean(&[1.0, 2.0, 3.0]) - 2.0).abs() < 1e-9);
    }

    #[test]
    fn equal_values_have_no_spread() {
        assert!(spread(&[4.0, 4.0]) < 0.0001);
        assert_eq!(spread(&[1.0, 3.0]), 1.0);
    }
}
