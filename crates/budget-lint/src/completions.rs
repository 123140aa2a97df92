//! `completions`

use clap::CommandFactory;

use crate::{
    Exit,
    cli::{self, Cli},
    out::Out,
};

/// Writes the completion script of a shell.
pub(crate) fn run(arguments: &cli::Completions, out: &mut Out) -> Exit {
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, name, &mut script);
    out.print(&String::from_utf8_lossy(&script));
    Exit::Clean
}
