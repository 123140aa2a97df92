//! Codes and projects by number.

use super::*;

/// Ranges by code: an array where a group's codes lie close together, as they do in tables that
/// list the same accounts; a map where they don't.
#[derive(Debug)]
pub(super) enum ByCode {
    Close { first: u32, ranges: Vec<Range<u32>> },
    Far(FxHashMap<u32, Range<u32>>),
}

impl Default for ByCode {
    fn default() -> Self {
        ByCode::Far(FxHashMap::default())
    }
}

impl ByCode {
    pub(super) fn sized(codes: &[u32]) -> Self {
        let (Some(first), Some(last)) = (codes.iter().min(), codes.iter().max()) else {
            return Self::default();
        };
        let span = (last - first) as usize + 1;
        if span <= codes.len().saturating_mul(4).saturating_add(64) {
            ByCode::Close {
                first: *first,
                ranges: vec![0..0; span],
            }
        } else {
            Self::default()
        }
    }

    pub(super) fn insert(&mut self, code: u32, range: Range<u32>) {
        match self {
            ByCode::Close { first, ranges } => {
                if let Some(slot) = code
                    .checked_sub(*first)
                    .and_then(|at| ranges.get_mut(at as usize))
                {
                    *slot = range;
                }
            }
            ByCode::Far(map) => {
                map.insert(code, range);
            }
        }
    }

    pub(super) fn get(&self, code: u32) -> Option<&Range<u32>> {
        match self {
            ByCode::Close { first, ranges } => ranges.get(code.checked_sub(*first)? as usize),
            ByCode::Far(map) => map.get(&code),
        }
    }
}

#[derive(Default)]
pub(super) struct Interner<'d> {
    codes: FxHashMap<&'d str, u32>,
    projects: FxHashMap<&'d str, u32>,
}

impl<'d> Interner<'d> {
    pub(super) fn into_codes(self) -> FxHashMap<&'d str, u32> {
        self.codes
    }

    pub(super) fn code(&mut self, code: &'d str, all: &mut Vec<&'d str>) -> u32 {
        *self.codes.entry(code).or_insert_with(|| {
            all.push(code);
            to_u32(all.len() - 1)
        })
    }

    pub(super) fn project(&mut self, name: &'d str, all: &mut Vec<&'d str>) -> u32 {
        *self.projects.entry(name).or_insert_with(|| {
            all.push(name);
            to_u32(all.len() - 1)
        })
    }
}
