mod prices;

use self::prices::Kind;
use prices::{rounding, Total};
use rounding::half_up;
use Kind::*;

macro_rules! make {
    () => {
        pub mod made {
            pub fn f() {}
        }
    };
}
make!();

pub fn total() -> u8 {
    made::f();
    rounding::half_up();
    u8::try_from(1u32).unwrap_or(u8::MAX)
}
