//! Writes receipts.

use std::io::Write;

/// Writes a receipt.
pub fn receipt(mut printer: impl Write, cents: u64) -> std::io::Result<()> {
    writeln!(printer, "paid: {cents}")?;
    printer.flush()?;
    Ok(())
}
