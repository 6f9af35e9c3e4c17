pub fn run() {}
#[cfg(test)]
mod tests;
