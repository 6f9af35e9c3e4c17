pub const TICKETS: &[(&str, u32, &str)] = &[("oats", 3, "oats (3)"), ("hay", 12, "hay (12)"), ("rye", 1, "rye (1)")];

pub struct Sack {
    pub name: String,
}

impl Sack {
    pub fn reads(&self, count: u32, text: &str) {
        let got = barn::ticket(&self.name, count);
        assert_eq!(got, text, "{} reads otherwise", self.name);
    }
}

#[macro_export]
macro_rules! shares {
    ($sacks:expr, $stalls:expr, $each:expr) => {
        assert_eq!(barn::share($sacks, $stalls), $each)
    };
}

pub fn halves(sacks: u32, half: u32) {
    assert_eq!(barn::share(sacks, 2), Some(half));
}
