//! Cobertura XML: `<class filename>` holds `<line number hits>`, `<source>` names the folders that the
//! file names are relative to.
//!
//! Read as a stream of events: nothing is nested in memory, and entities beyond XML's own five are an
//! error, so nothing can be expanded.
//!
//! Does not catch: branches and conditions.

use anyhow::{Context, Result, bail};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::report::{Budget, Gathering, Line, Lines, Producer, Report};
use super::line_number;

pub(super) fn read(bytes: &[u8]) -> Result<Report> {
    let text = std::str::from_utf8(bytes)?;
    let mut reader = Reader::from_str(text);
    let mut found = Found {
        name: "cobertura".to_owned(),
        ..Found::default()
    };
    loop {
        let place = reader.buffer_position();
        let event = reader.read_event();
        let event = event.with_context(|| format!("byte {place}"))?;
        if let Event::Eof = event {
            break;
        }
        found
            .event(&event)
            .with_context(|| format!("byte {place}"))?;
    }
    if !found.is_closed {
        bail!("it ends before its <coverage> does");
    }
    Ok(Report {
        producer: Producer {
            name: found.name,
            version: found.version,
        },
        sources: found.sources,
        files: found.files.into_files(),
    })
}

/// Folders of sources: each file is looked for in each of them.
const MOST_SOURCES: usize = 1_000;

#[derive(Default)]
struct Found {
    name: String,
    version: String,
    sources: Vec<String>,
    files: Gathering,
    budget: Budget,
    is_open: bool,
    is_closed: bool,
    source: Option<String>,
    class: Option<(String, Vec<Line>)>,
}

impl Found {
    fn event(&mut self, event: &Event<'_>) -> Result<()> {
        match event {
            Event::Start(tag) => self.start(tag)?,
            Event::Empty(tag) => {
                self.start(tag)?;
                self.end(tag.name().as_ref())?;
            }
            Event::End(tag) => self.end(tag.name().as_ref())?,
            Event::Text(text) => {
                if let Some(source) = &mut self.source {
                    source.push_str(text);
                }
            }
            Event::GeneralRef(name) if self.source.is_some() => {
                bail!("the entity {} in a <source>", &**name);
            }
            Event::Comment(comment) if comment.contains("coverage.py") => {
                self.name = "coverage.py".to_owned();
            }
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<()> {
        match tag.name().as_ref() {
            "coverage" if !self.is_open => {
                self.is_open = true;
                self.version = attribute(tag, "version")?.unwrap_or_default();
            }
            _ if !self.is_open => bail!("the first element is not <coverage>"),
            "source" => self.source = Some(String::new()),
            "class" => {
                let path = attribute(tag, "filename")?.context("a <class> without filename")?;
                self.class = Some((path, Vec::new()));
            }
            "line" => {
                let Some((_, lines)) = &mut self.class else {
                    bail!("a <line> outside of a <class>");
                };
                self.budget.take(1)?;
                let number = attribute(tag, "number")?.context("a <line> without number")?;
                let hits = attribute(tag, "hits")?.context("a <line> without hits")?;
                lines.push(Line {
                    number: line_number(number.parse().context("a line number")?)?,
                    hits: super::saturated(hits.parse().context("a number of hits")?),
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<()> {
        match name {
            "coverage" => self.is_closed = true,
            "source" => {
                let source = self.source.take().unwrap_or_default();
                self.sources.push(source.trim().to_owned());
                if self.sources.len() > MOST_SOURCES {
                    bail!("it has more than {MOST_SOURCES} <source>");
                }
            }
            "class" => {
                if let Some((path, lines)) = self.class.take() {
                    self.files.add(&path, Lines::of(lines))?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// An attribute of an element, its entities resolved.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>> {
    let Some(found) = tag.try_get_attribute(name)? else {
        return Ok(None);
    };
    Ok(Some(
        quick_xml::escape::unescape(&found.value)?.into_owned(),
    ))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) const SAMPLE: &str = r#"<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://example.org/coverage-04.dtd">
<coverage version="7.10.7" line-rate="0.5">
  <!-- Generated by coverage.py -->
  <sources><source>/p/src</source></sources>
  <packages><package><classes>
    <class name="a" filename="a&amp;b.py"><methods/><lines>
      <line number="1" hits="1"/><line number="2" hits="0"/>
    </lines></class>
  </classes></package></packages>
</coverage>"#;

    #[test]
    fn classes_lines_and_sources_are_read() {
        let report = read(SAMPLE.as_bytes()).unwrap();
        assert_eq!(report.producer.to_string(), "coverage.py 7.10.7");
        assert_eq!(report.sources, ["/p/src"]);
        let file = &report.files["a&b.py"];
        assert_eq!(
            (file.hits(1), file.hits(2), file.hits(3)),
            (Some(1), Some(0), None)
        );
    }

    #[test]
    fn entities_are_not_expanded() {
        let bomb = r#"<!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
            <coverage><sources><source>&b;</source></sources></coverage>"#;
        assert!(read(bomb.as_bytes()).is_err());
        let named = r#"<!DOCTYPE c [<!ENTITY a "x">]><coverage><class filename="&a;"/></coverage>"#;
        assert!(read(named.as_bytes()).is_err());
    }

    #[test]
    fn another_document_is_no_report() {
        assert!(read(b"<html></html>").is_err());
        assert!(read(b"<coverage><class/></coverage>").is_err());
        assert!(read(b"<coverage><line number='1' hits='1'/></coverage>").is_err());
    }
}
