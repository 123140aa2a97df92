//! Reads a `budget.toml`; every mistake has a line and an answer in Chinese.

use std::{collections::BTreeMap, ops::Range, path::Path};

use rustc_hash::FxHashMap;
use toml::Spanned;

use super::{Config, ConfigError, Level};

/// Reads the text of a `budget.toml`. `path` is for the messages.
pub fn parse(path: &Path, text: &str) -> Result<Config, ConfigError> {
    let config: Config = toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        let (message, help) =
            full_width(text, span.start).unwrap_or_else(|| in_chinese(error.message()));
        ConfigError::at(path, text, span, message, help)
    })?;
    let reader = Reader { path, text };
    reader.names(config.select.as_deref().unwrap_or_default())?;
    reader.names(&config.ignore)?;
    reader.levels(&config.rules)?;
    for per_path in &config.per_path {
        reader.names(&per_path.ignore)?;
        reader.levels(&per_path.rules)?;
    }
    let mut names = FxHashMap::default();
    for relation in &config.relations {
        let name = &relation.name;
        if names.insert(name.get_ref(), ()).is_some() {
            let message = format!("审核公式“{}”写了两次", name.get_ref());
            return Err(reader.error(name.span(), message, "请改名，或只留一处"));
        }
    }
    Ok(config)
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Reader<'_> {
    fn error(&self, range: Range<usize>, message: String, help: &str) -> ConfigError {
        ConfigError::at(self.path, self.text, range, message, help)
    }

    fn names(&self, names: &[Spanned<String>]) -> Result<(), ConfigError> {
        match names
            .iter()
            .find(|name| budget_rules::select(name.get_ref()).is_empty())
        {
            None => Ok(()),
            Some(name) => Err(self.no_such_rule(name)),
        }
    }

    fn no_such_rule(&self, name: &Spanned<String>) -> ConfigError {
        self.error(
            name.span(),
            format!("没有名为“{}”的规则", name.get_ref()),
            "用 budget-lint rules 查看全部规则；一组规则写 ARI 或 表内",
        )
    }

    fn levels(&self, levels: &BTreeMap<Spanned<String>, Level>) -> Result<(), ConfigError> {
        let mut set = FxHashMap::default();
        for name in levels.keys() {
            let rules = budget_rules::select(name.get_ref());
            let Some(first) = rules.first() else {
                return Err(self.no_such_rule(name));
            };
            // One rule may be set apart from its group, but by one name.
            if set.insert((first.code, rules.len()), ()).is_some() {
                let message = format!("规则“{}”设了两次", name.get_ref());
                return Err(self.error(name.span(), message, "请只留一处"));
            }
        }
        Ok(())
    }
}

/// The commonest slip of a Chinese keyboard: a mark of TOML in its Chinese form on the line of a mistake.
fn full_width(text: &str, at: usize) -> Option<(String, String)> {
    const MARKS: [(char, &str); 9] = [
        ('“', "\""),
        ('”', "\""),
        ('＝', "="),
        ('［', "["),
        ('］', "]"),
        ('【', "["),
        ('】', "]"),
        ('，', ","),
        ('＃', "#"),
    ];
    let before = text.get(..at)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(start..)?.lines().next()?;
    // Inside English quotes a Chinese mark is text.
    let mut outside = line.split('"').step_by(2).flat_map(str::chars);
    let (found, meant) = outside.find_map(|c| MARKS.into_iter().find(|(mark, _)| *mark == c))?;
    Some((
        format!("这里用了中文的「{found}」"),
        format!("请改用英文的 {meant}"),
    ))
}

/// What the TOML reader says, in Chinese: what is wrong, and what to do. It names keys between
/// backticks, the wrong one first.
pub(crate) fn in_chinese(message: &str) -> (String, String) {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let name = quoted.first().copied().unwrap_or_default();
    let allowed = quoted.get(1..).unwrap_or_default().join("、");
    let said = if message.starts_with("unknown field") {
        format!("没有“{name}”这一项")
    } else if message.starts_with("unknown variant") {
        format!("这里不能写“{name}”")
    } else if message.starts_with("missing field") {
        return (format!("缺少“{name}”"), format!("请加上 {name} = …"));
    } else if message.starts_with("duplicate") {
        return ("同一项写了两次".to_owned(), "请只留一处".to_owned());
    } else if message.starts_with("invalid type") || message.starts_with("invalid value") {
        let help = "文字加双引号，几项写成 [\"…\", \"…\"]，是否写 true 或 false，个数写数字";
        return ("这里的写法不对".to_owned(), help.to_owned());
    } else {
        let help = "写成“键 = 值”，文字和中文键都加双引号，例如 template = \"通用-预算\"";
        return ("这里不合 TOML 的写法".to_owned(), help.to_owned());
    };
    (said, format!("可用的有：{allowed}"))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::config::FailLevel;

    fn check(text: &str, expect: Expect) {
        let told = match parse(Path::new("项目/budget.toml"), text) {
            Ok(config) => format!("{config:?}"),
            Err(error) => format!("{error}"),
        };
        expect.assert_eq(&told);
    }

    #[test]
    fn both_spellings_of_a_key_are_read() {
        let chinese = "\"模板\" = \"通用-预算\"\n\"失败级别\" = \"必须修改\"\n\"模板目录\" = \"模板\"\n\
            [\"规则\"]\nGLO002 = \"关\"\n";
        let english = "template = \"通用-预算\"\nfail-level = \"error\"\npacks = \"模板\"\n\
            [rules]\nGLO002 = \"off\"\n";
        let path = Path::new("项目/budget.toml");
        let words = |text: &str| {
            let config = parse(path, text).expect("right");
            let template = config.template.map(Spanned::into_inner);
            let packs = config.packs.map(Spanned::into_inner);
            let rules: Vec<_> = config.rules.into_iter().collect();
            let rules: Vec<_> = rules
                .into_iter()
                .map(|(rule, level)| (rule.into_inner(), level))
                .collect();
            (template, config.fail_level, packs, rules)
        };
        let (template, fail_level, packs, rules) = words(english);
        assert_eq!(template.as_deref(), Some("通用-预算"));
        assert_eq!(fail_level, Some(FailLevel::Error));
        assert_eq!(packs.as_deref(), Some(Path::new("模板")));
        assert_eq!(rules, [("GLO002".to_owned(), Level::Off)]);
        assert_eq!(words(chinese), (template, fail_level, packs, rules));
    }

    #[test]
    fn mistakes_have_a_place_and_an_answer() {
        check(
            "templete = \"通用-预算\"\n",
            expect![
                "项目/budget.toml:1:1: 没有“templete”这一项。可用的有：root、顶层、template、模板、fail-level、失败级别、max-warnings、警告上限、packs、模板目录、exclude、排除、baseline、基线、explanations、出错说明、tolerance、容差、select、选用、ignore、不用、rules、规则、per-path、按路径、relations、审核公式"
            ],
        );
        check(
            "\nfail-level = \"严重\"\n",
            expect![
                "项目/budget.toml:2:14: 这里不能写“严重”。可用的有：error、必须修改、warning、修改或说明、info、请核实、hint、提示、never、从不"
            ],
        );
        check(
            "[rules]\nXYZ999 = \"off\"\n",
            expect![
                "项目/budget.toml:2:1: 没有名为“XYZ999”的规则。用 budget-lint rules 查看全部规则；一组规则写 ARI 或 表内"
            ],
        );
        check(
            "[rules]\nARI001 = \"严重\"\n",
            expect![
                "项目/budget.toml:2:10: 这里不能写“严重”。可用的有：off、关、hint、提示、info、请核实、warning、修改或说明、error、必须修改"
            ],
        );
        check(
            "[rules]\nARI001 = \"off\"\nrow-sum = \"hint\"\n",
            expect!["项目/budget.toml:3:1: 规则“row-sum”设了两次。请只留一处"],
        );
        check(
            "select = [\"ARI\", \"XX\"]\n",
            expect![
                "项目/budget.toml:1:18: 没有名为“XX”的规则。用 budget-lint rules 查看全部规则；一组规则写 ARI 或 表内"
            ],
        );
        check(
            "exclude = \"草稿\"\n",
            expect![[
                r#"项目/budget.toml:1:11: 这里的写法不对。文字加双引号，几项写成 ["…", "…"]，是否写 true 或 false，个数写数字"#
            ]],
        );
        check(
            "[[relations]]\nname = \"甲\"\nexpr = \"1 = 1\"\n",
            expect!["项目/budget.toml:1:1: 缺少“message”。请加上 message = …"],
        );
        check(
            "max-warnings = -1\n",
            expect![[
                r#"项目/budget.toml:1:16: 这里的写法不对。文字加双引号，几项写成 ["…", "…"]，是否写 true 或 false，个数写数字"#
            ]],
        );
        check(
            "root = \"是\"\n",
            expect![[
                r#"项目/budget.toml:1:8: 这里的写法不对。文字加双引号，几项写成 ["…", "…"]，是否写 true 或 false，个数写数字"#
            ]],
        );
        check(
            "template = “通用-预算”\n",
            expect![[r#"项目/budget.toml:1:12: 这里用了中文的「“」。请改用英文的 ""#]],
        );
        check(
            "［rules］\nGLO002 = \"off\"\n",
            expect!["项目/budget.toml:1:8: 这里用了中文的「［」。请改用英文的 ["],
        );
        check(
            "select = [\"ARI\"，\"GLO\"]\n",
            expect!["项目/budget.toml:1:16: 这里用了中文的「，」。请改用英文的 ,"],
        );
        check(
            "select = [\"甲，乙\"\n",
            expect![[
                r#"项目/budget.toml:1:16: 这里不合 TOML 的写法。写成“键 = 值”，文字和中文键都加双引号，例如 template = "通用-预算""#
            ]],
        );
        check(
            "template = 通用\n",
            expect![[
                r#"项目/budget.toml:1:12: 这里不合 TOML 的写法。写成“键 = 值”，文字和中文键都加双引号，例如 template = "通用-预算""#
            ]],
        );
        check(
            "模板 = \"通用-预算\"\n",
            expect![[
                r#"项目/budget.toml:1:1: 这里不合 TOML 的写法。写成“键 = 值”，文字和中文键都加双引号，例如 template = "通用-预算""#
            ]],
        );
    }
}
