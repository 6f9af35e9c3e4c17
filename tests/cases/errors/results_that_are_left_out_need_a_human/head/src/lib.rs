pub fn rows(reader: Reader) -> Result<Vec<Row>, Error> {
    Ok(reader.rows().filter_map(|row| row.ok()).collect())
}
