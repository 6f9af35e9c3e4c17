//! Which test of head is which test of base: by qualified name, then by leaf name within the change,
//! then by the body, across files. What is left over came or went.
//!
//! A test moved, renamed, split, or merged into a parametrised one with at least as many cases is not
//! lost.
//!
//! Does not catch: a test rewritten from scratch under another name; it reads as one gone and one new.

use std::collections::{BTreeMap, BTreeSet};

use crate::budget;
use crate::change::Side;
use crate::finding::Finding;
use crate::rule::Rule;

use super::carried::Reach;
use super::findings::of_test;
use super::sides::Pair;
use crate::language::test_model::{Assertion, FileModel, Function, Role};

/// A test with its file.
#[derive(Clone, Copy)]
pub(super) struct Place<'m> {
    /// Index of the file among the pairs.
    pub pair: usize,
    /// Its file.
    pub file: &'m FileModel,
    /// Itself.
    pub test: &'m Function,
}

impl Place<'_> {
    /// A finding about the test at head.
    pub(super) fn of_test(&self, rule: &Rule, message: String) -> Finding {
        of_test(rule, Side::Head, self.file, self.test, message)
    }

    /// A finding about one of its assertions.
    pub(super) fn of_assertion(
        &self,
        rule: &Rule,
        assertion: &Assertion,
        message: String,
    ) -> Finding {
        self.of_test(rule, message).at(assertion.place)
    }
}

/// A test on both sides.
#[derive(Clone, Copy)]
pub(super) struct Twin<'m> {
    /// Before.
    pub base: Place<'m>,
    /// After.
    pub head: Place<'m>,
}

/// Where a lost test went on, though not as a test of its own.
pub(super) enum Fate<'m> {
    /// Nowhere.
    Gone,
    /// It is a case of another test now, or its parts are several tests now.
    Absorbed,
    /// It is there, under a name or in a place that the runner does not collect.
    Uncollected(Place<'m>, String),
}

/// The tests of both sides, brought together.
pub(super) struct Paired<'m> {
    /// On both sides.
    pub twins: Vec<Twin<'m>>,
    /// Only at base, with where they went.
    pub lost: Vec<(Place<'m>, Fate<'m>)>,
    /// Only at head.
    pub born: Vec<Place<'m>>,
}

/// How much of a body must be found again for it to be the same test.
const SAME: f64 = 0.6;
/// How much for a part of it to live on in another test.
const ABSORBED: f64 = 0.75;

/// Brings the tests of the changed files together.
pub(super) fn pair<'m>(pairs: &'m [Pair<'m>]) -> Paired<'m> {
    let mut base = tests(pairs, Side::Base);
    let mut head = tests(pairs, Side::Head);
    // Of two definitions of one name, the one that runs is the test.
    head.sort_by_key(|place| place.test.unreached.is_some());
    let mut twins = Vec::new();
    by_key(&mut base, &mut head, &mut twins, |p| {
        (p.pair, p.test.qualified(), p.test.body.tokens.clone())
    });
    // The same name and body in the same file (of two definitions of one name, its own); the same name
    // in the same file; then in any file; then the same body.
    by_key(&mut base, &mut head, &mut twins, |p| {
        (p.pair, p.test.qualified())
    });
    by_key(&mut base, &mut head, &mut twins, |p| {
        (p.pair, p.test.name.clone())
    });
    by_key(&mut base, &mut head, &mut twins, |p| {
        (0, p.test.qualified())
    });
    by_key(&mut base, &mut head, &mut twins, |p| {
        (0, p.test.name.clone())
    });
    by_key(&mut base, &mut head, &mut twins, |p| {
        (
            p.test.body.tokens.len(),
            format!("{:?}", p.test.body.tokens),
        )
    });
    by_body(&mut base, &mut head, &mut twins);
    let lost = fates(pairs, base, &head, &twins);
    Paired {
        twins,
        lost,
        born: head,
    }
}

fn tests<'m>(pairs: &'m [Pair<'m>], side: Side) -> Vec<Place<'m>> {
    pairs
        .iter()
        .enumerate()
        .filter_map(|(at, pair)| Some((at, pair.on(side)?)))
        .filter(|(_, file)| file.collected.is_ok())
        .flat_map(|(pair, file)| file.tests().map(move |test| Place { pair, file, test }))
        // A test that never ran is not lost with its text.
        .filter(|place| side == Side::Head || place.test.unreached.is_none())
        .collect()
}

/// Pairs what shares a key, in order.
fn by_key<'m, K: Ord>(
    base: &mut Vec<Place<'m>>,
    head: &mut Vec<Place<'m>>,
    twins: &mut Vec<Twin<'m>>,
    key: impl Fn(&Place<'m>) -> K,
) {
    let mut known: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (at, place) in head.iter().enumerate().rev() {
        known.entry(key(place)).or_default().push(at);
    }
    let mut taken = BTreeSet::new();
    base.retain(|place| {
        let Some(at) = known.get_mut(&key(place)).and_then(Vec::pop) else {
            return true;
        };
        let Some(other) = head.get(at) else {
            return true;
        };
        taken.insert(at);
        twins.push(Twin {
            base: *place,
            head: *other,
        });
        false
    });
    let mut at = 0;
    head.retain(|_| {
        at += 1;
        !taken.contains(&(at - 1))
    });
}

/// Runs of four tokens, literals masked: what a body is made of.
fn shingles(function: &Function) -> BTreeSet<u64> {
    let tokens: Vec<u64> = function.body.masked().collect();
    budget::charge(tokens.len());
    if tokens.len() < 4 {
        return tokens.into_iter().collect();
    }
    tokens
        .windows(4)
        .map(|window| {
            window.iter().fold(17_u64, |hash, token| {
                hash.rotate_left(13).wrapping_mul(31) ^ token
            })
        })
        .collect()
}

/// How many of `part` stand in `whole`, from 0 to 1.
fn share(part: &BTreeSet<u64>, whole: &BTreeSet<u64>) -> f64 {
    if part.is_empty() {
        return 0.0;
    }
    budget::charge(part.len());
    part.intersection(whole).count() as f64 / part.len() as f64
}

/// More comparisons than this are not made: the tests left over stay lost and born.
const MOST_COMPARISONS: usize = 40_000;

fn by_body<'m>(base: &mut Vec<Place<'m>>, head: &mut Vec<Place<'m>>, twins: &mut Vec<Twin<'m>>) {
    if base.len() * head.len() > MOST_COMPARISONS {
        return;
    }
    let old: Vec<_> = base.iter().map(|p| shingles(p.test)).collect();
    let new: Vec<_> = head.iter().map(|p| shingles(p.test)).collect();
    let mut scored: Vec<(u64, usize, usize)> = Vec::new();
    for (b, from) in old.iter().enumerate() {
        for (h, to) in new.iter().enumerate() {
            let (small, large) = (from.len().min(to.len()), from.len().max(to.len()));
            if small * 3 < large {
                continue;
            }
            let both = from.intersection(to).count();
            let score = both as f64 / (from.len() + to.len() - both).max(1) as f64;
            // A shared literal tells two tests of one shape apart.
            let literals = |p: &Place<'_>| -> BTreeSet<String> {
                p.test
                    .body
                    .literals
                    .iter()
                    .map(|l| l.text.clone())
                    .collect()
            };
            let (Some(one), Some(other)) = (base.get(b), head.get(h)) else {
                continue;
            };
            let (one, other) = (literals(one), literals(other));
            let shared = one.is_empty() || one.intersection(&other).next().is_some();
            if score >= SAME && (shared || score > 0.9) {
                scored.push(((score * 1000.0) as u64, b, h));
            }
        }
    }
    scored.sort_by_key(|(score, b, h)| (std::cmp::Reverse(*score), *b, *h));
    let (mut from, mut to) = (BTreeSet::new(), BTreeSet::new());
    for (_, b, h) in scored {
        if from.contains(&b) || to.contains(&h) {
            continue;
        }
        if let (Some(one), Some(other)) = (base.get(b), head.get(h)) {
            twins.push(Twin {
                base: *one,
                head: *other,
            });
            from.insert(b);
            to.insert(h);
        }
    }
    let mut at = 0;
    base.retain(|_| {
        at += 1;
        !from.contains(&(at - 1))
    });
    let mut at = 0;
    head.retain(|_| {
        at += 1;
        !to.contains(&(at - 1))
    });
}

/// Where tests without a twin went on.
fn fates<'m>(
    pairs: &'m [Pair<'m>],
    lost: Vec<Place<'m>>,
    born: &[Place<'m>],
    twins: &[Twin<'m>],
) -> Vec<(Place<'m>, Fate<'m>)> {
    // Tests that grew: new ones, and those with more cases, assertions or fixtures than before.
    let mut room: Vec<(Place<'m>, BTreeSet<u64>, usize)> = born
        .iter()
        .map(|p| (*p, shingles(p.test), p.test.cases.len().max(1)))
        .chain(twins.iter().filter_map(|twin| {
            let more_cases = twin
                .head
                .test
                .cases
                .len()
                .saturating_sub(twin.base.test.cases.len());
            let more_code = twin.head.test.body.tokens.len() > twin.base.test.body.tokens.len();
            let more_fixtures = twin.head.test.parameters.len() > twin.base.test.parameters.len();
            (more_cases > 0 || more_code || more_fixtures).then(|| {
                let room = more_cases.max(usize::from(more_code));
                (twin.head, shingles(twin.head.test), room)
            })
        }))
        .collect();
    if lost.len() * room.len() > MOST_COMPARISONS {
        room.clear();
    }
    let idle = idle(pairs);
    // More parts than this are not put together: a test is lost then where one could look.
    let mut parts: BTreeMap<usize, Vec<BTreeSet<u64>>> = BTreeMap::new();
    if lost.len() * born.len() <= MOST_COMPARISONS {
        for place in born {
            let of_pair = parts.entry(place.pair).or_default();
            of_pair.push(shingles(place.test));
        }
    }
    let bereft: BTreeSet<usize> = lost.iter().map(|place| place.pair).collect();
    let mut grown: Vec<(usize, Reach<'m>)> = room
        .iter()
        .filter(|(to, ..)| bereft.contains(&to.pair))
        .filter_map(|(to, ..)| Some((to.pair, Reach::of(to.file, to.test)?)))
        .collect();
    lost.into_iter()
        .map(|place| {
            let own = shingles(place.test);
            if let Some((at, why)) = uncollected(&idle, &place, &own) {
                return (place, Fate::Uncollected(at, why));
            }
            let literals: BTreeSet<&str> = place
                .test
                .body
                .literals
                .iter()
                .map(|l| l.text.as_str())
                .collect();
            let home = room.iter_mut().find(|(to, whole, room)| {
                let held = |text: &&&str| {
                    to.test.cases.iter().any(|case| case.contains(**text))
                        || to.test.body.literals.iter().any(|l| l.text == ***text)
                };
                let values = literals.iter().filter(held).count() * 2 >= literals.len();
                let similar = if to.test.cases.is_empty() {
                    share(&own, whole) >= ABSORBED
                } else {
                    // The body lost its literals to the table.
                    let calls = &place.test.body.calls;
                    let kept = calls.shared(&to.test.body.calls);
                    kept * 2 >= calls.len()
                };
                *room > 0 && values && similar
            });
            if let Some((_, _, room)) = home {
                *room -= 1;
                return (place, Fate::Absorbed);
            }
            // Put together: its values stand in a helper's calls or a table.
            let mut grown = grown.iter_mut().filter(|(pair, _)| *pair == place.pair);
            if grown.any(|(_, reach)| reach.takes(place.test)) {
                return (place, Fate::Absorbed);
            }
            // Split: its parts stand in several new tests of the change.
            let mut union = BTreeSet::new();
            let parts = parts.get(&place.pair).into_iter().flatten();
            let fitting = parts.filter(|part| {
                union.extend(part.iter().copied());
                share(part, &own) >= 0.5
            });
            if fitting.count() >= 2 && share(&own, &union) >= ABSORBED {
                return (place, Fate::Absorbed);
            }
            (place, Fate::Gone)
        })
        .collect()
}

/// Functions at head that the runner does not collect, by their file.
type Idle<'m> = Vec<(usize, &'m FileModel, Vec<&'m Function>)>;

fn idle<'m>(pairs: &'m [Pair<'m>]) -> Idle<'m> {
    let heads = pairs.iter().enumerate();
    heads
        .filter_map(|(at, pair)| Some((at, pair.head.as_ref()?)))
        .map(|(at, file)| {
            let functions = file.functions.iter();
            let idle = functions.filter(|f| f.role != Role::Test || file.collected.is_err());
            (at, file, idle.collect())
        })
        .filter(|(_, _, idle): &(_, _, Vec<_>)| !idle.is_empty())
        .collect()
}

/// The same body at head in a function that the runner does not collect.
fn uncollected<'m>(
    idle: &Idle<'m>,
    place: &Place<'m>,
    own: &BTreeSet<u64>,
) -> Option<(Place<'m>, String)> {
    for (pair, file, functions) in idle {
        let left_out = file.collected.as_ref().err();
        if *pair != place.pair && left_out.is_none() {
            continue;
        }
        for function in functions {
            budget::charge(1);
            let named = function.name == place.test.name
                || function.name.contains(&place.test.name)
                || place
                    .test
                    .name
                    .contains(function.name.trim_start_matches(['_', 'x']));
            let same = function.body.tokens == place.test.body.tokens;
            let whole = same && own.len() > 6;
            let renamed =
                named && function.name.len() > 3 && share(own, &shingles(function)) >= 0.8;
            if !(whole || renamed) {
                continue;
            }
            let why = match left_out {
                Some(left_out) => left_out.why.clone(),
                None if function.name == place.test.name => {
                    "its class, or a decorator, keeps the runner from it".to_owned()
                }
                None => format!("the runner does not collect the name {}", function.name),
            };
            let at = Place {
                pair: *pair,
                file,
                test: function,
            };
            return Some((at, why));
        }
    }
    None
}
