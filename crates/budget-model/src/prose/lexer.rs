//! The tokens of the narrative: numbers, units, the words that say how a number is meant, and marks.
//!
//! Between them everything is a word; a word is a run of whatever else there is. Characters are
//! taken one by one and joined here: classes of Chinese characters make automata of megabytes.

use budget_syntax::TextRange;
use logos::Logos;

use super::joined::JoinedText;
use crate::Amount;

/// What a number is more, less or as much than before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Direction {
    /// 增加, 增长 …
    Up,
    /// 减少, 下降 …
    Down,
    /// 持平.
    Flat,
}

impl Direction {
    /// The other way.
    pub(crate) fn turned(self) -> Self {
        match self {
            Direction::Up => Direction::Down,
            Direction::Down => Direction::Up,
            Direction::Flat => Direction::Flat,
        }
    }
}

/// A token.
#[derive(Logos, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[logos(skip(r"[ \t\u{a0}\u{3000}]+"))]
pub(crate) enum Tok {
    #[regex(r"[0-9０-９]+(,[0-9][0-9][0-9])*([.．][0-9０-９]+)?")]
    Number,
    #[token("%")]
    #[token("％")]
    Percent,
    #[token("个百分点")]
    #[token("百分点")]
    Points,
    #[token("倍")]
    Times,
    #[token("元")]
    Yuan,
    #[token("万元")]
    WanYuan,
    #[token("亿元")]
    YiYuan,
    #[token("万")]
    Wan,
    #[token("亿")]
    Yi,
    /// What is counted, after a number.
    #[regex(
        "人|名|个|家|辆|台|套|项|次|批|批次|人次|处|份|件|条|篇|位|支|户|期|场|部|座|间|艘|架|宗|起|批（次）|平方米|公里|亩|吨|小时|天|个月|M"
    )]
    Measure,
    #[regex("年|年度|年底|年末|年初|年内")]
    Year,
    #[regex("月|月份|月底|日|号|季度")]
    Day,
    #[regex("增加|增长|上升|提高|上涨|增涨|调增|增幅|涨幅")]
    Up,
    #[regex("减少|下降|降低|压减|缩减|压缩|减低|调减|降幅|减幅")]
    Down,
    #[regex("持平|无变化|无变动|无增减|没有变化|没有变动|一致|不变|相同|无增减变化")]
    Flat,
    #[regex("比|较|与|同|和|对比|比较|比照")]
    Compare,
    #[regex("同比|同比口径")]
    SameTime,
    #[regex("相比|相比较|比较起来")]
    Compared,
    /// What a number is compared with.
    #[regex(
        "上年|上年度|去年|上一年|上一年度|上年同期|去年同期|前一年|同期|年初预算|年初预算数|全年预算|全年预算数|调整预算|调整预算数|预算|预算数|决算|决算数|执行数|年初数|上年数|期初"
    )]
    Base,
    #[regex("占|占比|所占比重|所占比例|占比重|比重|占总额|所占")]
    Share,
    #[regex("其中|其 中")]
    OfWhich,
    #[regex("包括|包含|分别为|分别是|分为|具体为|具体包括|构成为")]
    Consists,
    #[regex("主要包括|主要包含|主要有|主要是由")]
    MainlyConsists,
    #[regex(
        "主要原因|主要原因是|主要原因为|原因是|原因为|主要是|主要系|主要为|主要由于|由于|主要因|是因为|因为"
    )]
    Reason,
    #[regex("未安排|没有安排|无安排|没有使用|无|没有|未")]
    Nothing,
    /// What may stand between a word and its number.
    #[regex(
        "为|是|约|近|了|共|共计|共有|合计|总计|计|达|达到|各|各为|均|额|数|幅度|率|率为|比率|幅|比例|至|到|仅|总额|总数|安排"
    )]
    Filler,
    #[regex("完成|完成率|预算完成率|执行率|预算执行率|支出进度")]
    Done,
    #[regex("差异率|预决算差异率|预决算差异")]
    Differs,
    /// 以上: the number is a limit.
    #[regex("以上|以下|以内|及以上|及以下")]
    Limit,
    #[regex("[,，]")]
    Comma,
    #[token("、")]
    Pause,
    #[regex("[;；]")]
    Semicolon,
    #[regex("[。！？!?]")]
    Stop,
    #[regex("[\r\n]+")]
    Break,
    #[regex("[:：]")]
    Colon,
    #[regex("[（(]")]
    Open,
    #[regex("[）)]")]
    Close,
    #[regex("[-－−]")]
    Minus,
    /// Words that have one of the above in them and mean something else.
    #[regex(
        "金额|比例尺|比赛|比武|比对|比选|较大|较好|较多|较高|较为|比较好|占用|占地|占有|无线|无人机|无锡|未来|元旦|单元|日常|日报|月报|部门|部分|项目|家具|家庭|人员|人民|人大|人事|人力|人均|人才|个人|处室|处理|条件|位于|单位|期间|台账|件数|次数|人数|支出|支付|支持|部署|部队|部委|名称|名单|万一|天山|处级|场所|场地|间接|起草|套数|户籍|年龄|年报|月度|日期|预算管理|预算绩效|预算单位|预算改革|预算法|行为|作为|成为|认为|为了|因为此|到位|到期|近年|额度|数据|数字|数量|参数|指数|共同|公共|总计划|设计|会计|审计|统计|计划|计算|达标|各类|各项|各级|各部门|各单位|同时|同意|和谐|和平|共和国|使用|作用|费用|应用|信用|公用|利用|采用"
    )]
    #[regex(".", priority = 0)]
    Word,
}

impl Tok {
    /// The direction that a word says.
    pub(crate) fn direction(self) -> Option<Direction> {
        match self {
            Tok::Up => Some(Direction::Up),
            Tok::Down => Some(Direction::Down),
            Tok::Flat => Some(Direction::Flat),
            _ => None,
        }
    }
}

/// A number as written in prose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Written {
    /// Index of its token.
    pub(crate) token: u32,
    pub(crate) amount: Amount,
    pub(crate) decimals: u8,
}

/// The tokens of many passages, one after the other; after each stands a [`Tok::Break`].
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) kinds: Vec<Tok>,
    /// Where each stands in the source.
    pub(crate) places: Vec<TextRange>,
    /// The numbers, in order.
    pub(crate) numbers: Vec<Written>,
}

impl Tokens {
    /// Adds a passage.
    pub(crate) fn add(&mut self, joined: &JoinedText<'_>) {
        let text = joined.text();
        let first = self.kinds.len();
        // The end of the token before, and whether that was Latin.
        let mut before = (0, false);
        for (kind, span) in Tok::lexer(text).spanned() {
            let mut kind = kind.unwrap_or(Tok::Word);
            let own = text.get(span.clone()).unwrap_or_default();
            let close = before.0 == span.start && self.kinds.len() > first;
            let latin = own.bytes().all(|byte| byte.is_ascii_alphabetic());
            // `IPv6` is a name, and so is what a number is glued to.
            if close && before.1 && matches!(kind, Tok::Number) {
                kind = Tok::Word;
            }
            before = (
                span.end,
                latin || kind == Tok::Word && own.is_ascii() && latin_end(own),
            );
            let place = joined.source(offset(span.start)..offset(span.end));
            if kind == Tok::Word
                && let Some(Tok::Word) = self.kinds.get(first..).and_then(<[Tok]>::last)
                && let Some(last) = self.places.last_mut()
            {
                *last = last.cover(place);
                continue;
            }
            if kind == Tok::Number {
                match Amount::parse(own) {
                    Some((amount, decimals)) => self.numbers.push(Written {
                        token: offset(self.kinds.len()),
                        amount,
                        decimals,
                    }),
                    None => kind = Tok::Word,
                }
            }
            self.kinds.push(kind);
            self.places.push(place);
        }
        let end = self.places.last().map_or(0, |place| place.end());
        self.kinds.push(Tok::Break);
        self.places.push(TextRange::empty(end));
    }

    /// The number of a token.
    pub(crate) fn number(&self, token: u32) -> Option<&Written> {
        let at = self
            .numbers
            .binary_search_by_key(&token, |number| number.token);
        self.numbers.get(at.ok()?)
    }

    /// Where tokens stand; empty where there are none.
    pub(crate) fn range(&self, from: u32, to: u32) -> TextRange {
        let place = |at: u32| self.places.get(at as usize).copied();
        match (place(from), to.checked_sub(1).and_then(place)) {
            (Some(first), Some(last)) if from < to => first.cover(last),
            (Some(first), _) => TextRange::empty(first.start()),
            _ => TextRange::empty(0),
        }
    }

    pub(crate) fn kind(&self, token: u32) -> Option<Tok> {
        self.kinds.get(token as usize).copied()
    }
}

fn latin_end(text: &str) -> bool {
    text.bytes()
        .next_back()
        .is_some_and(|byte| byte.is_ascii_alphabetic())
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
