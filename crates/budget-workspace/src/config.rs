//! `budget.toml`: what a folder's documents are checked by.
//!
//! Read key by key, not through a derive, so that every mistake has a line and an answer in
//! Chinese. Keys are English, because TOML wants Chinese ones in quotes; those are read too.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use budget_rules::Severity;
use budget_syntax::position::{Encoding, LineIndex};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The name of the file.
pub const FILE_NAME: &str = "budget.toml";

/// What a rule is set to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// `off`: its findings are set aside (and counted).
    Off,
    /// Its findings have this severity.
    At(Severity),
}

/// From which severity on a check fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailLevel {
    /// A finding as severe as this, or more.
    At(Severity),
    /// Never.
    Never,
}

impl Default for FailLevel {
    fn default() -> Self {
        Self::At(Severity::Warning)
    }
}

/// What `budget.toml` says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Config {
    /// `template`: the template of documents that name none.
    pub template: Option<String>,
    /// `fail-level`.
    pub fail_level: Option<FailLevel>,
    /// `rules`: by rule code.
    pub rules: Vec<(&'static str, Level)>,
    /// `packs`: a folder of templates of the user's own.
    pub packs: Option<PathBuf>,
}

impl Config {
    /// What a rule is set to, if it is.
    pub fn level(&self, rule: &str) -> Option<Level> {
        self.rules
            .iter()
            .find(|(code, _)| *code == rule)
            .map(|(_, level)| *level)
    }
}

/// A mistake in `budget.toml` (or in a template of the user's own), with its place.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}: {message}。{help}", self.place())]
pub struct ConfigError {
    /// The file.
    pub path: PathBuf,
    /// Byte range in the file's text.
    pub range: Range<usize>,
    /// Line from 1; 0 where the whole file is meant.
    pub line: u32,
    /// Column from 1, in Unicode scalar values.
    pub column: u32,
    /// In Chinese: what is wrong.
    pub message: String,
    /// In Chinese: what to do.
    pub help: String,
}

impl ConfigError {
    /// `path`, or `path:line:column`.
    pub fn place(&self) -> String {
        let path = self.path.display();
        match self.line {
            0 => path.to_string(),
            line => format!("{path}:{line}:{}", self.column),
        }
    }

    pub(crate) fn new(
        path: &Path,
        text: &str,
        range: Range<usize>,
        message: String,
        help: String,
    ) -> Self {
        let offset = u32::try_from(range.start).unwrap_or(u32::MAX);
        let place = LineIndex::new(text).position(text, offset, Encoding::Utf32);
        Self {
            path: path.to_owned(),
            range,
            line: place.line.saturating_add(1),
            column: place.column.saturating_add(1),
            message,
            help,
        }
    }
}

/// Reads the text of a `budget.toml`. `path` is for the messages, and the folder of `packs`.
pub fn parse(path: &Path, text: &str) -> Result<Config, ConfigError> {
    Reader { path, text }.read()
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl Reader<'_> {
    fn read(&self) -> Result<Config, ConfigError> {
        let table = DeTable::parse(self.text).map_err(|error| {
            self.error(
                error.span().unwrap_or_default(),
                format!("这里不合 TOML 的写法（{}）", error.message()),
                "写成“键 = 值”，文字和中文键都加双引号，例如 template = \"通用-预算\"",
            )
        })?;
        let mut config = Config::default();
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "模板" | "template" => config.template = Some(self.string(value)?.to_owned()),
                "失败级别" | "fail-level" => config.fail_level = Some(self.fail_level(value)?),
                "模板目录" | "packs" => {
                    let folder = self.path.parent().unwrap_or(Path::new(""));
                    config.packs = Some(folder.join(self.string(value)?));
                }
                "规则" | "rules" => self.rules(value, &mut config)?,
                // An identity of one's own is a template's business; say so where it is looked for.
                other => {
                    return Err(self.error(
                        key.span(),
                        format!("没有“{other}”这一项"),
                        "可用的有：template（模板）、fail-level（失败级别）、packs（模板目录）、[rules]（规则）",
                    ));
                }
            }
        }
        Ok(config)
    }

    fn error(&self, range: Range<usize>, message: String, help: impl Into<String>) -> ConfigError {
        ConfigError::new(self.path, self.text, range, message, help.into())
    }

    fn string<'v>(&self, value: &'v Value<'_>) -> Result<&'v str, ConfigError> {
        value
            .get_ref()
            .as_str()
            .ok_or_else(|| self.error(value.span(), "这里应是文字".to_owned(), "请用双引号括起来"))
    }

    fn fail_level(&self, value: &Value<'_>) -> Result<FailLevel, ConfigError> {
        match self.string(value)? {
            "never" | "从不" => Ok(FailLevel::Never),
            word => severity(word).map(FailLevel::At).ok_or_else(|| {
                self.error(
                    value.span(),
                    format!("没有“{word}”这一级别"),
                    "可用的有：error、warning、info、hint、never",
                )
            }),
        }
    }

    fn rules(&self, value: &Value<'_>, config: &mut Config) -> Result<(), ConfigError> {
        let Some(table) = value.get_ref().as_table() else {
            return Err(self.error(
                value.span(),
                "[rules] 下应逐条列出规则".to_owned(),
                "例如 GLO002 = \"off\"",
            ));
        };
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let Some(rule) = budget_rules::registry::find(name) else {
                return Err(self.error(
                    key.span(),
                    format!("没有名为“{name}”的规则"),
                    "用 budget-lint rules 查看全部规则",
                ));
            };
            let word = self.string(value)?;
            let level = match word {
                "off" | "关" => Level::Off,
                word => Level::At(severity(word).ok_or_else(|| {
                    self.error(
                        value.span(),
                        format!("没有“{word}”这一级别"),
                        "可用的有：off、hint、info、warning、error",
                    )
                })?),
            };
            if config.level(rule.code).is_some() {
                return Err(self.error(
                    key.span(),
                    format!("规则 {} 设了两次", rule.code),
                    "请只留一处",
                ));
            }
            config.rules.push((rule.code, level));
        }
        Ok(())
    }
}

fn severity(word: &str) -> Option<Severity> {
    Some(match word {
        "error" | "必须修改" => Severity::Error,
        "warning" | "修改或说明" => Severity::Warning,
        "info" | "请核实" => Severity::Info,
        "hint" | "提示" => Severity::Hint,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(text: &str, expect: Expect) {
        let told = match parse(Path::new("项目/budget.toml"), text) {
            Ok(config) => format!("{config:?}"),
            Err(error) => format!("{error}"),
        };
        expect.assert_eq(&told);
    }

    #[test]
    fn both_spellings_of_a_key_are_read() {
        let chinese =
            "\"模板\" = \"通用-预算\"\n\"失败级别\" = \"error\"\n\"模板目录\" = \"模板\"\n";
        let english = "template = \"通用-预算\"\nfail-level = \"error\"\npacks = \"模板\"\n";
        let path = Path::new("项目/budget.toml");
        let config = parse(path, chinese).expect("right");
        assert_eq!(config, parse(path, english).expect("right"));
        assert_eq!(config.template.as_deref(), Some("通用-预算"));
        assert_eq!(config.fail_level, Some(FailLevel::At(Severity::Error)));
        assert_eq!(config.packs, Some(PathBuf::from("项目/模板")));
    }

    #[test]
    fn mistakes_have_a_place_and_an_answer() {
        check(
            "templete = \"通用-预算\"\n",
            expect![
                "项目/budget.toml:1:1: 没有“templete”这一项。可用的有：template（模板）、fail-level（失败级别）、packs（模板目录）、[rules]（规则）"
            ],
        );
        check(
            "\nfail-level = \"严重\"\n",
            expect![
                "项目/budget.toml:2:14: 没有“严重”这一级别。可用的有：error、warning、info、hint、never"
            ],
        );
        check(
            "[rules]\nXYZ999 = \"off\"\n",
            expect![
                "项目/budget.toml:2:1: 没有名为“XYZ999”的规则。用 budget-lint rules 查看全部规则"
            ],
        );
        check(
            "template = 通用\n",
            expect![[
                r#"项目/budget.toml:1:12: 这里不合 TOML 的写法（string values must be quoted, expected literal string）。写成“键 = 值”，文字和中文键都加双引号，例如 template = "通用-预算""#
            ]],
        );
        check(
            "模板 = \"通用-预算\"\n",
            expect![[
                r#"项目/budget.toml:1:1: 这里不合 TOML 的写法（invalid unquoted key, expected letters, numbers, `-`, `_`）。写成“键 = 值”，文字和中文键都加双引号，例如 template = "通用-预算""#
            ]],
        );
    }
}
