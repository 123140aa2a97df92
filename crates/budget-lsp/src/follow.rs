//! Files on disk that findings hang on: what changed of them is read again on the pool, never on the read loop.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use budget_workspace::Changed;

use crate::publish::Publisher;
use crate::world::{Shared, disk};
use crate::{jobs, uri};

/// Reads again what the client says has changed. What comes in while it reads waits, and is taken all at once.
pub(crate) struct Follower {
    world: Shared,
    publisher: Arc<Publisher>,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    uris: Vec<String>,
    running: bool,
}

impl Follower {
    pub(crate) fn new(world: Shared, publisher: Arc<Publisher>) -> Self {
        Self {
            world,
            publisher,
            waiting: Mutex::default(),
        }
    }

    /// Files were made, written or removed.
    pub(crate) fn changed(self: &Arc<Self>, uris: impl Iterator<Item = String>) {
        let mut waiting = self.waiting();
        waiting.uris.extend(uris);
        if !std::mem::replace(&mut waiting.running, true) {
            tokio::spawn(self.clone().follow());
        }
    }

    async fn follow(self: Arc<Self>) {
        while let Some(uris) = self.next() {
            let world = self.world.clone();
            let read = move || {
                let paths = uris.iter().filter_map(|uri| disk(&uri::normalize(uri)));
                let paths: Vec<PathBuf> = paths.collect();
                world.files_changed(&Changed::new(paths.iter().map(PathBuf::as_path)))
            };
            match jobs::run(read).await {
                Ok(true) => self.publisher.all_changed(),
                Ok(false) => {}
                Err(panicked) => {
                    let why = format!("重读改动的文件时程序出错：{}", panicked.0);
                    self.publisher.error(why);
                }
            }
            self.publisher.config_files();
        }
    }

    /// What waits; none ends the reading.
    fn next(&self) -> Option<Vec<String>> {
        let mut waiting = self.waiting();
        waiting.running = !waiting.uris.is_empty();
        waiting.running.then(|| std::mem::take(&mut waiting.uris))
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
