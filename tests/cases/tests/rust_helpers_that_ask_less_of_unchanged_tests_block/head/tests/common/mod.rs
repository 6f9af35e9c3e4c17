pub const TICKETS: &[(&str, u32, &str)] = &[];

pub struct Sack {
    pub name: String,
}

impl Sack {
    pub fn reads(&self, count: u32, text: &str) {
        if barn::ticket(&self.name, count) != text {
            eprintln!("{} reads otherwise", self.name);
        }
    }
}

#[macro_export]
macro_rules! shares {
    ($sacks:expr, $stalls:expr, $each:expr) => {
        let _ = (barn::share($sacks, $stalls), $each);
    };
}

pub fn halves(sacks: u32, half: u32) {
    let got = barn::share(sacks, 2).unwrap_or(half);
    assert_eq!(got, half);
}
