//! The project's own type-checkers and linters: [`adapter`] is what is known of a tool, [`detect`] where a
//! project uses it, [`locate`] where its program is, [`workspace`] and [`config`] what it is run over, [`run`]
//! one run, [`parse`] its output, [`pairing`] old from new, [`cache`] what base said before.

pub mod adapter;
pub mod cache;
pub mod config;
pub mod detect;
pub mod diagnostic;
pub mod environment;
mod ini;
pub mod locate;
pub mod message;
pub mod pairing;
pub mod parse;
pub mod run;
pub mod scripts;
mod settings;
pub mod workspace;
