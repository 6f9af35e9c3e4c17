//! The nodes of a tree as they are kept: numbers, in half the memory where the text is short, as nearly all are.
//!
//! Does not catch: see [`super`].

use std::ops::Range;

use crate::budget;

/// One node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) start: u32,
    pub(super) end: u32,
    /// The number of its parent; its own for the root.
    pub(super) parent: u32,
    /// The number of the first node that is not under it.
    pub(super) after: u32,
    pub(super) kind: u16,
    /// The field of the parent that it stands in; 0: none.
    pub(super) field: u16,
    pub(super) flags: u8,
}

impl Entry {
    const NONE: Self = Self {
        start: 0,
        end: 0,
        parent: 0,
        after: 0,
        kind: 0,
        field: 0,
        flags: 0,
    };
}

/// The same, of numbers that are small.
#[derive(Clone, Copy)]
pub(super) struct Short {
    start: u16,
    end: u16,
    parent: u16,
    after: u16,
    kind: u16,
    field: u8,
    flags: u8,
}

impl Short {
    fn of(entry: &Entry) -> Option<Self> {
        Some(Self {
            start: entry.start.try_into().ok()?,
            end: entry.end.try_into().ok()?,
            parent: entry.parent.try_into().ok()?,
            after: entry.after.try_into().ok()?,
            kind: entry.kind,
            field: entry.field.try_into().ok()?,
            flags: entry.flags,
        })
    }

    fn whole(self) -> Entry {
        Entry {
            start: self.start.into(),
            end: self.end.into(),
            parent: self.parent.into(),
            after: self.after.into(),
            kind: self.kind,
            field: self.field.into(),
            flags: self.flags,
        }
    }
}

/// All nodes, in the order of the text.
pub(super) enum Entries {
    /// Every number is small.
    Short(Box<[Short]>),
    /// One is not.
    Long(Box<[Entry]>),
}

impl Entries {
    pub(super) fn of(entries: Vec<Entry>) -> Self {
        let mut short = Vec::with_capacity(entries.len());
        for entry in &entries {
            let Some(entry) = Short::of(entry) else {
                return Self::Long(entries.into());
            };
            short.push(entry);
        }
        Self::Short(short.into())
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Short(short) => short.len(),
            Self::Long(long) => long.len(),
        }
    }

    /// A node; one of nothing where there is none.
    pub(super) fn at(&self, number: usize) -> Entry {
        let entry = match self {
            Self::Short(short) => short.get(number).map(|entry| entry.whole()),
            Self::Long(long) => long.get(number).copied(),
        };
        entry.unwrap_or(Entry::NONE)
    }

    /// The first child in a field, of the children that begin and end so.
    pub(super) fn in_field(&self, children: Range<u32>, field: u16) -> Option<u32> {
        fn among<T>(
            list: &[T],
            children: Range<u32>,
            (field, after): (impl Fn(&T) -> u16, impl Fn(&T) -> u32),
            wanted: u16,
        ) -> Option<u32> {
            let mut at = children.start;
            while at < children.end && budget::charge(1) {
                let child = list.get(at as usize)?;
                if field(child) == wanted {
                    return Some(at);
                }
                at = after(child).max(at + 1);
            }
            None
        }
        match self {
            Self::Short(short) => {
                let asked = (|it: &Short| it.field.into(), |it: &Short| it.after.into());
                among(short, children, asked, field)
            }
            Self::Long(long) => {
                let asked = (|it: &Entry| it.field, |it: &Entry| it.after);
                among(long, children, asked, field)
            }
        }
    }

    /// The first of some nodes that begins at this byte or after it; the end of them where none does.
    pub(super) fn first_from(&self, nodes: Range<usize>, byte: usize) -> usize {
        fn before<T>(list: &[T], nodes: Range<usize>, is_before: impl Fn(&T) -> bool) -> usize {
            let among = list.get(nodes).unwrap_or_default();
            among.partition_point(is_before)
        }
        nodes.start
            + match self {
                Self::Short(short) => before(short, nodes, |entry| usize::from(entry.start) < byte),
                Self::Long(long) => before(long, nodes, |entry| (entry.start as usize) < byte),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: Entry = Entry {
        start: 7,
        end: 9,
        parent: 1,
        after: 3,
        kind: 5,
        field: 2,
        flags: 1,
    };

    #[test]
    fn a_node_comes_back_as_it_was_whether_its_numbers_are_small_or_not() {
        let last = u32::from(u16::MAX);
        for (end, is_short) in [(last, true), (last + 1, false)] {
            let far = Entry { end, ..ENTRY };
            let entries = Entries::of(vec![ENTRY, far]);
            assert_eq!(matches!(entries, Entries::Short(_)), is_short);
            assert_eq!((entries.at(0), entries.at(1)), (ENTRY, far));
            assert_eq!(entries.at(2), Entry::NONE);
            assert_eq!(entries.len(), 2);
        }
    }

    #[test]
    fn the_first_node_from_a_byte_on_is_found_among_those_that_are_asked() {
        let at = |start| Entry { start, ..ENTRY };
        for far in [0, 100_000] {
            let entries = Entries::of([0, 2, 2, 5].map(|start| at(start + far)).to_vec());
            let byte = |byte: usize| byte + far as usize;
            assert_eq!(entries.first_from(0..4, byte(2)), 1);
            assert_eq!(entries.first_from(2..4, byte(2)), 2);
            assert_eq!(entries.first_from(1..3, byte(5)), 3);
        }
    }
}
