use serde::Serialize;
use xml_rs::reader::EventReader;
use fastprice::Rate;

pub fn price(rows: EventReader<&[u8]>, rate: Rate) -> impl Serialize {
    rate.of(rows.into_iter().count())
}
