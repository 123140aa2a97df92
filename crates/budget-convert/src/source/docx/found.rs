//! What there is to tell of a Word document besides its text.

use crate::source::{NoteKind, Source};

/// What the text doesn't show.
#[derive(Default)]
pub(super) struct Found {
    pub(super) deleted: usize,
    /// Rows of tables that a revision deleted.
    pub(super) rows: usize,
    pub(super) comments: usize,
    pub(super) hidden: usize,
    pub(super) pictures: usize,
    pub(super) pages: bool,
}

impl Found {
    /// Notes it all.
    pub(super) fn tell(&self, source: &mut Source) {
        if self.deleted > 0 {
            let message = format!("有 {} 处修订删除的文字，没有导入", self.deleted);
            source.note(NoteKind::LeftOut, message);
        }
        if self.rows > 0 {
            let message = format!("有 {} 行表格已被修订删除，没有导入", self.rows);
            source.note(NoteKind::LeftOut, message);
        }
        if self.comments > 0 {
            let message = format!("有 {} 条批注，没有导入", self.comments);
            source.note(NoteKind::LeftOut, message);
        }
        if self.hidden > 0 {
            let message = format!("有 {} 处隐藏文字，已照常导入", self.hidden);
            source.note(NoteKind::Hidden, message);
        }
        if self.pictures > 0 {
            let message = format!(
                "有 {} 张图片，没有导入；图片里的文字和表格请手工录入",
                self.pictures
            );
            source.note(NoteKind::LeftOut, message);
        }
        if self.pages {
            let message = "目录里自动生成的页码没有导入".to_owned();
            source.note(NoteKind::LeftOut, message);
        }
    }
}
