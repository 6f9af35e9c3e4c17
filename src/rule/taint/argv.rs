//! What stands behind something else: calls that another call makes (`Thread(target=f, args=..)`, `map(f, list)`), and
//! commands behind another program: `sudo sh -c ..` is what `sh -c ..` is, and the options of a shell before its
//! `-c` are nothing to a rule. The library of the language says which programs are such.
//!
//! Does not catch: a program before the shell whose name is put together.

use super::Machine;
use super::call::Given;
use super::fields::Key;
use super::part::push_back;
use super::value::Value;
use crate::rule::effect::Effect;
use crate::rule::index::Role;

/// Arguments of a command that are looked at.
const MOST: i64 = 24;

impl Machine<'_> {
    /// The call that a call makes: of what it is given, with what it is given for it.
    pub(super) fn handed_on(
        &mut self,
        callee: &Value,
        given: &[Given],
    ) -> Option<(Value, Vec<Given>)> {
        let roles = self.paths.roles(callee.path);
        let effect = roles.iter().find_map(|role| match role {
            Role::Does(effect @ (Effect::HandOn | Effect::HandEach | Effect::Apply)) => {
                Some(*effect)
            }
            _ => None,
        })?;
        let is = |one: &Given, names: &[&str]| {
            let name = one.name_text.as_deref();
            name.is_some_and(|name| names.contains(&name))
        };
        let calls = |one: &Given| one.value.path.known() && one.value.known().is_none();
        let named = given
            .iter()
            .position(|one| is(one, &["target", "func", "function"]));
        let target = named.or_else(|| {
            given
                .iter()
                .take(3)
                .position(|one| one.name.is_none() && calls(one))
        })?;
        let callee = given.get(target)?.value.clone();
        let listed = effect != Effect::HandOn || named.is_some();
        let mut all = Vec::new();
        for (at, one) in given.iter().enumerate() {
            if at == target || at < target && one.name.is_none() {
                continue;
            }
            let is_list = is(one, &["args", "iterable"]) || one.name.is_none() && listed;
            if !is_list {
                all.push(one.clone());
                continue;
            }
            let parts: Vec<Value> = match list_of(&one.value) && effect == Effect::HandOn {
                true => (0..count(&one.value))
                    .filter_map(|at| one.value.part(&Key::At(at)))
                    .collect(),
                false => vec![self.item_of(&one.value)],
            };
            let parts = parts.into_iter().map(|value| Given {
                value,
                ..one.unnamed()
            });
            all.extend(parts);
        }
        Some((callee, all))
    }

    /// A call with the shell in place of what stands before it: its receiver and what it is given; `None` where there
    /// is nothing to take off.
    pub(super) fn without_launcher(
        &self,
        own: Option<&Value>,
        given: &[Given],
    ) -> Option<(Option<Value>, Vec<Given>)> {
        let first = given.first()?;
        if let Some(list) = self.shell_of(&first.value) {
            let mut given = given.to_vec();
            given.first_mut()?.value = list;
            return Some((own.cloned(), given));
        }
        // A builder: what the receiver has, and behind it what it is given.
        let own = own.filter(|own| list_of(own))?;
        if let Some(list) = self.shell_of(own) {
            return Some((
                Some(Value {
                    path: own.path,
                    ..list
                }),
                given.to_vec(),
            ));
        }
        let own_count = count(own);
        let mut whole = own.clone();
        for at in 0..count(&first.value) {
            push_back(&mut whole, first.value.part(&Key::At(at))?);
        }
        let shell = self.shell_of(&whole)?;
        let mut items = (0..count(&shell)).map_while(|at| shell.part(&Key::At(at)));
        let program = Value {
            path: own.path,
            ..Value::list(vec![items.next()?])
        };
        let mut given = given.to_vec();
        given.first_mut()?.value = Value::list(items.collect());
        (own_count > 0).then_some((Some(program), given))
    }

    /// The list from the shell on, without the options before its command.
    fn shell_of(&self, list: &Value) -> Option<Value> {
        if !list_of(list) {
            return None;
        }
        let items: Vec<Value> = (0..count(list))
            .map_while(|at| list.part(&Key::At(at)))
            .collect();
        let text = |at: usize| items.get(at).and_then(Value::known_text);
        let program = text(0)?;
        let shell = match self.library.is_shell(&program) {
            true => 0,
            false if self.library.is_launcher(&program) => (1..items.len())
                .find(|at| text(*at).is_some_and(|text| self.library.is_shell(&text)))?,
            false => return None,
        };
        let runs =
            |text: &str| text.starts_with('-') && !text.starts_with("--") && text.ends_with('c');
        let command = (shell + 1..items.len())
            .take_while(|at| text(*at).is_some_and(|text| text.starts_with('-')))
            .find(|at| text(*at).is_some_and(|text| runs(&text)))?;
        if shell == 0 && command == 1 {
            return None;
        }
        let program = items.get(shell)?.clone();
        let mut kept = vec![program, Value::text("-c".into())];
        kept.extend(items.get(command + 1..)?.iter().cloned());
        Some(Value::list(kept))
    }
}

fn list_of(value: &Value) -> bool {
    value
        .fields
        .as_ref()
        .is_some_and(|fields| fields.list && fields.rest.is_none())
}

fn count(list: &Value) -> i64 {
    let fields = list.fields.as_ref().filter(|fields| fields.list);
    fields.map_or(0, |fields| {
        i64::try_from(fields.map.len()).unwrap_or(MOST).min(MOST)
    })
}
