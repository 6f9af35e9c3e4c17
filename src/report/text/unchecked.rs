//! What was not checked, as the terminal shows it.

use super::page::{Page, Paint, flat};
use crate::finding::judgement::Judgement;
use crate::report::unchecked::{Entry, Kind, entries};

pub(super) fn section(page: &mut Page, judged: &Judgement) {
    let entries = entries(judged);
    if entries.is_empty() {
        return;
    }
    page.gap();
    page.item(&[("not checked:", Paint::Bold)], "", Paint::Plain);
    for entry in &entries {
        let text = flat(&entry.text());
        let Entry::Group { kind, .. } = entry else {
            page.item(&[("  ", Paint::Plain)], &text, Paint::Dim);
            continue;
        };
        let paint = match kind {
            Kind::Broken => Paint::Red,
            Kind::NotRead | Kind::OutOfReach => Paint::Yellow,
            Kind::NotRun | Kind::NothingHere => Paint::Plain,
        };
        let name = format!("{:12}  ", kind.words());
        page.item(&[("  ", Paint::Plain), (&name, paint)], &text, Paint::Plain);
    }
}
