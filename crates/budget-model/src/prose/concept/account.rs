//! Accounts as prose writes them.

use budget_catalog::name;

use super::stem;

/// The name of an account as prose writes it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Account {
    /// Its code, if digits are given for each level.
    pub(crate) code: Option<String>,
    /// The stems of its names, 类 first.
    pub(crate) names: Vec<String>,
    /// The level that stands behind the last of them: 1 for 类, 3 for 项; 0 where none does.
    pub(crate) level: u8,
}

impl Account {
    /// Whether it is a 类, by its one name.
    pub(crate) fn is_class(&self) -> bool {
        self.names.len() == 1
            && self.level < 2
            && self.code.as_ref().is_none_or(|code| code.len() == 3)
    }

    /// Whether it is a 款 or 项 by its name alone: 行政运行(项).
    pub(crate) fn is_alone(&self) -> bool {
        self.names.len() == 1 && self.code.is_none() && self.level > 1
    }
}

/// `一般公共服务支出(201)政府办公厅(室)及相关机构事务(03)行政运行(01)`, `…(类)…(款)…(项)`,
/// `公共安全支出(204类)…`, `2010301行政运行`.
pub(super) fn account(text: &str) -> Option<Account> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if matches!(digits, 3 | 5 | 7) {
        let (code, label) = text.split_at_checked(digits)?;
        if label.chars().next().is_some_and(|c| !c.is_ascii()) {
            return Some(Account {
                code: Some(code.to_owned()),
                names: vec![stem(&name::normalize_account(label)).0.into_owned()],
                level: 0,
            });
        }
    }
    memchr::memchr(b'(', text.as_bytes())?;
    let mut account = Account::default();
    let mut code = String::new();
    let mut numbered = true;
    let mut start = 0;
    let mut open = None;
    for (at, c) in text.char_indices() {
        match c {
            '(' => open = Some(at),
            ')' => {
                let Some(from) = open.take() else { continue };
                let inner = text.get(from + 1..at)?;
                let number = inner.trim_end_matches(['类', '款', '项']);
                let is_number = !number.is_empty()
                    && number.len() <= 7
                    && number.bytes().all(|byte| byte.is_ascii_digit());
                if !(is_number || matches!(inner, "类" | "款" | "项")) {
                    continue;
                }
                let own = text.get(start..from)?;
                start = at + 1;
                if own.is_empty() {
                    // 行政运行(01)(项)
                    continue;
                }
                if account.names.len() == 3 {
                    return None;
                }
                account.level = match inner {
                    "类" => 1,
                    "款" => 2,
                    "项" => 3,
                    _ => 0,
                };
                account
                    .names
                    .push(stem(own.trim_start_matches(['、', ','])).0.into_owned());
                numbered &= is_number;
                if is_number {
                    if number.len() > 3 {
                        code.clear();
                    }
                    code.push_str(number);
                }
            }
            _ => {}
        }
    }
    if account.names.is_empty() {
        return None;
    }
    if numbered && matches!(code.len(), 3 | 5 | 7) {
        account.code = Some(code);
    }
    Some(account)
}
