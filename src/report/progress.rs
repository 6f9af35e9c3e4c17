//! Progress: one line on standard error that says which checks run, when that takes long.
//!
//! Nothing is written, and no thread started, where standard error is no terminal. Names of checks are
//! ours, so nothing untrusted gets here.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::Style;
use super::text::page::cut;
use crate::run::Progress;

/// How long a run is quiet.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the time in the line moves.
const TICK: Duration = Duration::from_millis(200);

enum Event {
    Started(String),
    Finished(String),
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

    fn tell(&self, event: Event) {
        if let Some((sender, _)) = &self.writer {
            // The writer ends early only when nobody can read what it writes.
            let _ = sender.send(event);
        }
    }
}

impl Progress for Line {
    fn started(&self, check: &str) {
        self.tell(Event::Started(check.to_owned()));
    }

    fn finished(&self, check: &str) {
        self.tell(Event::Finished(check.to_owned()));
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
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if started.elapsed() < patience {
            continue;
        }
        let line = line(&running, started.elapsed(), width);
        if write!(out, "\r\u{1b}[2K{line}")
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
