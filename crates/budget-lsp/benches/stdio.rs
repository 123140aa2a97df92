//! What an editor's user waits for, over real standard input and output: `cargo bench -p budget-lsp`.
//! Milliseconds; a table for each size of document.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark that can't measure has nothing to say"
)]

#[path = "../../budget-lint/benches/generate/mod.rs"]
mod generate;
#[path = "../tests/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::requests::{Place, advertised, everything};
use support::{Client, change, frame, text_document};

/// Keys of a burst that nobody waits for.
const BURST: i64 = 500;

fn main() {
    // `cargo test --benches` runs this too, to see that it runs: once is enough for that.
    let keys = if std::env::args().any(|argument| argument == "--bench") {
        200
    } else {
        2
    };
    let real = include_str!("../../../tests/corpus/003.budget");
    measure("60 KB", &cut(real, 60_000), keys);
    measure("1 MB", &generate::document(1_000_000), keys.min(60));
    measure("10 MB", &generate::document(10_000_000), keys.min(20));
}

/// The first lines of a text.
fn cut(text: &str, most: usize) -> String {
    let mut size = 0;
    let lines = text.split_inclusive('\n').take_while(|line| {
        size += line.len();
        size <= most
    });
    lines.collect()
}

fn measure(size: &str, text: &str, keys: i64) {
    let begin = Instant::now();
    let mut client = Client::spawn();
    let capabilities = client.initialize(everything(true))["capabilities"].clone();
    let started = begin.elapsed();
    client.open(text);
    diagnostics(&mut client);
    let first = begin.elapsed();
    let open = memory(client.process_id());

    let place = number_in_the_middle(text);
    let mut version = 1;
    let mut key = |client: &mut Client| {
        version += 1;
        let end = place.character + u32::try_from(version % 2).unwrap();
        let typed = if version % 2 == 0 { "1" } else { "" };
        let range = [place.line, place.character, place.line, end];
        client.change(version, range.map(|n| n as usize), typed);
        version
    };

    println!("\n{size}: {} bytes, {keys} keys", text.len());
    println!("{:36} {:>9} {:>9}", "", "p50", "p99");
    show("start to initialize", &mut [started]);
    show("start to first diagnostics", &mut [first]);
    let mut times = sample(keys, || {
        key(&mut client);
        diagnostics(&mut client);
    });
    show("a key to its diagnostics", &mut times);
    let asked = advertised(&capabilities, place);
    let mut times = sample(keys, || {
        key(&mut client);
        let follow = asked
            .iter()
            .filter(|(method, _)| FOLLOW_UPS.contains(method));
        let ids: Vec<i64> = follow
            .map(|(method, params)| client.request(method, params.clone()))
            .collect();
        diagnostics(&mut client);
        for id in ids {
            client.answer(id);
        }
    });
    show("a key and all that an editor asks", &mut times);
    for (method, params) in &asked {
        let mut times = sample(keys, || {
            let id = client.request(method, params.clone());
            client.answer(id);
        });
        show(method, &mut times);
    }
    let mut bytes = Vec::new();
    let mut last = 0;
    for _ in 0..BURST.min(keys * 5) {
        last += 1;
        let edit = change(
            1000 + last,
            [place.line, place.character, place.line, place.character].map(|n| n as usize),
            "1",
        );
        bytes.extend(frame(
            &json!({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": edit}),
        ));
    }
    let begin = Instant::now();
    client.send_raw(&bytes);
    diagnostics(&mut client);
    show(&format!("a burst of {last} keys"), &mut [begin.elapsed()]);
    let peak = memory(client.process_id());
    println!(
        "{:36} {open:>9} {peak:>9}",
        "memory in MB: at open, at the end"
    );
}

/// What an editor asks for after each key, besides diagnostics.
const FOLLOW_UPS: [&str; 7] = [
    "textDocument/semanticTokens/full/delta",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/inlayHint",
    "textDocument/codeLens",
    "textDocument/codeAction",
    "textDocument/documentLink",
];

fn diagnostics(client: &mut Client) -> Value {
    client.call("textDocument/diagnostic", text_document())
}

/// A place within a number of a table, in the middle of a text.
fn number_in_the_middle(text: &str) -> Place {
    let lines: Vec<&str> = text.split('\n').collect();
    let after = lines.iter().enumerate().skip(lines.len() / 3);
    let mut numbers = after.filter_map(|(n, line)| {
        let at = line
            .starts_with('|')
            .then(|| line.find(".00 |"))
            .flatten()?;
        let before = line.get(..at)?;
        Some(Place {
            line: u32::try_from(n).ok()?,
            character: u32::try_from(before.encode_utf16().count()).ok()?,
        })
    });
    numbers.next().expect("a number")
}

fn sample(times: i64, mut one: impl FnMut()) -> Vec<Duration> {
    let timed = |_| {
        let begin = Instant::now();
        one();
        begin.elapsed()
    };
    (0..times).map(timed).collect()
}

fn show(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |percent: usize| {
        let index = (times.len() * percent / 100).min(times.len() - 1);
        times[index].as_secs_f64() * 1000.0
    };
    let what = what.strip_prefix("textDocument/").unwrap_or(what);
    println!("{what:36} {:>9.2} {:>9.2}", at(50), at(99));
}

/// What a process holds, in MB, where the system tells.
fn memory(process: u32) -> String {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.map_or_else(|| "?".to_owned(), |it| format!("{:.1}", it / 1024.0))
}
