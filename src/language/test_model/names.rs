//! A set of names, small where there are few of them: a body has a handful, and there is a body for each function of
//! the change.

use std::collections::BTreeSet;

/// Names over which a list is no good to put one more in.
const FEW: usize = 64;

/// Names in order, each once.
#[derive(Clone, Debug)]
pub struct Names(Kept);

#[derive(Clone, Debug)]
enum Kept {
    /// At most [`FEW`], sorted.
    Few(Vec<Box<str>>),
    /// More.
    Many(BTreeSet<Box<str>>),
}

impl Default for Names {
    fn default() -> Self {
        Self(Kept::Few(Vec::new()))
    }
}

impl Names {
    /// Puts a name in.
    pub fn insert(&mut self, name: &str) {
        match &mut self.0 {
            Kept::Few(few) => {
                let Err(at) = few.binary_search_by(|known| (**known).cmp(name)) else {
                    return;
                };
                if few.len() < FEW {
                    few.insert(at, name.into());
                    return;
                }
                let mut many: BTreeSet<Box<str>> = few.drain(..).collect();
                many.insert(name.into());
                self.0 = Kept::Many(many);
            }
            Kept::Many(many) => {
                if !many.contains(name) {
                    many.insert(name.into());
                }
            }
        }
    }

    /// Whether a name is in it.
    pub fn contains(&self, name: &str) -> bool {
        match &self.0 {
            Kept::Few(few) => few.binary_search_by(|known| (**known).cmp(name)).is_ok(),
            Kept::Many(many) => many.contains(name),
        }
    }

    /// The names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let (few, many) = match &self.0 {
            Kept::Few(few) => (few.as_slice(), None),
            Kept::Many(many) => (&[][..], Some(many.iter())),
        };
        few.iter()
            .chain(many.into_iter().flatten())
            .map(|name| &**name)
    }

    /// How many of its names another has, too.
    pub fn shared(&self, other: &Self) -> usize {
        self.iter().filter(|name| other.contains(name)).count()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::Few(few) => few.len(),
            Kept::Many(many) => many.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lets go of room for more.
    pub(super) fn shrink(&mut self) {
        if let Kept::Few(few) = &mut self.0 {
            few.shrink_to_fit();
        }
    }
}

impl<T: AsRef<str>> Extend<T> for Names {
    fn extend<I: IntoIterator<Item = T>>(&mut self, names: I) {
        for name in names {
            self.insert(name.as_ref());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_set_whether_it_has_few_names_or_many() {
        for most in [3, FEW, FEW + 1, 3 * FEW] {
            let mut names = Names::default();
            let mut expected = BTreeSet::new();
            assert!(names.is_empty());
            for number in (0..most).rev().chain(0..most) {
                let name = format!("name_{}", number * 7 % most);
                names.insert(&name);
                expected.insert(name);
            }
            names.shrink();
            assert!(
                names.iter().eq(expected.iter().map(String::as_str)),
                "{most}"
            );
            assert_eq!(names.len(), expected.len());
            assert!(names.contains("name_0") && !names.contains("name"));
            let mut half = Names::default();
            half.extend(expected.iter().take(most / 2));
            half.insert("other");
            assert_eq!(half.shared(&names), most / 2);
        }
    }
}
