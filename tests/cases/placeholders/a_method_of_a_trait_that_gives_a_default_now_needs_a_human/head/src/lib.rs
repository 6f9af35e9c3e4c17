impl Visit for Names {
    fn visit(&mut self, _node: &Node) -> Result<(), Error> {
        Ok(())
    }
}
