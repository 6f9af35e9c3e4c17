use kit::mean::{mean, spread};

#[test]
fn far_values() {
    assert!((mean(&[1e9, 3e9]) - 2e9).abs() < 0.5);
}

#[test]
fn near_values() {
    assert_relative_eq!(mean(&[1.0, 1.1]), 1.05, epsilon = 1e-12);
}

#[test]
fn spread_of_many() {
    assert!(spread(&[1.0, 2.0, 3.0]) < 0.67);
}

#[test]
fn thirds() {
    assert_abs_diff_eq!(mean(&[0.0, 0.0, 1.0]), 0.3333, epsilon = 0.00005);
}
