pub mod util;
mod inner {
    use fastjsonkit::Client;
}
