#[cfg(test)]
mod tests {
    use proptest::prelude::*;
}
