//! What is made of a template once and serves every document that is read by it.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use budget_catalog::Template;

/// A cache of one value for each template in use. Templates that are dropped are forgotten.
pub struct PerTemplate<T> {
    made: Mutex<Vec<(Weak<Template>, Arc<T>)>>,
}

impl<T> Default for PerTemplate<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> PerTemplate<T> {
    /// An empty one, for a `static`.
    pub const fn new() -> Self {
        Self {
            made: Mutex::new(Vec::new()),
        }
    }

    /// The template's value, made by `make` when it is first asked for.
    pub fn get(&self, template: &Arc<Template>, make: impl FnOnce(&Template) -> T) -> Arc<T> {
        // A weak reference keeps the address taken, so equal addresses are one template.
        let is_key = |key: &Weak<Template>| std::ptr::eq(key.as_ptr(), Arc::as_ptr(template));
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, value)) = made.iter().find(|(key, _)| is_key(key)) {
            return Arc::clone(value);
        }
        drop(made);
        let value = Arc::new(make(template));
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.retain(|(key, _)| key.strong_count() > 0);
        made.push((Arc::downgrade(template), Arc::clone(&value)));
        value
    }
}
