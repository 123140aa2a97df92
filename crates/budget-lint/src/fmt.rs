//! `fmt`

use budget_syntax::format;
use budget_workspace::{Resolver, decode, write_if_unchanged};
use similar::TextDiff;

use crate::{
    Exit, cli,
    input::{Input, gather},
    out::Out,
};

pub(crate) fn run(arguments: &cli::Fmt, out: &mut Out) -> Exit {
    let mut resolver = Resolver::default();
    let gathered = gather(
        &arguments.inputs,
        None,
        arguments.stdin_filename.as_deref(),
        &mut resolver,
        out,
    );
    let (inputs, mut exit) = match gathered {
        Ok(gathered) => gathered,
        Err(exit) => return exit,
    };
    // What a broken `budget.toml` meant to leave out is not known.
    let errors = resolver.errors();
    if !errors.is_empty() {
        errors.iter().for_each(|error| out.complain(error));
        return Exit::Trouble;
    }
    let (mut changed, total) = (0usize, inputs.len());
    for input in &inputs {
        match one(input, arguments, out) {
            Ok(differs) => changed += usize::from(differs),
            Err(message) => {
                out.complain(format_args!("{}：{message}", input.path.display()));
                exit = Exit::Trouble;
            }
        }
    }
    let only_looks = arguments.check || arguments.diff;
    if inputs.iter().any(|input| input.on_disk().is_some()) && !arguments.diff {
        let verb = if arguments.check {
            "需要排版"
        } else {
            "已重新排版"
        };
        out.line(format_args!("{verb} {changed} 个文件，共 {total} 个"));
    }
    match (only_looks, changed) {
        (true, 1..) => exit.max(Exit::Findings),
        _ => exit,
    }
}

/// Whether the file's bytes differ from what it should be.
fn one(input: &Input, arguments: &cli::Fmt, out: &mut Out) -> Result<bool, String> {
    let bytes = input.read()?;
    let decoded = decode(bytes.clone()).map_err(|error| error.to_string())?;
    let text = decoded.text;
    let parse = budget_syntax::parse(&text);
    let formatted = format::apply(&text, &format::format(&text, &parse.tree));
    let differs = formatted.as_bytes() != bytes;
    let name = input.path.display();
    if arguments.diff {
        // The encoding alone is no change of a line.
        if differs && let Some(notice) = decoded.notice {
            out.complain(format_args!("{name}：{}，重写为 UTF-8", notice.message()));
        }
        if formatted != text {
            let diff = TextDiff::from_lines(&text, &formatted);
            let mut unified = diff.unified_diff();
            out.document(&unified.header(&name, &name).to_string());
        }
    } else if arguments.check {
        if differs {
            out.line(name);
        }
    } else {
        match input.on_disk() {
            Some(path) if differs => {
                write_if_unchanged(path, &bytes, &formatted).map_err(|error| error.to_string())?;
            }
            Some(_) => {}
            None => out.document(&formatted),
        }
    }
    Ok(differs)
}
