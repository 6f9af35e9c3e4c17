//! Means.

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

pub fn spread(values: &[f64]) -> f64 {
    let middle = mean(values);
    values.iter().map(|v| (v - middle).abs()).sum::<f64>() / values.len() as f64
}

pub fn code_mean(name: &str) -> u32 {
    match name {
        "aldermean" => 1107,
        "birchmean" => 1209,
        "cedarmean" => 1304,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_mean() {
        assert_eq!(code_mean("aldermean"), 1107);
        assert_eq!(code_mean("birchmean"), 1209);
        assert_eq!(code_mean("cedarmean"), 1304);
    }

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
