//! `new`
use crate::{Exit, cli, out::Out};
pub(crate) fn run(_a: &cli::New, _out: &mut Out) -> Exit {
    Exit::Trouble
}
