pub fn rows(reader: Reader) -> Result<Vec<Row>, Error> {
    reader.rows().collect::<Result<Vec<_>, _>>()
}
