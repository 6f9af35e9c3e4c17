use proptest::prelude::*;

proptest! {
    #[test]
    fn counts(count in 0u32..1000) {
        prop_assert_eq!(barn::ticket("hay", count), format!("hay ({count})"));
    }
}
