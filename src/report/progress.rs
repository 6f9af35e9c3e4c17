//! Progress: one line on standard error that says which checks run, when that takes long; above it, a line a check
//! that found something, as soon as it is known.
//!
//! Nothing is written, and no thread started, where standard error is no terminal. Names of checks are
//! ours, so nothing untrusted gets here.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::Style;
use super::text::page::cut;
use crate::progress::Progress;

/// How long a run is quiet.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the time in the line moves.
const TICK: Duration = Duration::from_millis(200);

enum Event {
    Started(String),
    Finished(String),
    Reported(String),
}

/// The line. It goes away when this is dropped.
pub struct Line {
    writer: Option<(Sender<Event>, JoinHandle<()>)>,
}

impl Line {
    /// The line on standard error; hears everything and shows nothing where that is no terminal.
    pub fn on_stderr() -> Self {
        let stderr = std::io::stderr();
        if !stderr.is_terminal() {
            return Self { writer: None };
        }
        let width = terminal_size::terminal_size_of(&stderr)
            .map_or(Style::WIDTH, |(width, _)| width.0.into());
        Self::on(stderr, width, PATIENCE)
    }

    fn on(out: impl Write + Send + 'static, width: usize, patience: Duration) -> Self {
        let (sender, receiver) = channel();
        let writer = std::thread::spawn(move || write(out, &receiver, width, patience));
        Self {
            writer: Some((sender, writer)),
        }
    }

    fn report(&self, event: Event) {
        if let Some((sender, _)) = &self.writer {
            // The writer ends early only when nobody can read what it writes.
            let _ = sender.send(event);
        }
    }
}

impl Progress for Line {
    fn started(&self, check: &str) {
        self.report(Event::Started(check.to_owned()));
    }

    fn finished(&self, check: &str) {
        self.report(Event::Finished(check.to_owned()));
    }

    fn reported(&self, check: &str, findings: usize, blocking: usize) {
        let many = if findings == 1 { "" } else { "s" };
        self.report(Event::Reported(format!(
            "draftgate: {check}: {findings} finding{many}, {blocking} blocking"
        )));
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some((sender, writer)) = self.writer.take() {
            drop(sender);
            let _ = writer.join();
        }
    }
}

/// Shows what runs until all senders are gone.
fn write(mut out: impl Write, events: &Receiver<Event>, width: usize, patience: Duration) {
    let started = Instant::now();
    let mut running: Vec<String> = Vec::new();
    let mut reported: Vec<String> = Vec::new();
    let mut shown = false;
    loop {
        let elapsed = started.elapsed();
        let wait = patience
            .saturating_sub(elapsed)
            .max(if shown { TICK } else { Duration::ZERO });
        match events.recv_timeout(wait) {
            Ok(Event::Started(check)) => running.push(check),
            Ok(Event::Finished(check)) => {
                if let Some(at) = running.iter().position(|other| *other == check) {
                    running.remove(at);
                }
            }
            Ok(Event::Reported(text)) => reported.push(text),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if started.elapsed() < patience {
            continue;
        }
        let line = line(&running, started.elapsed(), width);
        let above: String = reported
            .drain(..)
            .map(|text| format!("\r\u{1b}[2K{text}\n"))
            .collect();
        // In one piece: what stands on the screen is never half a line.
        let frame = format!("{above}\r\u{1b}[2K{line}");
        if out
            .write_all(frame.as_bytes())
            .and_then(|()| out.flush())
            .is_err()
        {
            return;
        }
        shown = true;
    }
    if shown {
        let _ = write!(out, "\r\u{1b}[2K").and_then(|()| out.flush());
    }
}

/// The line: time, and as many names as fit.
fn line(running: &[String], elapsed: Duration, width: usize) -> String {
    let names = match running {
        [] => "looking at the change".to_owned(),
        names => names.join(", "),
    };
    let text = format!("draftgate: {} s: {names}", elapsed.as_secs());
    cut(&text, width.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Keeps what is written, and tells each write.
    struct Screen {
        text: Arc<Mutex<String>>,
        written: Sender<()>,
    }

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let text = String::from_utf8_lossy(bytes).into_owned();
            self.text.lock().unwrap().push_str(&text);
            let _ = self.written.send(());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn screen() -> (Screen, Arc<Mutex<String>>, Receiver<()>) {
        let (written, seen) = channel();
        let text = Arc::default();
        let screen = Screen {
            text: Arc::clone(&text),
            written,
        };
        (screen, text, seen)
    }

    #[test]
    fn a_run_that_ends_early_shows_nothing() {
        let (screen, text, _seen) = screen();
        let line = Line::on(screen, 80, Duration::from_secs(3600));
        line.started("lint");
        line.finished("lint");
        drop(line);
        assert_eq!(*text.lock().unwrap(), "");
    }

    #[test]
    fn a_long_run_shows_what_runs_and_clears_the_line_at_the_end() {
        let (screen, text, seen) = screen();
        let line = Line::on(screen, 80, Duration::ZERO);
        line.started("lint");
        line.started("types");
        line.finished("lint");
        while !text.lock().unwrap().contains("s: types") {
            seen.recv().unwrap();
        }
        drop(line);
        let text = text.lock().unwrap();
        assert!(text.contains("s: lint, types"), "{text:?}");
        assert!(text.ends_with("\r\u{1b}[2K"), "{text:?}");
        assert!(!text.contains('\n'));
    }

    #[test]
    fn what_a_check_found_is_told_while_others_run() {
        let (screen, text, seen) = screen();
        let line = Line::on(screen, 80, Duration::ZERO);
        line.started("types");
        line.reported("secrets", 2, 1);
        while !text.lock().unwrap().contains('\n') {
            seen.recv().unwrap();
        }
        // The slow one has not ended.
        let seen = text.lock().unwrap().clone();
        let reported = "draftgate: secrets: 2 findings, 1 blocking\n\r\u{1b}[2Kdraftgate: ";
        assert!(
            seen.contains(reported) && seen.ends_with(" s: types"),
            "{seen:?}"
        );
        drop(line);
    }

    #[test]
    fn the_line_fits_the_terminal() {
        let elapsed = Duration::from_secs(7);
        assert_eq!(line(&["lint".into()], elapsed, 80), "draftgate: 7 s: lint");
        assert_eq!(
            line(&[], elapsed, 80),
            "draftgate: 7 s: looking at the change"
        );
        let many: Vec<String> = (0..40).map(|at| format!("check-{at}")).collect();
        assert!(line(&many, elapsed, 40).chars().count() < 40);
    }
}
