//! Where the tools of an examination run.
//!
//! Does not catch: what [`super`] does not.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::Examination;
use crate::change::Side;
use crate::files;
use crate::tools::adapter::{Adapter, Unset};
use crate::tools::config::{self, Difference};
use crate::tools::detect;
use crate::tools::diagnostic::{Failure, State};
use crate::tools::environment;
use crate::tools::pairing::Texts;
use crate::tools::run::Place;
use crate::tools::workspace::Workspace;

impl Examination<'_> {
    /// Where this tool's configuration differs, in all folders: what is base's in its trees of head.
    fn differences_of(&self, adapter: &Adapter) -> &[Difference] {
        self.differences
            .get(&adapter.name)
            .map_or(&[], Vec::as_slice)
    }

    pub(super) fn changed_config(
        &self,
        adapter: &Adapter,
        folder: &str,
    ) -> Result<Vec<Difference>, Failure> {
        config::differences(adapter, self.context.change, folder)
            .map_err(|error| Failure::new(State::NoWorktree, format!("{error:#}")))
    }

    /// Head as files, under base's configuration: the user's working tree where it is just that.
    pub(super) fn head_tree(
        &mut self,
        adapter: &Adapter,
        folder: &str,
    ) -> Result<PathBuf, Failure> {
        let change = self.context.change;
        let writes = &adapter.writes_with;
        if !adapter.only_private
            && !detect::sets(adapter, change, self.config_side(), folder, writes)
            && self.differences_of(adapter).is_empty()
            && let Some(top) = change.checked_out()
            && let Ok(top) = top.canonicalize()
        {
            return Ok(top);
        }
        self.tree("head", Side::Head, true, adapter)
    }

    pub(super) fn tree(
        &mut self,
        name: &str,
        side: Side,
        with_base_config: bool,
        adapter: &Adapter,
    ) -> Result<PathBuf, Failure> {
        let name = format!(
            "{name}{}",
            match (
                adapter.links.is_empty(),
                adapter.executes.is_empty() && !adapter.is_own()
            ) {
                (true, _) => "",
                (false, true) => "-linked",
                (false, false) => "-named",
            }
        );
        // What is base's for one tool is head's, and to be judged, for another.
        let is_own = with_base_config && !self.differences_of(adapter).is_empty();
        let name = if is_own {
            format!("{name}-{}", adapter.name)
        } else {
            name
        };
        if let Some(known) = self.trees.get(&name) {
            return Ok(known.clone());
        }
        let make = |this: &mut Self| -> Result<PathBuf> {
            let change = this.context.change;
            let links = environment::links(adapter, change, this.context.policy.environments());
            for link in adapter.links.iter().filter(|link| !links.contains(link)) {
                if change
                    .worktree
                    .as_ref()
                    .is_some_and(|top| top.join(link).is_dir())
                {
                    let remark = format!(
                        "{}: {} has no `{link}`: it lies in the tree that is judged, and the policy does not name it under \
                         `environments` by what is in it",
                        this.check.name, adapter.name
                    );
                    this.result.remarks.push(remark);
                }
            }
            let root = this.workspace()?.tree(change, side, &name, &links)?;
            if with_base_config && this.config_side() == Side::Base {
                config::lay_over(change, this.differences_of(adapter), &root)
                    .context("base's configuration over head's")?;
            }
            Ok(root)
        };
        let root =
            make(self).map_err(|error| Failure::new(State::NoWorktree, format!("{error:#}")))?;
        self.trees.insert(name, root.clone());
        Ok(root)
    }

    /// Head as files, under base's configuration, with these texts in place of its own.
    pub(super) fn rewritten_tree(
        &mut self,
        name: &str,
        texts: &Texts,
        adapter: &Adapter,
    ) -> Result<PathBuf, Failure> {
        let root = self.tree(name, Side::Head, true, adapter)?;
        let differences = self.differences_of(adapter);
        let is_base = |path: &str| differences.iter().any(|found| found.path == path);
        for (path, text) in texts.iter().filter(|(path, _)| !is_base(path)) {
            let target = root.join(path);
            if target.symlink_metadata().is_ok_and(|found| found.is_file()) {
                files::replace(&target, text.as_bytes()).map_err(|error| {
                    let why = format!("{path} without its suppressions: {error}");
                    Failure::new(State::NoWorktree, why)
                })?;
            }
        }
        Ok(root)
    }

    pub(super) fn workspace(&mut self) -> Result<&Workspace> {
        if self.workspace.is_none() {
            let made = Workspace::open(self.context.change, self.check.name)?;
            self.workspace = Some(made);
        }
        self.workspace.as_ref().context("no workspace")
    }

    pub(super) fn place(
        &mut self,
        adapter: &Adapter,
        folder: &str,
        root: PathBuf,
        name: &str,
    ) -> Result<Place, Failure> {
        let side = self.config_side();
        let change = self.context.change;
        let unset = adapter
            .unless_set
            .iter()
            .filter(|unset| !detect::sets(adapter, change, side, folder, &unset.keys));
        let is_local = |unset: &&Unset| unset.args.iter().any(|argument| argument.contains('{'));
        let (local, targets): (Vec<_>, Vec<_>) = unset.partition(is_local);
        let flat = |list: Vec<&Unset>| {
            list.into_iter()
                .flat_map(|unset| unset.args.clone())
                .collect()
        };
        let make = |this: &mut Self| -> Result<(PathBuf, PathBuf)> {
            let workspace = this.workspace()?;
            Ok((
                workspace.empty(&format!("private-{}-{name}", adapter.name))?,
                workspace.build()?,
            ))
        };
        let (private, build) =
            make(self).map_err(|error| Failure::new(State::NoWorktree, format!("{error:#}")))?;
        Ok(Place {
            root,
            folder: folder.to_owned(),
            private,
            build,
            targets: flat(targets),
            local: flat(local),
        })
    }
}
