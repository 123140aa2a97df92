//! Two pieces of work side by side.

use std::panic::resume_unwind;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So long the end of the other piece is looked out for before the thread sleeps: waking it takes about as long.
const PATIENCE: Duration = Duration::from_micros(200);

/// Runs both: the first here and at once, the second where a thread of the pool has time, or here after the first. So
/// the first should be the longer.
///
/// As `rayon::join`, but for one who isn't on the pool: there `join` would have the pool run both, and wait while its
/// threads wake. Either way it ends when a thread of the pool has seen that nothing is left to do. A panic of either is
/// the caller's.
pub fn both<A, B: Send>(first: impl FnOnce() -> A, second: impl FnOnce() -> B + Send) -> (A, B) {
    let waiting = Mutex::new(Some(second));
    let done = Mutex::new(None);
    let run = || {
        let taken = lock(&waiting).take();
        taken.is_some_and(|second| {
            let result = second();
            lock(&done).replace(result).is_none()
        })
    };
    let first = rayon::in_place_scope(|scope| {
        scope.spawn(|_| {
            run();
        });
        let first = first();
        if !run() && rayon::current_thread_index().is_none() {
            let from = Instant::now();
            while lock(&done).is_none() && from.elapsed() < PATIENCE {
                std::thread::yield_now();
            }
        }
        first
    });
    match done.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(second) => (first, second),
        // It was run, so it panicked; and that was the caller's already.
        None => resume_unwind(Box::new("no result")),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn each_gives_what_it_gives() {
        let words = ["甲", "乙"];
        assert_eq!(both(|| words.len(), || words.concat()), (2, "甲乙".into()));
        let deep = both(|| both(|| 1, || 2), || both(|| 3, || 4));
        assert_eq!(deep, ((1, 2), (3, 4)));
        let on_the_pool = rayon::scope(|_| both(|| both(|| 1, || 2), || both(|| 3, || 4)));
        assert_eq!(on_the_pool, deep);
    }

    #[test]
    fn a_panic_is_the_callers() {
        let first = catch_unwind(|| both(|| resume_unwind(Box::new(1)), || 2));
        assert!(first.map(|_: ((), i32)| ()).is_err());
        let second = catch_unwind(AssertUnwindSafe(|| {
            both(|| 1, || -> i32 { resume_unwind(Box::new(2)) })
        }));
        assert!(second.is_err());
    }
}
