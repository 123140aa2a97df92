//! Compiles the generated parser and the scanner.

fn main() {
    let mut build = cc::Build::new();
    build
        .include("src")
        .std("c11")
        .files(["src/parser.c", "src/scanner.c"]);
    build.flag_if_supported("-Wno-unused-parameter");
    build.compile("tree-sitter-budget");
    println!("cargo:rerun-if-changed=src");
}
