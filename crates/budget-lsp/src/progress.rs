//! What takes so long that someone wonders is told of.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;
use tower_lsp::Client;
use tower_lsp::ls_types::ProgressToken;

/// What ends before is not told of.
const UNNOTICED: Duration = Duration::from_millis(300);

/// Something is under way until this is dropped.
pub(crate) struct Progress {
    _ended: oneshot::Sender<()>,
}

/// Tells the client of something, in Chinese, that lasts until what this gives is dropped. Nothing waits for the client:
/// one that doesn't answer is told nothing.
pub(crate) fn begin(client: &Client, title: String) -> Progress {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let (sender, mut ended) = oneshot::channel::<()>();
    let client = client.clone();
    tokio::spawn(async move {
        if tokio::time::timeout(UNNOTICED, &mut ended).await.is_ok() {
            return;
        }
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let token = ProgressToken::String(format!("budget/{number}"));
        let created = client.create_work_done_progress(token.clone());
        tokio::select! {
            created = created => if created.is_err() { return },
            _ = &mut ended => return,
        }
        let shown = client.progress(token, title).begin().await;
        let _ = ended.await;
        shown.finish().await;
    });
    Progress { _ended: sender }
}
