//! Parts of a namespace that several distributions share: `google.cloud.storage` comes with `google-cloud-storage` and with
//! no other.
//!
//! Does not catch: a part that is called otherwise than its distribution.

use super::distributions::{PYPI, providers};
use crate::budget;
use crate::language::ecosystem::popular::{folded, normal};

/// The much used distribution of a namespace that brings a dotted module, as its name tells; the most exact one. `None`
/// where the name tells of none, and for what the others of the namespace stand on.
pub(super) fn brings(dotted: &str) -> Option<&'static str> {
    let top = dotted.split('.').next()?;
    let all = providers(top);
    if all.len() < 2 || !dotted.contains('.') {
        return None;
    }
    budget::charge(all.len());
    let path = normal(dotted);
    let fits = |name: &&&str| {
        let rest = path.strip_prefix(**name);
        let whole = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        whole && name.contains('-')
    };
    let found = all.iter().filter(fits).max_by_key(|name| name.len())?;
    let is_base = ["-core", "-auth", "-common", "-api", "-sdk"];
    let is_known = PYPI.holds(found) && !is_base.iter().any(|end| found.ends_with(end));
    is_known.then_some(found)
}

/// Whether one of some distributions may bring a dotted module of a namespace: its name begins like the module, or holds
/// all of it.
pub(super) fn accounts<'n>(names: impl Iterator<Item = &'n String>, dotted: &str) -> bool {
    let top = normal(dotted.split('.').next().unwrap_or_default());
    let path = folded(&normal(dotted));
    let mut names = names.filter(|name| **name != top);
    names.any(|name| {
        let name = folded(name);
        path.starts_with(&name) || name.contains(&path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_namespace_comes_with_its_distribution() {
        assert_eq!(
            brings("google.cloud.bigquery.table"),
            Some("google-cloud-bigquery")
        );
        assert_eq!(brings("azure.storage.blob"), Some("azure-storage-blob"));
        assert_eq!(brings("google.cloud"), None);
        assert_eq!(brings("google.cloud.secretmanager"), None);
        assert_eq!(brings("google.auth"), None);
        assert_eq!(brings("requests.auth"), None);
    }

    #[test]
    fn a_distribution_accounts_for_what_begins_like_it() {
        let names = ["google-cloud-storage".to_owned()];
        assert!(accounts(names.iter(), "google.cloud.storage.bucket"));
        assert!(!accounts(names.iter(), "google.cloud.bigquery"));
    }
}
