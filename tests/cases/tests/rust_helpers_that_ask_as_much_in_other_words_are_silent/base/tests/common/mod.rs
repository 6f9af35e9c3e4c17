pub const TICKETS: &[(&str, u32, &str)] = &[("oats", 3, "oats (3)"), ("hay", 12, "hay (12)")];

pub struct Sack {
    pub name: String,
}

impl Sack {
    pub fn reads(&self, count: u32, text: &str) {
        assert_eq!(barn::ticket(&self.name, count), text);
    }
}

#[macro_export]
macro_rules! shares {
    ($sacks:expr, $stalls:expr, $each:expr) => {
        assert_eq!(barn::share($sacks, $stalls), $each)
    };
}

pub fn halves(sacks: u32, half: u32) {
    let got = barn::share(sacks, 2).expect("two stalls");
    assert_eq!(got, half);
}
