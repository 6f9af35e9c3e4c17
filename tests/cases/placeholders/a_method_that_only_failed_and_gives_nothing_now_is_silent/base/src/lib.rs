impl Serializer for Flat {
    fn unit(self, name: &str) -> Result<(), Error> {
        Err(Self::bad(Unsupported::Unit(name.to_owned())))
    }
}
