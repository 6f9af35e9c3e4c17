//! A text of which parts are known.
//!
//! Does not catch: what is in a text beyond its first parts, or beyond a length; that is a hole.

use std::rc::Rc;

/// Part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Known.
    Literal(Rc<str>),
    /// One of a fixed set, or a number.
    Harmless,
    /// Anything.
    Hole,
}

/// A text: known parts and holes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape(pub Vec<Part>);

const PARTS: usize = 48;
const LONGEST: usize = 8192;

impl Shape {
    /// A constant.
    pub fn constant(text: Rc<str>) -> Self {
        Self(vec![Part::Literal(text)])
    }

    /// The whole text, where all of it is known.
    pub fn known(&self) -> Option<Rc<str>> {
        match self.0.as_slice() {
            [] => Some("".into()),
            [Part::Literal(text)] => Some(Rc::clone(text)),
            _ => None,
        }
    }

    /// Whether a part can be anything.
    pub fn open(&self) -> bool {
        self.0.contains(&Part::Hole)
    }

    /// Whether it is made of something known and something that is not.
    pub fn built(&self) -> bool {
        self.open() && self.0.len() > 1
    }

    /// Literal parts, with U+FFFC for the others.
    pub fn literal(&self) -> String {
        let mut all = String::new();
        for part in &self.0 {
            match part {
                Part::Literal(text) => all.push_str(text),
                Part::Harmless | Part::Hole => all.push('\u{fffc}'),
            }
        }
        all
    }

    /// The same, where what is one of a fixed set, or a number, counts as a literal.
    pub fn open_literal(&self) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Literal(text) => text,
            Part::Harmless => "0",
            Part::Hole => "\u{fffc}",
        });
        parts.collect()
    }

    /// The literal start.
    pub fn start(&self) -> &str {
        match self.0.first() {
            Some(Part::Literal(text)) => text,
            _ => "",
        }
    }

    /// Adds a part; what grows over the limits ends in a hole.
    pub fn push(&mut self, part: Part) {
        if let (Some(Part::Literal(last)), Part::Literal(more)) = (self.0.last_mut(), &part) {
            if last.len() + more.len() <= LONGEST {
                *last = format!("{last}{more}").into();
                return;
            }
            self.0.push(Part::Hole);
            return;
        }
        if self.0.len() < PARTS {
            self.0.push(part);
        } else if part == Part::Hole {
            self.0.pop();
            self.0.push(Part::Hole);
        }
    }

    /// One after the other.
    pub fn append(&mut self, other: &Shape) {
        for part in &other.0 {
            self.push(part.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_grows_without_end_stays_small() {
        let mut shape = Shape::default();
        for _ in 0..10_000 {
            shape.push(Part::Hole);
            shape.push(Part::Literal("x".repeat(100).into()));
        }
        assert!(shape.0.len() <= PARTS + 1);
        assert!(shape.built());
    }
}
