//! The walk through a document: each block to the place where the language wants it.

mod annex;
mod continued;
mod tables;

use budget_catalog::template::TableSpec;

use crate::block::{Block, Blocks, Line, RawTable};
use crate::evaluation::{self, Layout};
use crate::form::{self, Vocabulary};
use crate::front::{Facts, date};
use crate::grid::Folded;
use crate::names::Names;
use crate::outline::{Outline, is_title};
use crate::report::{Damage, DamageKind, FoundHeading, FoundTable, PAGES};
use crate::text::{self, Numbering};
use crate::write::Node;

/// The most lines printed between a title and its table.
const ABOVE: usize = 4;

/// What a walk gives.
#[derive(Default)]
pub(crate) struct Walked<'t> {
    pub(crate) nodes: Vec<Node>,
    pub(crate) facts: Facts<'t>,
    pub(crate) folded: Vec<Folded>,
    pub(crate) headings: Vec<FoundHeading>,
    pub(crate) tables: Vec<FoundTable>,
    pub(crate) damage: Vec<Damage>,
    /// Page numbers, as printed.
    pub(crate) pages: Vec<&'t str>,
}

/// The table section that is open.
struct Section<'c> {
    /// Its heading's node.
    heading: usize,
    ordinal: Option<u32>,
    spec: Option<&'c TableSpec>,
    /// Its last grid's node and the width of the rows it was read from.
    last: Option<(usize, usize)>,
}

struct Walk<'a, 't, 'c> {
    out: Walked<'t>,
    blocks: &'a [Block<'t>],
    outline: Outline<'t>,
    names: Option<&'a Names<'c>>,
    /// The columns of 自评表.
    forms: Option<&'a Layout<'c>>,
    words: Vocabulary,
    /// For each block, the number of the table that comes next before the part ends.
    next_table: Vec<u32>,
    /// What the contents list under this part.
    promised: Vec<(u32, &'t str)>,
    glossary: bool,
    level: usize,
    section: Option<Section<'c>>,
    /// The heading that was written last.
    title: String,
    /// Whether the document has parts that are called so (第一部分); else 一、 is one.
    parts: bool,
    /// The level of the last heading that 一、 numbers.
    chinese: usize,
    /// The block that the last paragraph was made of, if something may run on from it.
    open: Option<usize>,
}

/// Walks through the blocks.
pub(crate) fn walk<'t, 'c>(
    blocks: &Blocks<'t>,
    names: Option<&Names<'c>>,
    forms: Option<&Layout<'c>>,
) -> Walked<'t> {
    let tables = blocks.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        Block::Text(_) => None,
    });
    let mut walk = Walk {
        out: Walked::default(),
        outline: Outline::of(&blocks.blocks),
        words: Vocabulary::of(tables),
        blocks: &blocks.blocks,
        names,
        forms,
        next_table: next_tables(&blocks.blocks),
        promised: Vec::new(),
        glossary: false,
        level: 0,
        section: None,
        title: String::new(),
        parts: blocks.blocks.iter().any(is_part),
        chinese: 2,
        open: None,
    };
    walk.front();
    let mut at = walk.outline.body;
    while let Some(block) = walk.blocks.get(at) {
        at += match block {
            Block::Text(line) => walk.line(at, *line),
            Block::Table(table) => walk.table(at, table),
        };
    }
    for number in &blocks.separators {
        walk.damage(
            *number,
            DamageKind::Separator,
            "整行短横线是转换痕迹，已去掉",
        );
    }
    walk.pages(&blocks.pages);
    walk.out.facts.cover = std::mem::take(&mut walk.outline.cover);
    walk.out.facts.last = walk
        .blocks
        .iter()
        .rev()
        .map_while(|block| match block {
            Block::Text(line) => Some(line.text.to_owned()),
            Block::Table(_) => None,
        })
        .take(2)
        .collect();
    walk.out
}

impl<'t> Walk<'_, 't, '_> {
    fn front(&mut self) {
        for (at, line) in std::mem::take(&mut self.outline.contents)
            .into_iter()
            .enumerate()
        {
            if at == 0 {
                self.heading(Some(line.number), 1, "目录".to_owned());
            } else {
                self.out.nodes.push(Node::Paragraph(line.text.to_owned()));
            }
            self.outline.contents.push(line);
        }
        // A document without a cover's title keeps its first lines as paragraphs.
        self.level = 0;
        self.title.clear();
    }

    /// Keeps the page numbers in one comment.
    fn pages(&mut self, pages: &[Line<'t>]) {
        let Some(first) = pages.first() else {
            return;
        };
        self.out.pages = pages.iter().map(|page| page.text).collect();
        let all = format!("{PAGES}{}", self.out.pages.join("；"));
        self.out.nodes.push(Node::Comment(all));
        let message = format!("页码 {} 处，已从正文取出，记在文末", pages.len());
        self.damage(first.number, DamageKind::PageNumber, message);
    }

    fn damage(&mut self, line: u32, kind: DamageKind, message: impl Into<String>) {
        self.out.damage.push(Damage {
            line,
            kind,
            message: message.into(),
        });
    }

    fn heading(&mut self, line: Option<u32>, level: usize, text: String) -> usize {
        self.open = None;
        self.title.clone_from(&text);
        self.out.headings.push(FoundHeading {
            line,
            level,
            text: text.clone(),
        });
        self.out.nodes.push(Node::Heading {
            level,
            text,
            marks: Vec::new(),
        });
        self.out.nodes.len() - 1
    }

    fn mark(&mut self, heading: usize, mark: &str) {
        if let Some(Node::Heading { marks, .. }) = self.out.nodes.get_mut(heading) {
            if !marks.iter().any(|known| known == mark) {
                marks.push(mark.to_owned());
            }
        } else {
            self.out.nodes.push(Node::Comment(mark.to_owned()));
        }
    }

    /// Places a line of text; gives the number of blocks used.
    fn line(&mut self, at: usize, line: Line<'t>) -> usize {
        if text::is_field(line.text) {
            let used = self.continued(at);
            if used > 0 {
                return used;
            }
        }
        if let Some(numbered) = text::numbered(line.text) {
            match numbered.numbering {
                Numbering::Part if is_title(line.text) => {
                    self.promised = self.outline.under_part(numbered.ordinal);
                    self.glossary = numbered.rest.contains("名词");
                    self.section = None;
                    let heading = self.heading(Some(line.number), 1, line.text.to_owned());
                    // 第四部分 部门决算报表（见附表）
                    if ["见附表", "另附", "附后", "见附件"]
                        .iter()
                        .any(|apart| line.text.contains(apart))
                    {
                        self.mark(heading, "另附");
                    }
                    self.level = 1;
                    return 1;
                }
                Numbering::Table if is_title(numbered.rest) => {
                    return self.table_title(at, line, numbered.ordinal, numbered.rest);
                }
                Numbering::Annex if is_title(numbered.rest) => {
                    return self.annex(at, line, numbered);
                }
                Numbering::Chinese
                    if self.outline.lists(line.text) || (is_title(line.text) && !self.glossary) =>
                {
                    // The parts of a document that doesn't call them so, and lists them as contents.
                    let part = !self.parts && self.outline.lists(line.text);
                    self.chinese = if part { 1 } else { 2 };
                    self.level = self.chinese;
                    if part {
                        self.glossary = numbered.rest.contains("名词");
                    }
                    let heading = self.heading(Some(line.number), self.level, line.text.to_owned());
                    self.section = self.opens_table(at).then_some(Section {
                        heading,
                        ordinal: None,
                        spec: None,
                        last: None,
                    });
                    return 1;
                }
                Numbering::Bracket
                    if is_title(line.text)
                        && numbered.rest.chars().count() <= 30
                        && !self.glossary
                        && self.level >= self.chinese =>
                {
                    self.section = None;
                    let level = self.chinese + 1;
                    self.heading(Some(line.number), level, line.text.to_owned());
                    self.level = level;
                    return 1;
                }
                _ => {}
            }
        } else if self.is_form_title(at, line.text) {
            self.section = None;
            let level = (self.level + 1).clamp(2, 6);
            self.heading(Some(line.number), level, form_title(line.text));
            return 1;
        } else if is_title(line.text)
            && (self.section.is_none() || line.heading)
            && let Some(spec) = self.names.and_then(|names| names.table(line.text))
            && let Some(ordinal) = spec.ordinal
        {
            return self.table_title(at, line, u32::from(ordinal), line.text);
        } else if is_table_title(line.text) && self.opens_table(at) {
            let heading = self.heading(Some(line.number), 2, line.text.to_owned());
            self.level = 2;
            self.section = Some(Section {
                heading,
                ordinal: None,
                spec: None,
                last: None,
            });
            return 1;
        } else if line.heading && is_title(line.text) {
            self.section = None;
            let level = (self.level + 1).clamp(2, 6);
            self.heading(Some(line.number), level, line.text.to_owned());
            return 1;
        }
        if self
            .section
            .as_ref()
            .is_some_and(|section| section.last.is_none())
            && self.fields(line.text)
        {
            return 1;
        }
        self.paragraph(at, line);
        1
    }

    /// `表一：` and, on the same line or the next, its title.
    fn table_title(&mut self, at: usize, line: Line<'t>, ordinal: u32, rest: &'t str) -> usize {
        // As printed: `表一`, `表 3`; the template's if only the title stands there.
        let printed = line.text.len().checked_sub(rest.len());
        let printed = text::compact(printed.and_then(|at| line.text.get(..at)).unwrap_or(""));
        let printed = match printed.trim_end_matches([':', '、', '.']) {
            "" => format!("表{}", text::chinese(ordinal)),
            printed => printed.to_owned(),
        };
        let (title, used) = match self.blocks.get(at + 1) {
            Some(Block::Text(next))
                if rest.is_empty()
                    && is_title(next.text)
                    && text::numbered(next.text).is_none() =>
            {
                (next.text, 2)
            }
            _ => (rest, 1),
        };
        let spec = self.names.and_then(|names| {
            names.table(title).or_else(|| {
                names
                    .template
                    .tables
                    .iter()
                    .find(|table| table.ordinal.is_some_and(|o| u32::from(o) == ordinal))
            })
        });
        let text = format!("{printed} {}", text::tidy(title));
        let heading = self.heading(Some(line.number), 2, text.trim_end().to_owned());
        self.level = 2;
        self.section = Some(Section {
            heading,
            ordinal: Some(ordinal),
            spec,
            last: None,
        });
        used
    }

    fn is_form_title(&self, at: usize, line: &str) -> bool {
        let compacted = text::compact(line);
        let near_table = self
            .blocks
            .iter()
            .skip(at + 1)
            .take(2)
            .any(|block| matches!(block, Block::Table(_)));
        near_table
            && compacted.chars().count() <= 30
            && (compacted.contains("绩效目标表") || compacted.contains("自评表"))
            && !compacted.contains(['。', ',', ';'])
    }

    fn is_evaluation(&self, table: &RawTable<'t>) -> bool {
        self.forms.is_some() && evaluation::is_evaluation(table)
    }

    /// Whether a table that is no form follows a line, with nothing but its fields between.
    fn opens_table(&self, at: usize) -> bool {
        let mut below = self.blocks.iter().skip(at + 1).take(ABOVE + 1);
        let first = below.find(|block| match block {
            Block::Text(line) => !text::is_field(line.text) && !text::is_form_number(line.text),
            Block::Table(_) => true,
        });
        matches!(first, Some(Block::Table(table))
            if !form::is_form(table) && !self.is_evaluation(table))
    }

    /// `编制部门：…`, `单位：万元`, or both on one line.
    fn fields(&mut self, line: &str) -> bool {
        let (Some(key), Some((_, value))) = (text::field_key(line), line.split_once(['：', ':']))
        else {
            return false;
        };
        let mut value = value.trim();
        let mut second = None;
        if let Some(at) = value.find("单位：").or_else(|| value.find("单位:")) {
            let head = value.get(..at).unwrap_or("");
            let before = head.trim_end_matches("金额");
            if before.ends_with(char::is_whitespace) {
                second = value.get(before.len()..);
                value = before.trim_end();
            }
        }
        let money = matches!(
            text::compact(value).as_str(),
            "元" | "千元" | "万元" | "亿元" | "人民币元" | "人民币万元"
        );
        let key = match key.as_str() {
            "单位" | "金额单位" if money => {
                self.out.facts.units.push(value.to_owned());
                "金额单位".to_owned()
            }
            _ => {
                self.out.facts.bodies.push(value.to_owned());
                key
            }
        };
        self.out.nodes.push(Node::Field {
            key,
            value: vec![value.to_owned()],
        });
        if let Some(second) = second
            && !self.fields(second)
        {
            self.out.nodes.push(Node::Paragraph(second.to_owned()));
        }
        true
    }

    fn paragraph(&mut self, at: usize, line: Line<'t>) {
        let runs_on = at > 0 && self.open == Some(at - 1) && continues(line.text);
        if runs_on && let Some(Node::Paragraph(before)) = self.out.nodes.last_mut() {
            // Two numbers at the seam may be one: left apart, so that none is made up.
            let digits = before.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','))
                && line
                    .text
                    .starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
            if !digits {
                before.push_str(line.text);
                self.damage(
                    line.number,
                    DamageKind::SplitSentence,
                    "句子被分页断开，已接上",
                );
                self.open = (!text::ends_sentence(line.text)).then_some(at);
                return;
            }
        }
        if ["以下简称", "无下属预算单位", "年所有收入和支出", "编制数"]
            .iter()
            .any(|mark| line.text.contains(mark))
        {
            self.out.facts.names.push(line.text.to_owned());
        }
        let node = match line.text.strip_prefix("- ") {
            Some(item) => Node::Item(item.trim().to_owned()),
            None => Node::Paragraph(line.text.to_owned()),
        };
        self.open = (matches!(node, Node::Paragraph(_)) && may_run_on(line.text)).then_some(at);
        self.out.nodes.push(node);
    }
}

/// Whether a block is the heading of a part that is called so.
fn is_part(block: &Block<'_>) -> bool {
    matches!(block, Block::Text(line)
        if text::numbered(line.text).is_some_and(|n| n.numbering == Numbering::Part))
}

/// Whether a line is the name of a table: `2025年部门收入预算总表`, `支出表（按功能分类）`.
pub(crate) fn is_table_title(line: &str) -> bool {
    let compacted = text::compact(line);
    let name = compacted
        .strip_suffix(')')
        .and_then(|line| line.rsplit_once('('))
        .map_or(compacted.as_str(), |(name, _)| name);
    is_title(line)
        && name.ends_with('表')
        && name.chars().count() >= 4
        && !text::is_form_number(line)
}

/// For each block, the number of the next table title after it in the same part.
fn next_tables(blocks: &[Block<'_>]) -> Vec<u32> {
    let mut next = u32::MAX;
    let mut out: Vec<u32> = blocks
        .iter()
        .rev()
        .map(|block| {
            let here = next;
            if let Block::Text(line) = block
                && let Some(numbered) = text::numbered(line.text)
            {
                match numbered.numbering {
                    Numbering::Table => next = numbered.ordinal,
                    Numbering::Part => next = u32::MAX,
                    _ => {}
                }
            }
            here
        })
        .collect();
    out.reverse();
    out
}

/// `(编号: 140) 项目支出绩效目标表` as `项目支出绩效目标表（编号：140）`.
fn form_title(line: &str) -> String {
    let moved = line
        .strip_prefix(['(', '（'])
        .and_then(|rest| rest.split_once([')', '）']))
        .filter(|(_, title)| !title.trim().is_empty())
        .and_then(|(number, title)| Some((number.split_once([':', '：'])?, title)));
    match moved {
        Some(((key, number), title)) => {
            format!("{}（{}：{}）", title.trim(), key.trim(), number.trim())
        }
        None => line.to_owned(),
    }
}

/// Whether a paragraph may have been cut by a page break: long, and no sentence's end.
fn may_run_on(line: &str) -> bool {
    line.chars().count() >= 25
        && !text::ends_sentence(line)
        && line
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphanumeric() || matches!(c, '，' | '、' | '（' | ','))
}

/// Whether a line can be the rest of a sentence: no number, no `键：值`, no date of its own.
fn continues(line: &str) -> bool {
    let key = line
        .split(['，', '。', ',', '；'])
        .next()
        .is_some_and(|clause| {
            clause
                .find(['：', ':'])
                .and_then(|at| clause.get(..at))
                .is_some_and(|key| key.chars().count() <= 10)
        });
    text::numbered(line).is_none() && !line.starts_with("- ") && !key && date(line).is_none()
}
