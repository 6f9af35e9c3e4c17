//! Messages that lead to one another.

pub fn chain(messages: &[&str]) -> String {
    messages.join(": ")
}

pub fn last<'a>(messages: &[&'a str]) -> Option<&'a str> {
    messages.last().copied()
}

pub fn code_chain(name: &str) -> u32 {
    name.bytes().map(u32::from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_chain() {
        assert_eq!(code_chain("a"), 97);
        assert_eq!(code_chain("ab"), 195);
    }

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
