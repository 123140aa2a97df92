//! The arguments, with their help in Chinese.

use std::path::PathBuf;

use budget_rules::Severity;
use budget_workspace::FailLevel;
use clap::{
    Args, Parser, Subcommand, ValueEnum,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::{Exit, choose::Choose};

const HELP: &str = "{about}\n\n用法：{usage}\n\n{all-args}{after-help}";

/// 核对预算公开文档：表内、表间、科目、名称、结构
#[derive(Parser, Debug)]
#[command(
    name = "budget-lint",
    override_usage = "budget-lint <命令> [选项] …",
    version,
    help_template = HELP,
    subcommand_help_heading = "命令",
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true,
    after_help = "退出码：0 没有达到失败级别的问题；1 有；2 用法不对或文件读不了"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// 显示帮助
    #[arg(short, long, global = true, action = clap::ArgAction::Help, help_heading = "选项")]
    help: Option<bool>,
    /// 显示版本
    #[arg(short = 'V', long, action = clap::ArgAction::Version, help_heading = "选项")]
    version: Option<bool>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// 核对文档
    Check(Check),
    /// 把现有的问题记入基线，以后只报告新的
    Baseline(Baseline),
    /// 写出核对清单：供核对人、复核人签字的依据
    Audit(Audit),
    /// 排版文档（对齐表格、统一符号，不改文字和数字）
    Fmt(Fmt),
    /// 把 Word 文档、Excel 表格、CSV 或 PDF 转出的文本导入为 .budget 文档
    Import(Import),
    /// 按模板新建一份待填的文档
    New(New),
    /// 说明一条规则
    Explain(Explain),
    /// 列出全部规则
    Rules(List),
    /// 列出全部模板，或由一份文档拟出新模板
    Templates(Templates),
    /// 输出命令行补全脚本
    #[command(hide = true)]
    Completions(Completions),
}

/// Which files a command is about.
#[derive(Args, Debug)]
pub(crate) struct Inputs {
    /// 文件、文件夹或通配写法（如 "2020/**/*.budget"）；“-”为标准输入；不给则为当前文件夹
    #[arg(value_name = "路径", help_heading = "参数")]
    pub(crate) paths: Vec<PathBuf>,
    /// 不处理这些文件，可以重复；写法与 .gitignore 相同，例如 草稿/
    #[arg(long, value_name = "通配写法", help_heading = "选项")]
    pub(crate) exclude: Vec<String>,
    /// 直接写出名称的文件，也照 --exclude 和配置排除（供提交钩子使用）
    #[arg(long, overrides_with = "force_exclude", help_heading = "选项")]
    pub(crate) force_exclude: bool,
}

/// Files chosen by git.
#[derive(Args, Debug)]
pub(crate) struct Changed {
    /// 只核对已暂存（git add）的文件，按暂存的内容
    #[arg(long, conflicts_with = "since", help_heading = "选项")]
    pub(crate) staged: bool,
    /// 只核对这一版本以来改动过的文件，按现在的内容；例如 origin/main、HEAD~3
    #[arg(long, value_name = "版本", help_heading = "选项")]
    pub(crate) since: Option<String>,
}

#[derive(Args, Debug)]
#[command(help_template = HELP, override_usage = "budget-lint check [选项] [路径]…", after_help = "退出码：0 没有达到失败级别的问题；1 有；2 用法不对或文件读不了；3 没有，但基线里有已经没有的问题")]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    #[command(flatten)]
    pub(crate) changed: Changed,
    /// 输出形式：human（默认）、concise（一行一条）、json、jsonl、sarif、github、gitlab
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        hide_default_value = true,
        value_name = "形式",
        help_heading = "选项"
    )]
    pub(crate) format: Format,
    /// 同时把结果写到文件，可以重复：形式=文件，例如 sarif=budget.sarif
    #[arg(short, long = "output", value_name = "形式=文件", value_parser = output, help_heading = "选项")]
    pub(crate) outputs: Vec<Output>,
    /// 从哪一级起以退出码 1 结束：error、warning（默认）、info、hint、never
    #[arg(
        long,
        value_enum,
        hide_possible_values = true,
        value_name = "级别",
        help_heading = "选项"
    )]
    fail_level: Option<Fail>,
    /// 只显示这一级及以上：error、warning、info（默认）、hint（含舍位可解释等提示）
    #[arg(long, value_enum, default_value_t = Least::Info, hide_possible_values = true, hide_default_value = true, value_name = "级别", help_heading = "选项")]
    min_severity: Least,
    /// 列出全部核对关系的结果和未被核对的金额
    #[arg(long, help_heading = "选项")]
    pub(crate) outcomes: bool,
    /// 只列出各规则发现的条数，不列出每一条
    #[arg(long, conflicts_with = "outcomes", help_heading = "选项")]
    pub(crate) statistics: bool,
    /// 最多显示多少条，0 为不限（默认：human 100 条，其他不限）
    #[arg(long, value_name = "条数", help_heading = "选项")]
    pub(crate) max_findings: Option<usize>,
    /// 标准输入的内容当作哪个文件（显示名称、找 budget.toml）
    #[arg(long, value_name = "文件", help_heading = "选项")]
    pub(crate) stdin_filename: Option<PathBuf>,
    /// “修改或说明”最多允许多少条，超过则以退出码 1 结束
    #[arg(long, value_name = "条数", help_heading = "选项")]
    pub(crate) max_warnings: Option<usize>,
    #[command(flatten)]
    pub(crate) choose: Choose,
    #[command(flatten)]
    pub(crate) mend: Mend,
    #[command(flatten)]
    pub(crate) waive: Waive,
    #[command(flatten)]
    pub(crate) show: Show,
}

/// Mending what is found.
#[derive(Args, Debug)]
pub(crate) struct Mend {
    /// 自动修改有把握的问题（不改数字、名称和编码）
    #[arg(
        long,
        group = "mending",
        conflicts_with = "staged",
        help_heading = "修改"
    )]
    pub(crate) fix: bool,
    /// 连同改后须核对的一起改（数字、名称、编码）；舍位平衡另加 --min-severity hint
    #[arg(long, requires = "mending", help_heading = "修改")]
    pub(crate) unsafe_fixes: bool,
    /// 只显示会怎样改，不写入
    #[arg(long, group = "mending", help_heading = "修改")]
    pub(crate) diff: bool,
}

/// Looking, without checking.
#[derive(Args, Debug)]
pub(crate) struct Show {
    /// 只列出要核对的文件
    #[arg(long, conflicts_with = "show_settings", help_heading = "查看")]
    pub(crate) show_files: bool,
    /// 只列出文件按什么设置核对
    #[arg(long, help_heading = "查看")]
    pub(crate) show_settings: bool,
}

/// Setting aside what is found.
#[derive(Args, Debug)]
pub(crate) struct Waive {
    /// 在文档里给现有的问题加上忽略标记，要有 --reason
    #[arg(
        long,
        group = "waiving",
        conflicts_with = "mending",
        help_heading = "忽略和说明"
    )]
    pub(crate) add_suppressions: bool,
    /// 把现有的问题加入出错说明文件，逐条说明理由
    #[arg(
        long,
        group = "waiving",
        conflicts_with = "mending",
        help_heading = "忽略和说明"
    )]
    pub(crate) add_explanations: bool,
    /// 忽略或说明的理由
    #[arg(
        long,
        requires = "waiving",
        value_name = "理由",
        help_heading = "忽略和说明"
    )]
    pub(crate) reason: Option<String>,
    /// 说明人
    #[arg(
        long,
        requires = "add_explanations",
        value_name = "姓名",
        help_heading = "忽略和说明"
    )]
    pub(crate) who: Option<String>,
}

impl Check {
    pub(crate) fn fail_level(&self) -> Option<FailLevel> {
        Some(match self.fail_level? {
            Fail::Error => FailLevel::Error,
            Fail::Warning => FailLevel::Warning,
            Fail::Info => FailLevel::Info,
            Fail::Hint => FailLevel::Hint,
            Fail::Never => FailLevel::Never,
        })
    }

    pub(crate) fn min_severity(&self) -> Severity {
        match self.min_severity {
            Least::Error => Severity::Error,
            Least::Warning => Severity::Warning,
            Least::Info => Severity::Info,
            Least::Hint => Severity::Hint,
        }
    }
}

#[derive(Args, Debug)]
#[command(help_template = HELP, override_usage = "budget-lint baseline [选项] [路径]…", after_help = "退出码：0 已写入；2 用法不对或文件读不了")]
pub(crate) struct Baseline {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// 只从基线中删去已经没有的问题，不记入新的
    #[arg(long, help_heading = "选项")]
    pub(crate) prune: bool,
    #[command(flatten)]
    pub(crate) choose: Choose,
}

#[derive(Args, Debug)]
#[command(
    help_template = HELP,
    override_usage = "budget-lint audit [选项] [路径]…",
    after_help = "每份文档一个文件，写在文档旁边：某局.核对清单.html。有问题也照写，不影响退出码；要按问题拦截请用 check\n退出码：0 已写好；2 用法不对、文件读不了或写不了"
)]
pub(crate) struct Audit {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// 输出形式：html（默认，可打印）、json
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        hide_default_value = true,
        value_name = "形式",
        help_heading = "选项"
    )]
    pub(crate) format: AuditFormat,
    /// json 里带上 html 的全文（page），供要两样的程序一次读到
    #[arg(long, help_heading = "选项")]
    pub(crate) with_page: bool,
    /// 写到这个文件；是文件夹（或以 / 结尾）时写到里面，没有则建立；“-”为标准输出
    #[arg(short, long, value_name = "文件", help_heading = "选项")]
    pub(crate) output: Option<PathBuf>,
    /// 标准输入的内容当作哪个文件（显示名称、找 budget.toml）
    #[arg(long, value_name = "文件", help_heading = "选项")]
    pub(crate) stdin_filename: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) choose: Choose,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) enum AuditFormat {
    #[default]
    Html,
    Json,
}

impl AuditFormat {
    /// Of its files.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Json => "json",
        }
    }
}

#[derive(Args, Debug)]
#[command(help_template = HELP, override_usage = "budget-lint fmt [选项] [路径]…", after_help = "退出码：0 已排好（或已写入）；1 用 --check、--diff 时有需要排版的文件；2 用法不对或文件读不了")]
pub(crate) struct Fmt {
    #[command(flatten)]
    pub(crate) inputs: Inputs,
    /// 只列出需要排版的文件，不写入
    #[arg(long, conflicts_with = "diff", help_heading = "选项")]
    pub(crate) check: bool,
    /// 只显示改动，不写入
    #[arg(long, help_heading = "选项")]
    pub(crate) diff: bool,
    /// 标准输入的内容当作哪个文件（只用于显示）
    #[arg(long, value_name = "文件", help_heading = "选项")]
    pub(crate) stdin_filename: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(help_template = HELP, override_usage = "budget-lint import [选项] <文件>", after_help = "退出码：0 全部放到位；1 部分放到位；2 用法不对或文件读不了")]
pub(crate) struct Import {
    /// Word 文档（.docx）、Excel 工作簿（.xlsx、.xls）、CSV/TSV 或文本文件；“-”为标准输入
    #[arg(value_name = "文件", help_heading = "参数")]
    pub(crate) file: PathBuf,
    /// 写到这个文件（默认写到标准输出）
    #[arg(short, long, value_name = "文件", help_heading = "选项")]
    pub(crate) output: Option<PathBuf>,
    /// 允许覆盖已有的输出文件
    #[arg(long, help_heading = "选项")]
    pub(crate) force: bool,
    /// 报告形式：json（写到标准输出，这时文档须用 -o 写到文件）
    #[arg(
        long,
        value_enum,
        hide_possible_values = true,
        value_name = "形式",
        help_heading = "选项"
    )]
    pub(crate) report: Option<ReportFormat>,
    /// 使用这个模板，不自动判断
    #[arg(long, value_name = "模板", help_heading = "选项")]
    pub(crate) template: Option<String>,
}

#[derive(Args, Debug)]
#[command(help_template = HELP, override_usage = "budget-lint new [选项] <模板>")]
pub(crate) struct New {
    /// 模板（见 budget-lint templates）
    #[arg(value_name = "模板", help_heading = "参数")]
    pub(crate) template: String,
    /// 部门全称
    #[arg(long, value_name = "名称", help_heading = "选项")]
    pub(crate) body: Option<String>,
    /// 年度
    #[arg(long, value_name = "年", help_heading = "选项", value_parser = clap::value_parser!(u16).range(1949..=2999))]
    pub(crate) year: Option<u16>,
    /// 写到这个文件（默认写到标准输出）；已有的文件不覆盖
    #[arg(short, long, value_name = "文件", help_heading = "选项")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(help_template = HELP, override_usage = "budget-lint explain <规则>")]
pub(crate) struct Explain {
    /// 规则的编号、英文名或中文名，例如 ARI001
    #[arg(value_name = "规则", help_heading = "参数")]
    pub(crate) rule: String,
}

#[derive(Args, Debug)]
#[command(
    help_template = HELP,
    override_usage = "budget-lint templates [选项]\n      budget-lint templates scaffold [选项] <文档>",
    subcommand_help_heading = "命令",
    disable_help_subcommand = true,
    args_conflicts_with_subcommands = true
)]
pub(crate) struct Templates {
    #[command(subcommand)]
    pub(crate) command: Option<TemplatesCommand>,
    #[command(flatten)]
    pub(crate) list: List,
}

#[derive(Subcommand, Debug)]
pub(crate) enum TemplatesCommand {
    /// 由一份 .budget 文档拟出模板草稿：部分、表、栏、行，以及在文档里成立的核对关系（写成注释，待确认）
    Scaffold(Scaffold),
}

#[derive(Args, Debug)]
#[command(help_template = HELP, override_usage = "budget-lint templates scaffold [选项] <文档>", after_help = "退出码：0 已拟出；2 用法不对，或文件读不了、是空的、没有表")]
pub(crate) struct Scaffold {
    /// .budget 文档；“-”为标准输入。别的格式先用 budget-lint import 导入
    #[arg(value_name = "文档", help_heading = "参数")]
    pub(crate) file: PathBuf,
    /// 写到这个文件（默认写到标准输出）
    #[arg(short, long, value_name = "文件", help_heading = "选项")]
    pub(crate) output: Option<PathBuf>,
    /// 允许覆盖已有的输出文件
    #[arg(long, help_heading = "选项")]
    pub(crate) force: bool,
}

#[derive(Args, Debug)]
#[command(help_template = HELP, override_usage = "budget-lint rules [--format text|json]")]
pub(crate) struct List {
    /// 输出形式：text（默认）、json
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        hide_default_value = true,
        value_name = "形式",
        help_heading = "选项"
    )]
    pub(crate) format: ListFormat,
}

#[derive(Args, Debug)]
#[command(help_template = HELP, override_usage = "budget-lint completions <shell>")]
pub(crate) struct Completions {
    /// bash、zsh、fish、powershell 或 elvish
    #[arg(
        value_enum,
        value_name = "shell",
        hide_possible_values = true,
        help_heading = "参数"
    )]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) enum Format {
    #[default]
    Human,
    Concise,
    Json,
    Jsonl,
    Sarif,
    Github,
    Gitlab,
}

impl Format {
    /// Whether the output stops at line ends only.
    pub(crate) fn ends_lines(self) -> bool {
        match self {
            Self::Human | Self::Concise | Self::Jsonl | Self::Github => true,
            Self::Json | Self::Sarif | Self::Gitlab => false,
        }
    }
}

/// A report to a file.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) path: PathBuf,
}

fn output(argument: &str) -> Result<Output, String> {
    let names = || {
        let names = Format::value_variants().iter();
        let names: Vec<_> = names
            .filter_map(|it| Some(it.to_possible_value()?.get_name().to_owned()))
            .collect();
        names.join("、")
    };
    match argument.split_once('=') {
        None => Err(format!("写成 形式=文件，形式可用的有：{}", names())),
        Some((_, "")) => Err("等号后面缺少文件名".to_owned()),
        Some((format, path)) => Ok(Output {
            format: Format::from_str(format, false)
                .map_err(|_| format!("没有“{format}”这一形式，可用的有：{}", names()))?,
            path: PathBuf::from(path),
        }),
    }
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum Fail {
    Error,
    Warning,
    Info,
    Hint,
    Never,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum Least {
    Error,
    Warning,
    Info,
    Hint,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ReportFormat {
    Json,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) enum ListFormat {
    #[default]
    Text,
    Json,
}

/// Prints help or version, or says in Chinese what is wrong with the arguments.
pub(crate) fn report(error: &clap::Error) -> Exit {
    use std::io::Write;
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = write!(anstream::stdout(), "{}", error.render().ansi());
            Exit::Clean
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = write!(anstream::stderr(), "{}", error.render().ansi());
            Exit::Trouble
        }
        _ => {
            let _ = writeln!(std::io::stderr(), "budget-lint：{}", misuse(error));
            Exit::Trouble
        }
    }
}

fn misuse(error: &clap::Error) -> String {
    let of = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        _ => String::new(),
    };
    let argument = of(ContextKind::InvalidArg);
    let value = of(ContextKind::InvalidValue);
    let near = match error.get(ContextKind::SuggestedArg).or_else(|| {
        error
            .get(ContextKind::SuggestedSubcommand)
            .or_else(|| error.get(ContextKind::SuggestedValue))
    }) {
        Some(ContextValue::String(text)) => format!("，是不是 {text}"),
        Some(ContextValue::Strings(texts)) if !texts.is_empty() => {
            format!("，是不是 {}", texts.join("、"))
        }
        _ => String::new(),
    };
    let what = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} 后面缺少内容"),
        ErrorKind::InvalidValue => {
            let valid = of(ContextKind::ValidValue);
            format!("{argument} 不能是 {value}{near}。可用的有：{valid}")
        }
        ErrorKind::ValueValidation => match std::error::Error::source(error) {
            // Our own parsers answer in Chinese, the library's in English.
            Some(why) if !why.to_string().is_ascii() => format!("{argument} 不能是 {value}：{why}"),
            _ => format!("{argument} 不能是 {value}"),
        },
        ErrorKind::UnknownArgument => format!("没有 {argument} 这一选项{near}"),
        ErrorKind::InvalidSubcommand => {
            format!("没有 {} 这一命令{near}", of(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {argument}"),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        // A subcommand that leaves no room for an option.
        ErrorKind::ArgumentConflict if argument.is_empty() => {
            format!("选项 {} 不能和子命令同时使用", of(ContextKind::PriorArg))
        }
        ErrorKind::ArgumentConflict => {
            format!("{argument} 和 {} 不能同时使用", of(ContextKind::PriorArg))
        }
        ErrorKind::TooManyValues => format!("{value} 是多余的"),
        _ => "用法不对".to_owned(),
    };
    format!("{what}。用 --help 查看用法")
}
