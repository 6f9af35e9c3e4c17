pub mod util;
mod inner {
    use serde::Serialize;
}
