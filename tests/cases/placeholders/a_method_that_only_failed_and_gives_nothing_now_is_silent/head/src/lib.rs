impl Serializer for Flat {
    fn unit(self, _name: &str) -> Result<(), Error> {
        Ok(())
    }
}
