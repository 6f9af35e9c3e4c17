use proptest::prelude::*;

pub fn small() -> impl Strategy<Value = u8> {
    0u8..10
}
