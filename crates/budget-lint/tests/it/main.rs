//! The command line, from outside.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

mod audit;
mod bad_input;
mod choose;
mod commands;
mod hosts;
mod human;
mod json;
mod mending;
mod reports;
mod run;
mod scaffold;
mod ways_in;
