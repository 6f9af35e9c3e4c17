impl Visit for Names {
    fn visit(&mut self, node: &Node) -> Result<(), Error> {
        self.names.push(node.name()?);
        self.walk(node)
    }
}
