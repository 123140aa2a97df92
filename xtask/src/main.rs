//! `cargo xtask`: generated files and other chores.

mod codegen;
mod codes;
mod corpus;
mod rule;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the files that are made from the code (JSON schemas).
    Codegen(codegen::Arguments),
    /// Begin a rule: its file, its page, its place in the list.
    Rule(rule::Arguments),
    /// Take a year's 政府收支分类科目 into the built-in tables.
    Codes(codes::Arguments),
    /// Import the seeds of tests/corpus again and show what differs from the committed documents.
    Corpus(corpus::Arguments),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Codegen(arguments) => codegen::run(&arguments),
        Command::Rule(arguments) => rule::run(&arguments),
        Command::Codes(arguments) => codes::run(&arguments),
        Command::Corpus(arguments) => corpus::run(&arguments),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::from(2)
        }
    }
}
