//! The command line, from outside.

mod bad_input;
mod commands;
mod human;
mod json;
mod run;
