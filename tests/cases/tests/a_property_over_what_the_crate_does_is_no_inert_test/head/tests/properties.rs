use proptest::prelude::*;
use shop::twice;

proptest! {
    #[test]
    fn doubles(x in 0u32..100) {
        prop_assert_eq!(twice(x), x + x);
    }
}
