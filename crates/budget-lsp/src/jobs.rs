//! Work on the thread pool, each job on its own: a panic ends the job, not the server.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::task::{AbortHandle, spawn_blocking};

/// A job that panicked; what it said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Panicked(pub(crate) String);

impl Panicked {
    fn of(payload: &(dyn Any + Send)) -> Self {
        let text = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Self(text.unwrap_or_default())
    }
}

/// Runs `job` on the pool. If the future is dropped (the client cancelled) before the job has
/// begun, it never runs; once begun it ends by itself within milliseconds.
pub(crate) async fn run<T: Send + 'static>(
    job: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Panicked> {
    let handle = spawn_blocking(move || catch_unwind(AssertUnwindSafe(job)));
    let _abort = AbortOnDrop(handle.abort_handle());
    match handle.await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(payload)) => Err(Panicked::of(&*payload)),
        Err(error) => Err(Panicked(error.to_string())),
    }
}

/// Frees a value on the pool.
pub(crate) fn free<T: Send + 'static>(value: T) {
    drop(spawn_blocking(move || drop(value)));
}

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
