//! Diagnostics for clients that can't ask for them, and other things told without being asked.
//!
//! No timer: a change is checked at once. While a check runs, further changes only wait for it,
//! and then the newest version is checked, whatever came between.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use budget_workspace::ConfigError;
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::notification::Notification;
use tower_lsp::ls_types::{Diagnostic, MessageType, Uri};

use crate::capabilities::Client;
use crate::features::checked::{self, Checked};
use crate::features::diagnostics;
use crate::world::{OpenDocument, Shared, Snapshot};
use crate::{jobs, progress};

/// The diagnostics of a version that is no longer the newest are told only if nothing has been
/// told for so long: someone types faster than a very large file can be checked.
const SILENCE: Duration = Duration::from_millis(500);

/// Sends notifications to the client.
pub(crate) struct Publisher {
    sink: tower_lsp::Client,
    world: Shared,
    client: Arc<OnceLock<Client>>,
    /// Documents with a check under way.
    running: Mutex<HashSet<String>>,
    /// The errors of configuration files that the client knows.
    config: Mutex<Vec<ConfigError>>,
    /// Changes of documents that others name for which the client hasn't yet been asked to show those anew.
    asked: AtomicUsize,
    shut_down: AtomicBool,
}

impl Publisher {
    pub(crate) fn new(
        sink: tower_lsp::Client,
        world: Shared,
        client: Arc<OnceLock<Client>>,
    ) -> Self {
        Self {
            sink,
            world,
            client,
            running: Mutex::default(),
            config: Mutex::default(),
            asked: AtomicUsize::new(0),
            shut_down: AtomicBool::new(false),
        }
    }

    /// Whether the client asked to shut down.
    pub(crate) fn shut_down(&self) -> bool {
        self.shut_down.load(Ordering::Relaxed)
    }

    pub(crate) fn set_shut_down(&self) {
        self.shut_down.store(true, Ordering::Relaxed);
    }

    /// A document was opened, edited or closed.
    pub(crate) fn changed(self: &Arc<Self>, key: &str, uri: &str) {
        let pushes = self.client.get().is_some_and(|client| !client.pulls);
        if pushes && self.running().insert(key.to_owned()) {
            tokio::spawn(self.clone().follow(key.to_owned(), uri.to_owned()));
        }
    }

    /// Settings or files that any document may depend on have changed.
    pub(crate) fn all_changed(self: &Arc<Self>) {
        self.push_all();
        let Some(client) = self.client.get() else {
            return;
        };
        // Each by itself: a client may leave any of them unanswered.
        let shown = client.shows.refreshes;
        if client.pulls && client.refreshes {
            self.ask(|sink| async move { sink.workspace_diagnostic_refresh().await });
        }
        if shown.tokens {
            self.ask(|sink| async move { sink.semantic_tokens_refresh().await });
        }
        if shown.hints {
            self.ask(|sink| async move { sink.inlay_hint_refresh().await });
        }
        if shown.lenses {
            self.ask(|sink| async move { sink.code_lens_refresh().await });
        }
    }

    /// Sends a request to the client; nothing waits for its answer.
    fn ask<F: Future<Output = tower_lsp::jsonrpc::Result<()>> + Send + 'static>(
        &self,
        request: impl FnOnce(tower_lsp::Client) -> F,
    ) {
        let answer = request(self.sink.clone());
        tokio::spawn(async move {
            let _ = answer.await;
        });
    }

    /// A document that others name has changed: what is said of them, and shown in them, may no longer hold.
    pub(crate) fn named_changed(self: &Arc<Self>) {
        self.push_all();
        let shown = self.client.get().map(|client| client.shows.refreshes);
        let Some(shown) = shown.filter(|shown| shown.hints || shown.lenses) else {
            return;
        };
        // One question at a time: it changes with every key.
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        if asked > 0 {
            return;
        }
        let own = self.clone();
        tokio::spawn(async move {
            loop {
                let before = own.asked.load(Ordering::Relaxed);
                if shown.hints {
                    let _ = own.sink.inlay_hint_refresh().await;
                }
                if shown.lenses {
                    let _ = own.sink.code_lens_refresh().await;
                }
                // Unless it has changed again since.
                let (here, there) = (Ordering::Relaxed, Ordering::Relaxed);
                let done = own.asked.compare_exchange(before, 0, here, there);
                if done.is_ok() {
                    return;
                }
            }
        });
    }

    /// Tells of all open documents again. Clients that ask know that what is said of one may hang on another.
    fn push_all(self: &Arc<Self>) {
        let snapshot = self.world.snapshot();
        for key in snapshot.keys() {
            if let Some(open) = snapshot.document(key) {
                self.changed(key, &open.uri);
            }
        }
    }

    /// Tells what is wrong with `budget.toml` files, in those files, and takes back what no longer
    /// is. Nobody asks for the diagnostics of a file that isn't open, so they are always pushed.
    pub(crate) fn config_files(&self) {
        let errors = self.world.config_errors();
        let mut told = self.config.lock().unwrap_or_else(PoisonError::into_inner);
        if *told == errors {
            return;
        }
        let mut files: BTreeMap<_, Vec<_>> = told
            .iter()
            .map(|error| (error.path.clone(), Vec::new()))
            .collect();
        for error in &errors {
            files
                .entry(error.path.clone())
                .or_default()
                .push(diagnostics::config_error(error));
        }
        *told = errors;
        for (path, diagnostics) in files {
            let Some(uri) = Uri::from_file_path(&path) else {
                continue;
            };
            let sink = self.sink.clone();
            tokio::spawn(async move { sink.publish_diagnostics(uri, diagnostics, None).await });
        }
    }

    /// Tells of a failure of the server itself.
    pub(crate) fn error(&self, message: String) {
        let sink = self.sink.clone();
        tokio::spawn(async move { sink.log_message(MessageType::ERROR, message).await });
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks and tells until the newest version is told.
    async fn follow(self: Arc<Self>, key: String, uri: String) {
        let mut told: Option<Instant> = None;
        loop {
            let snapshot = self.world.snapshot();
            let open = snapshot.document(&key).cloned();
            let seen = open.as_ref().map(|open| (open.revision, open.version));
            let version = open.as_ref().map(|open| open.version);
            let checked = match open {
                Some(open) => self.check(open, &snapshot, &key, false, |it| it).await,
                None => None,
            };
            let (diagnostics, checked) = checked.unwrap_or_default();
            drop(snapshot);
            if self.world.newest_version(&key) == seen
                || told.is_none_or(|at| at.elapsed() > SILENCE)
            {
                self.sink
                    .send_notification::<PublishDiagnostics>(Params {
                        uri: uri.clone(),
                        version,
                        diagnostics,
                    })
                    .await;
                if let Some(checked) = checked {
                    self.sink.send_notification::<Checked>(checked).await;
                }
                told = Some(Instant::now());
            }
            let mut running = self.running();
            if self.world.newest_version(&key) == seen {
                running.remove(&key);
                return;
            }
        }
    }

    /// The diagnostics of a version for a client that asked for them, as `answer` makes something of them; what was
    /// checked is told besides. If the document has changed before its turn comes, the answer is that it has.
    pub(crate) async fn diagnostics<T: Send + 'static>(
        &self,
        open: Arc<OpenDocument>,
        snapshot: &Snapshot,
        key: &str,
        answer: impl Fn(Vec<Diagnostic>) -> T + Clone + Send + 'static,
    ) -> Result<T> {
        let revision = open.revision;
        let checked = self.check(open, snapshot, key, true, answer).await;
        let (answer, checked) = checked.ok_or_else(overtaken)?;
        // What was checked of a text that is gone would be shown until the next key.
        if let Some(checked) = checked
            && self.world.newest(key) == Some(revision)
        {
            let sink = self.sink.clone();
            tokio::spawn(async move { sink.send_notification::<Checked>(checked).await });
        }
        Ok(answer)
    }

    /// Checks a version on the pool: what `make` makes of its diagnostics there, and what was checked for a client
    /// that wants to be told. None if only the newest is wanted, and it no longer is when its turn comes.
    async fn check<T: Send + 'static>(
        &self,
        open: Arc<OpenDocument>,
        snapshot: &Snapshot,
        key: &str,
        only_newest: bool,
        make: impl Fn(Vec<Diagnostic>) -> T + Clone + Send + 'static,
    ) -> Option<(T, Option<checked::Params>)> {
        let client = self.client.get().cloned()?;
        let world = self.world.clone();
        let preferences = snapshot.preferences.clone();
        let location = key.to_owned();
        let _progress = (client.progress && open.is_large())
            .then(|| progress::begin(&self.sink, "正在核对".to_owned()));
        let failed = make.clone();
        let result = jobs::run(move || {
            if only_newest && world.newest(&location) != Some(open.revision) {
                return None;
            }
            let checked = client.shows.checked.then(|| checked::told(&open));
            let (read, report) = (open.read(), open.report());
            let found = diagnostics::diagnostics(read, report, &preferences, &client, &location);
            Some((make(found), checked))
        })
        .await;
        result.unwrap_or_else(|panicked| {
            self.error(format!("检查 {key} 时程序出错：{}", panicked.0));
            Some((failed(vec![diagnostics::check_failed()]), None))
        })
    }
}

/// The answer to a question about diagnostics of a text that is gone. Any other error would make some editors forget
/// those that they show. Settings and other files overtake too, and bring no question of their own.
fn overtaken() -> Error {
    Error {
        code: ErrorCode::ServerError(SERVER_CANCELLED),
        message: "文字已经改动".into(),
        data: Some(serde_json::json!({ "retriggerRequest": true })),
    }
}

/// `ServerCancelled` of the protocol.
const SERVER_CANCELLED: i64 = -32802;

/// As the protocol's, with the URI as the client wrote it.
#[derive(Serialize, Deserialize)]
struct Params {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i32>,
    diagnostics: Vec<Diagnostic>,
}

enum PublishDiagnostics {}

impl Notification for PublishDiagnostics {
    type Params = Params;
    const METHOD: &'static str = "textDocument/publishDiagnostics";
}
