//! A program that is asked and answers, over and over.
//!
//! Does not catch: a program that does not answer; whoever asks waits for it ([`super::deadline`]).

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};

use super::{Program, Started};

impl Program {
    /// Starts it to be asked and to answer, over and over.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn converse(self) -> Result<Conversation> {
        let name = self.argv.first().cloned().unwrap_or_default();
        let mut started = self
            .start(true, Stdio::null())
            .map_err(|why| anyhow!("{} could not be started: {why}", name.display()))?;
        let (stdin, stdout) = started
            .child
            .stdin
            .take()
            .zip(started.child.stdout.take())
            .context("no pipes to it")?;
        Ok(Conversation {
            started: Some(started),
            stdin: Some(stdin),
            stdout: BufReader::with_capacity(64 * 1024, stdout),
        })
    }
}

/// A program that answers questions; it is killed when this is dropped.
#[derive(Debug)]
pub struct Conversation {
    started: Option<Started>,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Conversation {
    /// Writes a question.
    ///
    /// # Errors
    /// Where the program has gone.
    pub fn ask(&mut self, question: &[u8]) -> Result<()> {
        let stdin = self.stdin.as_mut().context("it was ended")?;
        stdin.write_all(question)?;
        Ok(stdin.flush()?)
    }

    /// Reads a line of the answer, without its end.
    ///
    /// # Errors
    /// Where the program has gone.
    pub fn line(&mut self) -> Result<Vec<u8>> {
        let mut line = Vec::new();
        self.stdout.read_until(b'\n', &mut line)?;
        if line.pop() != Some(b'\n') {
            anyhow::bail!("it ended in the middle of an answer");
        }
        Ok(line)
    }

    /// Reads so many bytes of the answer.
    ///
    /// # Errors
    /// Where the program has gone.
    pub fn bytes(&mut self, count: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        (&mut self.stdout).take(count).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != count {
            anyhow::bail!("it ended in the middle of an answer");
        }
        Ok(bytes)
    }

    /// Passes over so many bytes of the answer.
    ///
    /// # Errors
    /// Where the program has gone.
    pub fn skip(&mut self, count: u64) -> Result<()> {
        let skipped = std::io::copy(&mut (&mut self.stdout).take(count), &mut std::io::sink())?;
        if skipped != count {
            anyhow::bail!("it ended in the middle of an answer");
        }
        Ok(())
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        // The end of its input is what such a program waits for.
        self.stdin = None;
        if let Some(started) = self.started.take() {
            started.end(Duration::from_millis(500));
        }
    }
}
