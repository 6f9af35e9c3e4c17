//! Messages that lead to one another.

pub fn chain(messages: &[&str]) -> String {
    messages.join(": ")
}

pub fn last<'a>(messages: &[&'a str]) -> Option<&'a str> {
    messages.last().copied()
}

pub struct Mark5(u8);

impl PartialEq for Mark5 {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_joined() {
        assert_eq!(chain(&["load", "open", "no file"]), "load: open: no file");
    }

    #[test]
    fn the_last_message_is_the_cause() {
        assert_eq!(last(&["load", "no file"]), Some("no file"));
        assert!(last(&[]).is_none());
    }

    #[test]
    #[should_panic(expected = "out of range")]
    fn an_index_is_checked() {
        let messages = ["a"];
        assert!(messages.len() > 3, "out of range");
        chain(&messages);
    }
}
