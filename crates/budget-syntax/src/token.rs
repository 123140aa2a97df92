//! Tokens: the smallest pieces of a line, each with its kind. Together they are the text.

use logos::Logos;

/// What a token is. Full-width twins of a mark are the same kind.
#[derive(Logos, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TokenKind {
    /// LF, CR or CRLF; nothing else ends a line.
    #[token("\n")]
    #[token("\r")]
    #[token("\r\n")]
    Newline,
    /// Spaces and tabs.
    #[regex("[ \t]+")]
    Space,
    /// Full-width spaces, no-break spaces, a byte order mark.
    #[regex("[\u{3000}\u{A0}\u{FEFF}]+")]
    WideSpace,
    /// `|` or `｜`
    #[token("|")]
    #[token("｜")]
    Bar,
    /// A run of `#` or `＃`.
    #[regex("[#＃]+")]
    Hash,
    /// A run of `-`, `－` or `—`.
    #[regex("-+")]
    #[regex("[－—]+")]
    Dash,
    /// `:` or `：`
    #[token(":")]
    #[token("：")]
    Colon,
    /// A run of `*` or `_`: emphasis, which has no meaning.
    #[regex(r"\*+|_+")]
    Emphasis,
    /// A backslash and the mark it escapes.
    #[regex(r"\\[!-/:-@\[-`{-~｜＃：｛｝]")]
    Escape,
    /// `{` or `｛`
    #[token("{")]
    #[token("｛")]
    BraceOpen,
    /// `}` or `｝`
    #[token("}")]
    #[token("｝")]
    BraceClose,
    /// An opening bracket or quote.
    #[regex("[(（\\[【《〈“‘「『〔]")]
    Open,
    /// A closing bracket or quote.
    #[regex("[)）\\]】》〉”’」』〕]")]
    Close,
    /// A mark that ends a clause: no field's key holds one.
    #[regex("[，。；！？,;!?]")]
    Stop,
    /// `<!--`
    #[token("<!--")]
    CommentOpen,
    /// `-->`
    #[regex("--+>")]
    CommentClose,
    /// Anything else.
    #[token("<")]
    #[token("\\")]
    #[regex(
        "[^ \t\u{3000}\u{A0}\u{FEFF}\r\n|｜#＃\\-－—:：*_\\\\{｛}｝(（\\[【《〈“‘「『〔)）\\]】》〉”’」』〕，。；！？,;!?<]+"
    )]
    Text,
}

impl TokenKind {
    /// Whether the token shows nothing: spaces and line ends.
    pub const fn is_blank(self) -> bool {
        matches!(self, Self::Space | Self::WideSpace | Self::Newline)
    }
}

/// The tokens of `text` as (kind, end), appended to two lists that run side by side. Ends count
/// from the start of `text`.
pub(crate) fn lex(text: &str, kinds: &mut Vec<TokenKind>, ends: &mut Vec<u32>) {
    let mut lexer = TokenKind::lexer(text);
    while let Some(kind) = lexer.next() {
        kinds.push(kind.unwrap_or(TokenKind::Text));
        ends.push(u32::try_from(lexer.span().end).unwrap_or(u32::MAX));
    }
}
