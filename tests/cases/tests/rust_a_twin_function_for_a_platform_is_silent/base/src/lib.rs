#[derive(Debug, PartialEq)]
pub struct Money {
    pub cents: u64,
}

pub fn parse(text: &str) -> Result<Money, String> {
    let cents = text.parse().map_err(|_| format!("no amount: {text}"))?;
    Ok(Money { cents })
}

pub fn half(cents: u64) -> Result<u64, String> {
    if cents == 0 {
        return Err("nothing".to_owned());
    }
    Ok(cents / 2)
}
