//! Edits and requests in wire order, under load.

#![allow(clippy::unwrap_used, reason = "tests only")]

mod support;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Client, Random, URI, change, encoded, frame, pulling, pushed, text_document};

/// The text of a document as the client has it: lines of characters.
type Width = fn(char) -> usize;

struct Local {
    lines: Vec<Vec<char>>,
    width: Width,
}

impl Local {
    fn new(text: &str, width: Width) -> Self {
        Self {
            lines: text
                .split('\n')
                .map(|line| line.chars().collect())
                .collect(),
            width,
        }
    }

    fn text(&self) -> String {
        let lines: Vec<String> = self
            .lines
            .iter()
            .map(|line| line.iter().collect())
            .collect();
        lines.join("\n")
    }

    fn column(&self, line: usize, at: usize) -> usize {
        self.lines[line][..at]
            .iter()
            .map(|c| (self.width)(*c))
            .sum()
    }

    /// Replaces a random range by a random piece; gives the edit in the protocol's positions.
    fn edit(&mut self, random: &mut Random) -> ([usize; 4], &'static str) {
        const PIECES: [&str; 8] = [
            "",
            "1",
            "𠮷",
            "合计",
            "\n",
            "| 𠮷𠮷 |",
            "e\u{301}",
            "\u{2028}",
        ];
        let piece = PIECES[random.below(PIECES.len())];
        let first = random.below(self.lines.len());
        let last = (first + random.below(2)).min(self.lines.len() - 1);
        let from = random.below(self.lines[first].len() + 1);
        let mut to = random.below(self.lines[last].len() + 1);
        if first == last {
            to = to.max(from).min(from + 2);
        }
        let range = [first, self.column(first, from), last, self.column(last, to)];
        let tail = self.lines[last].split_off(to);
        self.lines.drain(first + 1..=last);
        self.lines[first].truncate(from);
        for (i, line) in piece.split('\n').enumerate() {
            if i > 0 {
                self.lines.insert(first + i, Vec::new());
            }
            self.lines[first + i].extend(line.chars());
        }
        let end = first + piece.split('\n').count() - 1;
        self.lines[end].extend(tail);
        (range, piece)
    }
}

const TEXT: &str = "# 第二部分 预算公开表\n\n| 𠮷县 | 合计 |\n| --- | ---: |\n| 201 | 1.00 |\n\n𠀀𠀁、财政拨款：指𠮷。\n";

#[test]
fn edits_with_astral_characters_in_every_encoding() {
    let widths: [(&str, Width); 3] = [
        ("utf-8", char::len_utf8),
        ("utf-16", char::len_utf16),
        ("utf-32", |_| 1),
    ];
    for (seed, (encoding, width)) in widths.into_iter().enumerate() {
        let mut client = Client::start(encoded(encoding));
        let mut local = Local::new(TEXT, width);
        let mut random = Random(seed as u64);
        client.open(TEXT);
        for version in 2..=400 {
            let (range, piece) = local.edit(&mut random);
            client.change(version, range, piece);
        }
        assert_eq!(client.text(), (400, local.text()), "{encoding}");
    }
}

/// Each request must see the text as it stood when it was sent.
#[test]
fn edits_and_requests_keep_their_order() {
    let mut client = Client::start(pushed());
    let mut local = Local::new(TEXT, char::len_utf16);
    let mut random = Random(7);
    client.open(TEXT);
    let mut bytes = Vec::new();
    let mut expected = Vec::new();
    for n in 0..300 {
        let version = n + 2;
        let (range, piece) = local.edit(&mut random);
        let params = change(version, range, piece);
        bytes.extend(frame(&json!({
            "jsonrpc": "2.0", "method": "textDocument/didChange", "params": params,
        })));
        bytes.extend(frame(&json!({
            "jsonrpc": "2.0", "id": 10_000 + n, "method": "budget/documentText",
            "params": text_document(),
        })));
        expected.push((10_000 + n, version, local.text()));
    }
    client.send_raw(&bytes);
    for (id, version, text) in expected {
        let answer = client.answer(id);
        assert_eq!(answer["result"]["version"], version);
        assert_eq!(answer["result"]["text"], text);
    }
}

#[test]
fn ten_thousand_rapid_edits() {
    let mut client = Client::start(pushed());
    client.open(TEXT);
    let mut local = Local::new(TEXT, char::len_utf16);
    let mut random = Random(3);
    let mut bytes = Vec::new();
    for version in 2..=10_001 {
        let (range, piece) = local.edit(&mut random);
        bytes.extend(frame(&json!({
            "jsonrpc": "2.0", "method": "textDocument/didChange",
            "params": change(version, range, piece),
        })));
    }
    client.send_raw(&bytes);
    assert_eq!(client.text(), (10_001, local.text()));
    // Coalesced: the last version is told, and by far not every one before it.
    client.published(10_001);
    let told = client
        .others()
        .iter()
        .filter(|message| message["method"] == "textDocument/publishDiagnostics")
        .count();
    assert!(told < 1000, "{told} of 10000 versions told");
}

/// More requests at once than the read loop queues; half of them cancelled at once.
#[test]
fn a_burst_of_requests_does_not_stall() {
    let mut client = Client::start(pulling());
    client.open(TEXT);
    let mut bytes = Vec::new();
    for id in 0..400 {
        let (method, mut params) = match id % 4 {
            0 => ("textDocument/hover", text_document()),
            1 => ("textDocument/completion", text_document()),
            2 => ("textDocument/formatting", text_document()),
            _ => ("textDocument/diagnostic", text_document()),
        };
        params["position"] = json!({"line": 4, "character": 3});
        params["options"] = json!({"tabSize": 4, "insertSpaces": true});
        bytes.extend(frame(&json!({
            "jsonrpc": "2.0", "id": 10_000 + id, "method": method, "params": params,
        })));
        if id % 2 == 1 {
            bytes.extend(frame(&json!({
                "jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 10_000 + id},
            })));
        }
    }
    client.send_raw(&bytes);
    for id in 0..400 {
        let answer = client.answer(10_000 + id);
        match answer.get("error") {
            None => assert!(answer.get("result").is_some()),
            Some(error) => assert!(id % 2 == 1 && error["code"] == -32800, "{answer}"),
        }
    }
}

/// A client that never answers what it is asked, and asks on.
#[test]
fn unanswered_registrations_stop_nothing() {
    let mut capabilities = pulling();
    capabilities["workspace"] = json!({
        "didChangeWatchedFiles": {"dynamicRegistration": true},
        "diagnostics": {"refreshSupport": true},
    });
    let mut client = Client::start(capabilities);
    client.open(TEXT);
    for n in 0..400 {
        let severity = ["info", "error"][n % 2];
        client.notify(
            "workspace/didChangeConfiguration",
            json!({
                "settings": {"budget": {"minSeverity": severity}},
            }),
        );
    }
    assert_eq!(client.text(), (1, TEXT.to_owned()));
    client.wait(|message| message["method"] == "client/registerCapability");
    client.wait(|message| message["method"] == "workspace/diagnostic/refresh");
}

/// The server goes on reading while nobody reads what it writes, and says everything later.
#[test]
fn a_client_that_does_not_read_for_a_while() {
    use std::io::{BufReader, Write};
    use std::process::{Command, Stdio};

    let mut process = Command::new(env!("CARGO_BIN_EXE_budget-lsp"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = process.stdin.take().unwrap();
    let mut stdout = BufReader::new(process.stdout.take().unwrap());
    stdin
        .write_all(&frame(&json!({
            "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"capabilities": pulling()},
        })))
        .unwrap();
    support::read_message(&mut stdout).unwrap();
    // 2,000 answers of 20 KB: far more than pipes and queues hold.
    let text = "合计\n".repeat(3000);
    stdin
        .write_all(&frame(&json!({
            "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {
                "textDocument": {"uri": URI, "languageId": "budget", "version": 1, "text": text},
            },
        })))
        .unwrap();
    let since = Instant::now();
    for id in 1..=2000 {
        stdin
            .write_all(&frame(&json!({
                "jsonrpc": "2.0", "id": id, "method": "budget/documentText",
                "params": text_document(),
            })))
            .unwrap();
    }
    // Every byte was taken though not one was read.
    assert!(since.elapsed() < Duration::from_secs(20));
    std::thread::sleep(Duration::from_secs(5).saturating_sub(since.elapsed()));
    let mut seen = 0;
    while seen < 2000 {
        let message = support::read_message(&mut stdout).unwrap();
        if message["id"] != Value::Null {
            assert_eq!(
                message["result"]["text"].as_str().map(str::len),
                Some(text.len())
            );
            seen += 1;
        }
    }
    process.kill().unwrap();
    process.wait().unwrap();
}

/// A large text, edited while requests wait: each is answered, for the text it was asked of or not
/// at all.
#[test]
fn requests_on_a_text_that_is_gone_are_answered() {
    let mut client = Client::start(pulling());
    client.open(&TEXT.repeat(500));
    let mut bytes = Vec::new();
    for n in 0..100 {
        bytes.extend(frame(&json!({
            "jsonrpc": "2.0", "method": "textDocument/didChange",
            "params": change(n + 2, [0, 0, 0, 0], "\n"),
        })));
        let mut params = text_document();
        params["options"] = json!({"tabSize": 4, "insertSpaces": true});
        bytes.extend(frame(&json!({
            "jsonrpc": "2.0", "id": 10_000 + n, "method": "textDocument/formatting",
            "params": params,
        })));
    }
    client.send_raw(&bytes);
    let gone = (0..100)
        .filter(|n| {
            let answer = client.answer(10_000 + n);
            let error = answer.get("error");
            assert!(
                error.is_none_or(|error| error["code"] == -32801),
                "{answer}"
            );
            error.is_some()
        })
        .count();
    // The last one's text is still there.
    assert!(gone < 100, "{gone}");
}

/// Neovim 0.7 tells of no changes, with a new version, behind a request that it sent just before: the text is the same, and
/// so is the answer.
#[test]
fn a_change_of_nothing_changes_no_answer() {
    let mut client = Client::start(pushed());
    client.open(&"| 科目编码 | 预算数 |\n| --- | ---: |\n| 201 | 1.00 |\n".repeat(200));
    let mut asked = Vec::new();
    let mut wire = Vec::new();
    for version in 2..60_i64 {
        let id = 10_000 + version;
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": "textDocument/documentSymbol", "params": { "textDocument": { "uri": URI } } });
        let nothing = json!({
            "jsonrpc": "2.0",
            "method": "textDocument/didChange",
            "params": { "textDocument": { "uri": URI, "version": version }, "contentChanges": [] },
        });
        wire.extend(frame(&request));
        wire.extend(frame(&nothing));
        asked.push(id);
    }
    client.send_raw(&wire);
    for id in asked {
        let answer = client.answer(id);
        assert!(answer["error"].is_null(), "{answer}");
    }
    let (version, _) = client.text();
    assert_eq!(version, 59);
    client.published(59);
}
