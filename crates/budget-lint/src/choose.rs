//! Which rules are used, and what is set aside: the arguments that `check` and `baseline` share.

use std::path::PathBuf;

use budget_workspace::{Level, Overrides, Resolver};
use clap::{Args, ValueEnum};

#[derive(Args, Debug, Default)]
pub(crate) struct Choose {
    /// 只用这些规则，用逗号隔开：编号、英文名、中文名，或一组（ARI、表内）
    #[arg(long, value_delimiter = ',', value_parser = rules, value_name = "规则", help_heading = "选用规则")]
    select: Vec<String>,
    /// 不用这些规则
    #[arg(long, value_delimiter = ',', value_parser = rules, value_name = "规则", help_heading = "选用规则")]
    ignore: Vec<String>,
    /// 改变规则的级别，可以重复：规则=级别，级别有 off、hint、info、warning、error
    #[arg(long, value_delimiter = ',', value_parser = severity, value_name = "规则=级别", help_heading = "选用规则")]
    severity: Vec<(String, Level)>,
    /// 送审：必须修改的问题不能用忽略标记、配置或基线放过
    #[arg(
        long,
        value_enum,
        hide_possible_values = true,
        value_name = "场合",
        help_heading = "选用规则"
    )]
    profile: Option<Profile>,
    /// 基线文件：其中已有的问题不再报告（用 budget-lint baseline 生成）
    #[arg(long, value_name = "文件", help_heading = "选用规则")]
    pub(crate) baseline: Option<PathBuf>,
    /// 使用这个配置文件，而不是最近的 budget.toml
    #[arg(long, value_name = "文件", help_heading = "选项")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Profile {
    #[value(name = "送审", alias = "submission")]
    Submission,
}

impl Choose {
    /// Whether nothing may set an error aside.
    pub(crate) fn is_strict(&self) -> bool {
        self.profile == Some(Profile::Submission)
    }

    /// The settings of files under what was chosen.
    pub(crate) fn resolver(&self) -> Resolver {
        let overrides = Overrides {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            levels: self.severity.clone(),
            strict: self.is_strict(),
            baseline: self.baseline.clone(),
        };
        Resolver::new(self.config.clone(), overrides)
    }
}

fn rules(name: &str) -> Result<String, String> {
    if budget_rules::select(name).is_empty() {
        return Err("没有这条规则，用 budget-lint rules 查看全部规则".to_owned());
    }
    Ok(name.to_owned())
}

fn severity(argument: &str) -> Result<(String, Level), String> {
    let (rule, level) = argument
        .split_once('=')
        .ok_or("写成 规则=级别，例如 GLO=hint")?;
    let level =
        Level::parse(level.trim()).ok_or("级别可用的有：off、hint、info、warning、error")?;
    Ok((rules(rule.trim())?, level))
}
