//! The language server: the only crate that knows LSP.
//!
//! Messages are taken in wire order: [`service::Ordered`] stands around tower-lsp's service, applies
//! every change of a document to the [`world`] in `call`, before the next message is read, and hands
//! each request the snapshot that stood when it arrived. Heavy work runs on the thread pool
//! ([`jobs`]); futures only wait. Nothing ever waits for an answer of the client.

mod answer;
mod capabilities;
mod features;
mod follow;
mod frames;
mod jobs;
mod library;
mod painted;
mod parent;
mod position;
mod preferences;
mod progress;
mod publish;
mod server;
mod service;
mod shows;
mod to_lsp;
pub mod transport;
mod uri;
mod world;

use std::sync::{Arc, OnceLock};

use tokio::io::AsyncRead;
use tower_lsp::{LspService, Server};

pub use world::Check;

/// More requests than any editor has in flight: the limit must never stop the reader.
const CONCURRENCY: usize = 1000;

/// What a server is started with; tests put their own check here.
#[derive(Clone)]
pub struct Options {
    /// The check behind the diagnostics.
    pub check: Check,
    /// End the process when the client's process is gone.
    pub watch_parent: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            check: Arc::new(|file| file.check(budget_model::relation::Collect::Broken)),
            watch_parent: true,
        }
    }
}

/// Serves one client until `exit` or the end of `input`. Gives the process's exit code: 0 if the
/// client asked to shut down first, else 1.
pub async fn serve(
    input: impl AsyncRead + Unpin,
    output: transport::Output,
    options: Options,
) -> u8 {
    let world = world::Shared::new(options.check);
    let capabilities = Arc::new(OnceLock::new());
    let (inner, socket) = LspService::build(|client| {
        server::Backend::new(
            client,
            world.clone(),
            capabilities.clone(),
            options.watch_parent,
        )
    })
    .custom_method("budget/documentText", server::Backend::document_text)
    .finish();
    let publisher = inner.inner().publisher().clone();
    let service = service::Ordered::new(
        inner,
        world,
        capabilities,
        publisher.clone(),
        output.clone(),
    );
    Server::new(input, output, socket)
        .concurrency_level(CONCURRENCY)
        .serve(service)
        .await;
    u8::from(!publisher.shut_down())
}
