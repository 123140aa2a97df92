//! `cargo xtask`: generated files and other chores.

fn main() {}
