//! How a text report may look: colours, width, how much.

use std::ffi::OsString;
use std::io::IsTerminal;

use crate::process::environment;

/// How a text report may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether colours are wanted.
    pub color: bool,
    /// Columns.
    pub width: usize,
    /// The verdict and one line for each finding that decided it, and no more.
    pub quiet: bool,
}

/// What `--color` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Style {
    /// Columns where nothing says how many there are.
    pub const WIDTH: usize = 100;
    /// No report is narrower.
    const NARROWEST: usize = 40;
    /// Nor wider: beyond this the eye loses the line.
    const WIDEST: usize = 140;

    /// No colours, the usual width.
    pub const PLAIN: Style = Style {
        color: false,
        width: Style::WIDTH,
        quiet: false,
    };

    /// The style for standard output.
    pub fn of_stdout(color: Color, quiet: bool) -> Self {
        let stdout = std::io::stdout();
        let columns = terminal_size::terminal_size_of(&stdout).map(|(width, _)| width.0.into());
        let terminal = stdout.is_terminal();
        Self::from(color, quiet, terminal, columns, |name| {
            environment::variable(name)
        })
    }

    /// The style for an output: `terminal` says whether it is one, `columns` how wide it is. Of the
    /// environment `COLUMNS`, `NO_COLOR` (no-color.org), `CLICOLOR_FORCE` and `TERM=dumb` count.
    pub fn from(
        color: Color,
        quiet: bool,
        terminal: bool,
        columns: Option<usize>,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Self {
        let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let dumb = variable("TERM").is_some_and(|value| value == "dumb");
        let forced =
            set("CLICOLOR_FORCE") && variable("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if set("NO_COLOR") => false,
            Color::Auto => forced || (terminal && !dumb),
        };
        let terminal = variable("COLUMNS").and_then(|value| value.to_str()?.parse().ok());
        let width = terminal.or(columns).unwrap_or(Style::WIDTH);
        Self {
            color,
            width: width.clamp(Style::NARROWEST, Style::WIDEST),
            quiet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(color: Color, terminal: bool, variables: &[(&str, &str)]) -> Style {
        Style::from(color, false, terminal, terminal.then_some(120), |name| {
            let found = variables.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| value.into())
        })
    }

    #[test]
    fn colours_are_for_terminals_unless_forced_or_refused() {
        assert!(style(Color::Auto, true, &[]).color);
        assert!(!style(Color::Auto, false, &[]).color);
        assert!(!style(Color::Auto, true, &[("NO_COLOR", "1")]).color);
        assert!(style(Color::Auto, true, &[("NO_COLOR", "")]).color);
        assert!(!style(Color::Auto, true, &[("TERM", "dumb")]).color);
        assert!(style(Color::Auto, false, &[("CLICOLOR_FORCE", "1")]).color);
        assert!(!style(Color::Auto, false, &[("CLICOLOR_FORCE", "0")]).color);
        assert!(style(Color::Always, false, &[("NO_COLOR", "1")]).color);
        assert!(!style(Color::Never, true, &[("CLICOLOR_FORCE", "1")]).color);
    }

    #[test]
    fn the_width_is_the_terminals_unless_columns_says_otherwise() {
        assert_eq!(style(Color::Auto, true, &[]).width, 120);
        assert_eq!(style(Color::Auto, false, &[]).width, 100);
        assert_eq!(style(Color::Auto, true, &[("COLUMNS", "72")]).width, 72);
        assert_eq!(style(Color::Auto, true, &[("COLUMNS", "wide")]).width, 120);
        assert_eq!(style(Color::Auto, true, &[("COLUMNS", "3")]).width, 40);
        assert_eq!(style(Color::Auto, true, &[("COLUMNS", "99999")]).width, 140);
    }
}
