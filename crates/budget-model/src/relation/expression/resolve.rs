//! Paths and calls of an expression, looked up in a document.

use super::{super::eval::tables_by_spec, *};

type Failure = (EvaluationErrorKind, String);

/// Looks up paths in a document.
pub(crate) struct Resolver<'i, 'd> {
    index: &'i Index<'d>,
    /// None while a path of another document is looked up there.
    others: Option<&'i Others<'d>>,
    scope: Scope<'i, 'd>,
}

impl<'i, 'd> Resolver<'i, 'd> {
    pub(crate) fn new(
        index: &'i Index<'d>,
        tables: &'i [Vec<u32>],
        others: Option<&'i Others<'d>>,
    ) -> Self {
        Self {
            index,
            others,
            scope: Scope::plain(index, tables),
        }
    }

    /// `text` is what the expression was read from, to quote what is wrong with it.
    pub(crate) fn resolve(&self, expr: &Spanned<Expr>, text: &str) -> Result<Formula, Failure> {
        let subject = || expr.range.of(text).trim().to_owned();
        Ok(match &expr.node {
            Expr::Number(digits) => match Amount::parse(digits) {
                Some((amount, _)) => Formula::Literal(amount),
                None => return Err((EvaluationErrorKind::Overflow, subject())),
            },
            Expr::Path(path) => self.path(path).map_err(|kind| (kind, subject()))?,
            Expr::Negate(inner) => Formula::Negate(Box::new(self.resolve(inner, text)?)),
            Expr::Binary { op, lhs, rhs } => Formula::Binary(
                *op,
                Box::new(self.resolve(lhs, text)?),
                Box::new(self.resolve(rhs, text)?),
            ),
            Expr::Call { name, args } => self.call(&name.node, args, text, &subject)?,
        })
    }

    fn call(
        &self,
        name: &str,
        args: &[Argument],
        text: &str,
        subject: &dyn Fn() -> String,
    ) -> Result<Formula, Failure> {
        let (function, count) = match name {
            "合" => (Function::Sum, None),
            "个数" => (Function::Count, None),
            "名单" => (Function::Names, None),
            "占比" => (Function::Share, Some(2)),
            "增减" => (Function::Change, Some(2)),
            "增幅" => (Function::Growth, Some(2)),
            "差异率" => (Function::Deviation, Some(2)),
            _ => return Err((EvaluationErrorKind::UnknownFunction, subject())),
        };
        let plain: Vec<&Spanned<Expr>> = args
            .iter()
            .filter(|arg| arg.name.is_none())
            .map(|arg| &arg.value)
            .collect();
        if plain.is_empty() || count.is_some_and(|count| count != plain.len()) {
            return Err((EvaluationErrorKind::UnknownFunction, subject()));
        }
        let words = args
            .iter()
            .filter(|arg| arg.name.as_ref().is_some_and(|name| name.node == "词"))
            .find_map(|arg| match &arg.value.node {
                Expr::Path(path) => path.segments.first(),
                _ => None,
            })
            .map(|segment| match &segment.node {
                Segment::Name(names) => names.clone(),
                _ => Vec::new(),
            })
            .unwrap_or_default();
        let args = if matches!(function, Function::Names | Function::Count) {
            vec![self.rows(&plain).map_err(|kind| (kind, subject()))?]
        } else {
            let resolved = plain.into_iter().map(|arg| self.resolve(arg, text));
            resolved.collect::<Result<_, _>>()?
        };
        Ok(Formula::Call {
            function,
            args,
            words,
        })
    }

    /// A path to rows, and the column that says whether a row counts.
    fn rows(&self, args: &[&Spanned<Expr>]) -> Result<Formula, EvaluationErrorKind> {
        let unknown = EvaluationErrorKind::UnknownPath;
        let (Some(Expr::Path(path)), column) = (
            args.first().map(|arg| &arg.node),
            args.get(1).map(|arg| &arg.node),
        ) else {
            return Err(unknown);
        };
        let mut found = self.compile(path)?;
        if let Some(Expr::Path(column)) = column
            && let Some(Segment::Name(names)) = column.segments.first().map(|s| &s.node)
        {
            found.columns = self.column(&found, &names.join("/")).ok_or(unknown)?;
        }
        let bound = self.scope.path(&found);
        let rows = match self.rows_of(&bound, &found)? {
            Some(rows) => rows,
            None => return Ok(Formula::Lost),
        };
        let group = bound.group.map_err(|_| unknown)?;
        let columns = match &bound.columns {
            Ok(columns) => columns.to_vec(),
            // No column asked for: any number in the row will do.
            Err(_) if found.columns == Columns::Only => self.scope.amount_columns(group),
            Err(_) => return Err(unknown),
        };
        let rows = rows
            .into_iter()
            .map(|row| {
                let cells = columns.iter().filter_map(|key| self.index.at(row, *key));
                (row, cells.collect())
            })
            .collect();
        Ok(Formula::Rows {
            rows,
            table: bound.table,
        })
    }

    fn column(&self, path: &Ref, name: &str) -> Option<Columns> {
        match path.table {
            TableSel::Named(_) => Some(Columns::Named(name.to_owned())),
            TableSel::Spec(table) => {
                let table = self.index.document.template.tables.get(table)?;
                let grid = table.grids.get(path.grid.unwrap_or(0))?;
                find_column(grid, name).map(Columns::Spec)
            }
        }
    }

    fn compile(&self, path: &Path) -> Result<Ref, EvaluationErrorKind> {
        if other_document(path).is_some() {
            return Err(EvaluationErrorKind::OtherDocument);
        }
        let compiler = Compiler {
            template: &self.index.document.template,
        };
        compiler.path(path).map_err(|error| match error {
            CompileError::Syntax | CompileError::Unsupported => EvaluationErrorKind::Syntax,
            CompileError::UnknownFunction(_) => EvaluationErrorKind::UnknownFunction,
            _ => EvaluationErrorKind::UnknownPath,
        })
    }

    /// The rows of a path; none if the source lost them.
    fn rows_of(
        &self,
        bound: &BoundRef<'_>,
        path: &Ref,
    ) -> Result<Option<Vec<u32>>, EvaluationErrorKind> {
        let mut rows = Vec::new();
        let mut spare = Vec::new();
        match bound.rows(self.index, &Binding::NOTHING, &mut rows, &mut spare) {
            Ok(()) => {}
            Err(Absent::Missing(Why::Lost | Why::Apart)) => return Ok(None),
            Err(Absent::Missing(Why::Ambiguous)) => {
                return Err(EvaluationErrorKind::AmbiguousPath);
            }
            Err(_) => return Err(EvaluationErrorKind::UnknownPath),
        }
        // One label means one row.
        if path.means_one_row() && rows.len() > 1 {
            return Err(EvaluationErrorKind::AmbiguousPath);
        }
        Ok(Some(rows))
    }

    /// A path of another document: what it comes to there.
    fn elsewhere(&self, name: &str, path: &Path) -> Result<Formula, EvaluationErrorKind> {
        let index = self.others.and_then(|others| others.named(name));
        let index = index.ok_or(EvaluationErrorKind::OtherDocument)?;
        let tables = tables_by_spec(index);
        let rest = Path {
            segments: path.segments.iter().skip(1).cloned().collect(),
        };
        let formula = Resolver::new(index, &tables, None).path(&rest)?;
        Ok(Formula::Elsewhere(
            match formula.value(index, &Names::default()) {
                Ok(Value::Number(quantity)) => Ok(quantity),
                Ok(_) => Err(EvaluationErrorKind::NotANumber.into()),
                Err(why) => Err(why),
            },
        ))
    }

    fn path(&self, path: &Path) -> Result<Formula, EvaluationErrorKind> {
        if let Some(name) = other_document(path) {
            return self.elsewhere(name, path);
        }
        if let [one] = path.segments.as_slice()
            && let Segment::Name(names) = &one.node
            && let [name] = names.as_slice()
        {
            return Ok(Formula::Name(name.clone()));
        }
        let unknown = EvaluationErrorKind::UnknownPath;
        let mut found = self.compile(path)?;
        let mut bound = self.scope.path(&found);
        // In a table of workings the last name may be a row's: one amount column needs no name.
        if bound.columns.is_err()
            && let Columns::Named(name) = &found.columns
        {
            let label = normalize(name).to_string();
            let step = if label.bytes().all(|byte| byte.is_ascii_digit()) {
                Step::Code(label)
            } else {
                Step::Label(vec![label])
            };
            found.rows.push(step);
            found.columns = Columns::Only;
        }
        bound = self.scope.path(&found);
        if matches!(bound.group, Err(Why::Lost | Why::Apart)) {
            return Ok(Formula::Lost);
        }
        let columns = match &bound.columns {
            Ok(columns) => columns.clone(),
            Err(Absent::Missing(Why::Lost | Why::Apart)) => return Ok(Formula::Lost),
            Err(_) => return Err(unknown),
        };
        let Some(rows) = self.rows_of(&bound, &found)? else {
            return Ok(Formula::Lost);
        };
        let mut cells = Vec::new();
        for row in rows {
            for key in &columns {
                let key: ColumnKey = *key;
                cells.extend(self.index.at(row, key));
            }
        }
        if cells.is_empty() {
            return Err(unknown);
        }
        Ok(Formula::Cells {
            cells,
            table: bound.table,
        })
    }
}

/// `上年` or `预算`, if a path leads to another document.
pub(crate) fn other_document(path: &Path) -> Option<&str> {
    let (first, rest) = path.segments.split_first()?;
    match &first.node {
        Segment::Name(names) => names.first().map(String::as_str),
        _ => None,
    }
    .filter(|name| matches!(*name, "上年" | "预算") && !rest.is_empty())
}
