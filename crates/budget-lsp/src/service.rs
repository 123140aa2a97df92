//! Wire order. `call` runs on the read loop, one message after the other; only the future it
//! returns may wait. So every change is applied here and now, and every request takes the
//! snapshot that stands here and now.

use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{self, BoxFuture};
use serde::de::DeserializeOwned;
use tower::Service;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_lsp::ls_types::TextDocumentContentChangeEvent;

use crate::answer::Asked;
use crate::capabilities::Client;
use crate::follow::Follower;
use crate::publish::Publisher;
use crate::transport::Output;
use crate::world::{OpenDocument, Replaced, Shared, Snapshot};
use crate::{frames, jobs, uri};

tokio::task_local! {
    static SNAPSHOT: Snapshot;
}

/// So long most checks take.
const CHECKED: Duration = Duration::from_millis(15);

/// The snapshot that the running request was handed.
pub(crate) fn snapshot() -> Snapshot {
    SNAPSHOT.try_with(Clone::clone).unwrap_or_default()
}

/// tower-lsp's service with the world in front of it.
pub(crate) struct Ordered<S> {
    inner: S,
    world: Shared,
    client: Arc<OnceLock<Client>>,
    publisher: Arc<Publisher>,
    follower: Arc<Follower>,
    output: Output,
}

impl<S> Ordered<S> {
    pub(crate) fn new(
        inner: S,
        world: Shared,
        client: Arc<OnceLock<Client>>,
        publisher: Arc<Publisher>,
        output: Output,
    ) -> Self {
        let follower = Arc::new(Follower::new(world.clone(), publisher.clone()));
        Self {
            follower,
            inner,
            world,
            client,
            publisher,
            output,
        }
    }

    /// Applies a notification that changes the world. Whether it was one.
    fn apply(&self, request: &Request) -> bool {
        let kind = match request.method() {
            _ if request.id().is_some() => return false,
            "textDocument/didOpen" => Self::opened,
            "textDocument/didChange" => Self::changed,
            "textDocument/didClose" => Self::closed,
            "workspace/didChangeConfiguration" => Self::configured,
            "workspace/didChangeWatchedFiles" => Self::files_changed,
            "workspace/didChangeWorkspaceFolders" => Self::folders_changed,
            _ => return false,
        };
        // Nothing is open, and no encoding agreed on, before `initialize` is answered.
        if let Some(client) = self.client.get()
            && kind(self, request.params(), client).is_none()
        {
            self.publisher.error(format!(
                "收到的 {} 通知无法使用：文件没有打开，或者内容不合协议。",
                request.method()
            ));
        }
        true
    }

    fn opened(&self, params: Option<&serde_json::Value>, _: &Client) -> Option<()> {
        let DidOpen { text_document } = read(params)?;
        let key = uri::normalize(&text_document.uri);
        let replaced = self.world.open(
            &key,
            &text_document.uri,
            text_document.version,
            &text_document.text,
        );
        self.told(replaced, &key, &text_document.uri);
        self.publisher.config_files();
        Some(())
    }

    fn changed(&self, params: Option<&serde_json::Value>, client: &Client) -> Option<()> {
        let DidChange {
            text_document,
            content_changes,
        } = read(params)?;
        let key = uri::normalize(&text_document.uri);
        let replaced = self
            .world
            .change(
                &key,
                text_document.version,
                &content_changes,
                client.encoding,
            )
            .ok()?;
        self.told(replaced, &key, &text_document.uri);
        Some(())
    }

    fn closed(&self, params: Option<&serde_json::Value>, _: &Client) -> Option<()> {
        let DidClose { text_document } = read(params)?;
        let key = uri::normalize(&text_document.uri);
        let replaced = self.world.close(&key)?;
        self.told(replaced, &key, &text_document.uri);
        Some(())
    }

    fn told(&self, replaced: Replaced, key: &str, uri: &str) {
        free(replaced.old);
        self.publisher.changed(key, uri);
        if replaced.namers {
            self.publisher.named_changed();
        }
    }

    fn configured(&self, params: Option<&serde_json::Value>, _: &Client) -> Option<()> {
        let settings = params?.get("settings")?;
        if self.world.prefer(settings) {
            self.publisher.all_changed();
        }
        Some(())
    }

    fn folders_changed(&self, params: Option<&serde_json::Value>, _: &Client) -> Option<()> {
        let DidChangeFolders { event } = read(params)?;
        let uris = |folders: &[Folder]| -> Vec<String> {
            let uris = folders.iter().map(|folder| uri::normalize(&folder.uri));
            uris.map(Into::into).collect()
        };
        let (removed, added) = (uris(&event.removed), uris(&event.added));
        let (removed, added) = (removed.iter(), added.iter());
        self.world
            .change_roots(removed.map(String::as_str), added.map(String::as_str));
        Some(())
    }

    fn files_changed(&self, params: Option<&serde_json::Value>, _: &Client) -> Option<()> {
        let DidChangeFiles { changes } = read(params)?;
        let uris = changes.into_iter().map(|change| change.uri);
        self.follower.changed(uris);
        Some(())
    }
}

impl<S> Service<Request> for Ordered<S>
where
    S: Service<Request, Response = Option<Response>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Option<Response>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if self.apply(&request) {
            return future::ok(None).boxed();
        }
        if request.method() == frames::MALFORMED {
            let answer = Response::from_error(Id::Null, Error::parse_error());
            return future::ok(Some(answer)).boxed();
        }
        let request = match request.params() {
            Some(params) if uri::odd(params) => with_normal_uris(request),
            _ => request,
        };
        let id = request.id().cloned();
        let answered = SNAPSHOT.scope(self.world.snapshot(), self.inner.call(request));
        Asked::run(answered, id, self.output.while_open()).boxed()
    }
}

/// An old version that was read is thousands of allocations: they are freed on the pool, and not while the new one is
/// checked.
fn free(old: Option<Arc<OpenDocument>>) {
    if let Some(old) = old.filter(|old| old.is_read()) {
        tokio::spawn(async {
            tokio::time::sleep(CHECKED).await;
            jobs::free(old);
        });
    }
}

fn with_normal_uris(request: Request) -> Request {
    let (method, id, params) = request.into_parts();
    let mut new = Request::build(method);
    if let Some(id) = id {
        new = new.id(id);
    }
    if let Some(mut params) = params {
        uri::normalize_all(&mut params);
        new = new.params(params);
    }
    new.finish()
}

fn read<T: DeserializeOwned>(params: Option<&serde_json::Value>) -> Option<T> {
    T::deserialize(params?).ok()
}

// The protocol's own types refuse URIs that some clients send (see `uri`).

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct DidOpen {
    text_document: Item,
}

#[derive(serde::Deserialize)]
struct Item {
    uri: String,
    #[serde(default)]
    version: i32,
    text: String,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct DidChange {
    text_document: Versioned,
    content_changes: Vec<TextDocumentContentChangeEvent>,
}

#[derive(serde::Deserialize)]
struct Versioned {
    uri: String,
    #[serde(default)]
    version: i32,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct DidClose {
    text_document: Identifier,
}

#[derive(serde::Deserialize)]
struct Identifier {
    uri: String,
}

#[derive(serde::Deserialize)]
struct DidChangeFolders {
    event: FoldersEvent,
}

#[derive(serde::Deserialize)]
struct DidChangeFiles {
    changes: Vec<Identifier>,
}

#[derive(serde::Deserialize)]
struct FoldersEvent {
    #[serde(default)]
    added: Vec<Folder>,
    #[serde(default)]
    removed: Vec<Folder>,
}

#[derive(serde::Deserialize)]
struct Folder {
    uri: String,
}
