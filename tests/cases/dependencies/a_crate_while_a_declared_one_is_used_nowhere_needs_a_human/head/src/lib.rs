use xml::reader::EventReader;

pub fn price(rows: EventReader<&[u8]>) -> usize {
    rows.into_iter().count()
}
