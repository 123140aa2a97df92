//! A client of the built server over its standard input and output.
#![allow(
    dead_code,
    unused_macros,
    unused_imports,
    reason = "each test file uses its own part"
)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests only")]

pub(crate) mod duplex;
pub(crate) mod requests;

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub(crate) const URI: &str = "file:///t/%E9%A2%84%E7%AE%97.budget";
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Client {
    process: Child,
    stdin: Option<ChildStdin>,
    messages: mpsc::Receiver<Value>,
    pending: VecDeque<Value>,
    next: i64,
}

impl Client {
    /// A server that has been told nothing yet.
    pub(crate) fn spawn() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_budget-lsp"))
            .arg("--stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdin = process.stdin.take();
        let stdout = process.stdout.take().unwrap();
        let (sender, messages) = mpsc::channel();
        std::thread::spawn(move || {
            let mut reader = BufReader::new(stdout);
            while let Some(message) = read_message(&mut reader) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self {
            process,
            stdin,
            messages,
            pending: VecDeque::new(),
            next: 0,
        }
    }

    /// A server that was initialized by a client with these capabilities.
    pub(crate) fn start(capabilities: Value) -> Self {
        let mut client = Self::spawn();
        client.initialize(capabilities);
        client
    }

    pub(crate) fn initialize(&mut self, capabilities: Value) -> Value {
        let params = json!({
            "processId": std::process::id(), "rootUri": null, "capabilities": capabilities,
        });
        let result = self.call("initialize", params);
        self.notify("initialized", json!({}));
        result
    }

    pub(crate) fn send_raw(&mut self, bytes: &[u8]) {
        self.stdin.as_mut().unwrap().write_all(bytes).unwrap();
    }

    pub(crate) fn send(&mut self, message: &Value) {
        let frame = frame(message);
        self.send_raw(&frame);
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request and doesn't wait; gives its id.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        let mut message = json!({"jsonrpc": "2.0", "id": self.next, "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(&message);
        self.next
    }

    /// The answer to a request, an error included.
    pub(crate) fn answer(&mut self, id: i64) -> Value {
        self.wait(|message| message["id"] == id && message.get("method").is_none())
    }

    /// Sends a request and gives its result.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        let answer = self.answer(id);
        assert_eq!(answer.get("error"), None, "{method}");
        answer["result"].clone()
    }

    /// The next message that fits; others are kept.
    pub(crate) fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.pending.iter().position(&fits) {
            return self.pending.remove(at).unwrap();
        }
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = self
                .messages
                .recv_timeout(left)
                .expect("the server is silent");
            if fits(&message) {
                return message;
            }
            self.pending.push_back(message);
        }
    }

    /// The diagnostics pushed for a version.
    pub(crate) fn published(&mut self, version: i64) -> Value {
        self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["version"] == version
        })["params"]
            .clone()
    }

    /// Every message that came and was not waited for; waits until the server has nothing to do.
    pub(crate) fn others(&mut self) -> Vec<Value> {
        self.call("budget/documentText", text_document());
        std::thread::sleep(Duration::from_millis(100));
        self.pending.extend(self.messages.try_iter());
        self.pending.drain(..).collect()
    }

    pub(crate) fn open(&mut self, text: &str) {
        self.notify(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": URI, "languageId": "budget", "version": 1, "text": text}}),
        );
    }

    pub(crate) fn change(&mut self, version: i64, range: [usize; 4], text: &str) {
        self.notify("textDocument/didChange", change(version, range, text));
    }

    /// The text as the server has it, with its version.
    pub(crate) fn text(&mut self) -> (i64, String) {
        let result = self.call("budget/documentText", text_document());
        (
            result["version"].as_i64().unwrap(),
            result["text"].as_str().unwrap().to_owned(),
        )
    }

    /// Applies a workspace edit as a client does: by sending it back as changes, the last first.
    pub(crate) fn apply(&mut self, version: i64, edit: &Value) -> String {
        let versioned = &edit["documentChanges"][0];
        let edits = match versioned {
            Value::Null => &edit["changes"][URI],
            _ => &versioned["edits"],
        };
        self.edit(version, edits)
    }

    /// Sends text edits back as changes, the last first, and gives the text.
    pub(crate) fn edit(&mut self, version: i64, edits: &Value) -> String {
        let mut edits = edits.as_array().unwrap().clone();
        edits.reverse();
        let changes: Vec<Value> = edits
            .iter()
            .map(|edit| json!({"range": edit["range"], "text": edit["newText"]}))
            .collect();
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": URI, "version": version}, "contentChanges": changes}),
        );
        self.text().1
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Waits for the process to end, standard input still open.
    pub(crate) fn wait_exit(&mut self, most: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + most;
        while Instant::now() < end {
            if let Some(status) = self.process.try_wait().unwrap() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        None
    }

    pub(crate) fn close_input(&mut self) {
        self.stdin = None;
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn text_document() -> Value {
    json!({"textDocument": {"uri": URI}})
}

pub(crate) fn change(
    version: i64,
    [line, column, end_line, end_column]: [usize; 4],
    text: &str,
) -> Value {
    json!({
        "textDocument": {"uri": URI, "version": version},
        "contentChanges": [{
            "range": {
                "start": {"line": line, "character": column},
                "end": {"line": end_line, "character": end_column},
            },
            "text": text,
        }],
    })
}

/// A place in the document.
pub(crate) fn at(line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": character}})
}

/// A document with 表三, whose first row is on line 10, and narrative.
macro_rules! disclosure {
    ($rows:literal, $narrative:literal) => {
        concat!(
            "---\n模板: 新疆-2020-部门预算\n---\n\n",
            "# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n",
            "| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n",
            "| --- | --- | ---: | ---: | ---: |\n",
            $rows,
            "\n# 第三部分 部门预算情况说明\n\n## 三、支出预算情况说明\n\n",
            $narrative
        )
    };
}
pub(crate) use disclosure;

pub(crate) fn frame(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

pub(crate) fn read_message(reader: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// A client that can't ask for diagnostics.
pub(crate) fn pushed() -> Value {
    json!({"textDocument": {
        "publishDiagnostics": {"relatedInformation": true, "versionSupport": true},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor"]}}},
    }})
}

/// A client that asks for diagnostics.
pub(crate) fn pulling() -> Value {
    json!({"textDocument": {"publishDiagnostics": {"relatedInformation": true}, "diagnostic": {}}})
}

/// `pushed` with an encoding.
pub(crate) fn encoded(encoding: &str) -> Value {
    let mut capabilities = pushed();
    capabilities["general"] = json!({"positionEncodings": [encoding]});
    capabilities
}

/// A small generator, so that a failure can be repeated.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}
