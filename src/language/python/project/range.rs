//! The versions of Python that a project says it runs on.
//!
//! Does not catch: classifiers, and ranges that a program computes.

/// Inclusive minor versions of Python 3 that a project says it runs on: lowest and, where it says so,
/// highest.
pub(crate) type Minors = (Option<u32>, Option<u32>);

/// The Python range that a manifest states; none where it states none.
pub(crate) fn python_range(path: &str, text: &str) -> Option<Minors> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stated = match name {
        "pyproject.toml" => {
            let table = text.parse::<toml::Table>().ok()?;
            let project = table.get("project").and_then(|p| p.get("requires-python"));
            let poetry = || {
                table
                    .get("tool")?
                    .get("poetry")?
                    .get("dependencies")?
                    .get("python")
            };
            project.or_else(poetry)?.as_str()?.to_owned()
        }
        "setup.cfg" | "setup.py" => {
            let (_, rest) = text.split_once("python_requires")?;
            let value = rest
                .lines()
                .next()?
                .trim_start_matches([' ', '=', '"', '\'']);
            value.split(['"', '\'', ')', '#']).next()?.trim().to_owned()
        }
        _ => return None,
    };
    let mut range: Minors = (None, None);
    for clause in stated
        .split([',', ' '])
        .map(str::trim)
        .filter(|c| !c.is_empty())
    {
        let digits = clause.trim_start_matches(['<', '>', '=', '~', '^', '!']);
        let mut numbers = digits.split('.').map(str::parse::<u32>);
        let (Some(Ok(3)), minor) = (numbers.next(), numbers.next()) else {
            continue;
        };
        let minor = minor.and_then(Result::ok).unwrap_or(0);
        if clause.starts_with(">=") || clause.starts_with('^') || clause.starts_with('~') {
            range.0 = Some(minor);
        } else if clause.starts_with('>') {
            range.0 = Some(minor.saturating_add(1));
        } else if clause.starts_with("<=") {
            range.1 = Some(minor);
        } else if clause.starts_with('<') && minor > 0 {
            range.1 = Some(minor - 1);
        } else if clause.starts_with("==") {
            range = (Some(minor), Some(minor));
        }
    }
    Some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_python_are_read() {
        let project = |range: &str| {
            python_range(
                "pyproject.toml",
                &format!("[project]\nrequires-python = \"{range}\"\n"),
            )
        };
        assert_eq!(project(">=3.9"), Some((Some(9), None)));
        assert_eq!(project(">=3.8,<3.13"), Some((Some(8), Some(12))));
        let largest = u32::MAX;
        assert_eq!(
            project(&format!(">3.{largest}")),
            Some((Some(largest), None))
        );
        assert_eq!(
            python_range("setup.py", "setup(python_requires='>=3.7',)"),
            Some((Some(7), None))
        );
        assert_eq!(
            python_range("pyproject.toml", "[project]\nname = 'x'\n"),
            None
        );
    }
}
