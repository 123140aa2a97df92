//! Conditions, sides and paths read against a template.

use super::*;

/// Reads paths against a template.
pub(crate) struct Compiler<'t> {
    pub(crate) template: &'t Template,
}

impl Compiler<'_> {
    pub(super) fn condition(&self, condition: &Condition) -> Result<Cond, CompileError> {
        Ok(match condition {
            Condition::Relation { lhs, op, rhs } => Cond::Relation {
                lhs: self.side(lhs)?,
                op: *op,
                rhs: rhs
                    .iter()
                    .map(|side| self.side(side))
                    .collect::<Result<_, _>>()?,
            },
            Condition::Predicate { name, args } => {
                let path = match args.first().map(|arg| &arg.node) {
                    Some(Expr::Path(path)) => path,
                    _ => return Err(CompileError::UnknownFunction(name.node.clone())),
                };
                match name.node.as_str() {
                    "空" => Cond::Empty(self.path(path)?),
                    "有数" => Cond::Filled(self.path(path)?),
                    "逐项编号" => Cond::Numbered(self.path(path)?),
                    "有空表说明" => {
                        Cond::EmptyNote(names(path).into_iter().map(str::to_owned).collect())
                    }
                    other => return Err(CompileError::UnknownFunction(other.to_owned())),
                }
            }
            Condition::Implies(a, b) => Cond::Implies(
                Box::new(self.condition(&a.node)?),
                Box::new(self.condition(&b.node)?),
            ),
            Condition::Iff(a, b) => Cond::Iff(
                Box::new(self.condition(&a.node)?),
                Box::new(self.condition(&b.node)?),
            ),
        })
    }

    fn side(&self, expr: &Spanned<Expr>) -> Result<Vec<Term>, CompileError> {
        let mut terms = Vec::new();
        self.terms(&expr.node, false, &mut terms)?;
        Ok(terms)
    }

    /// Flattens sums, differences and `合(…)`.
    fn terms(&self, expr: &Expr, negative: bool, out: &mut Vec<Term>) -> Result<(), CompileError> {
        match expr {
            Expr::Number(digits) => {
                let (amount, _) = Amount::parse(digits).ok_or(CompileError::Syntax)?;
                out.push(Term {
                    negative,
                    kind: TermKind::Constant(amount),
                });
                Ok(())
            }
            Expr::Path(path) => {
                let path = self.path(path)?;
                out.push(Term {
                    negative,
                    kind: TermKind::Ref(path),
                });
                Ok(())
            }
            Expr::Call { name, args } => match name.node.as_str() {
                "合" => args
                    .iter()
                    .try_for_each(|arg| self.terms(&arg.value.node, negative, out)),
                "个数" => match args.first().map(|arg| &arg.value.node) {
                    Some(Expr::Path(path)) => {
                        let path = self.path(path)?;
                        out.push(Term {
                            negative,
                            kind: TermKind::Count(path),
                        });
                        Ok(())
                    }
                    _ => Err(CompileError::UnknownFunction(name.node.clone())),
                },
                other => Err(CompileError::UnknownFunction(other.to_owned())),
            },
            Expr::Negate(inner) => self.terms(&inner.node, !negative, out),
            Expr::Binary { op, lhs, rhs } => {
                let flip = match op {
                    BinaryOp::Add => false,
                    BinaryOp::Sub => true,
                    BinaryOp::Mul | BinaryOp::Div => return Err(CompileError::Unsupported),
                };
                self.terms(&lhs.node, negative, out)?;
                self.terms(&rhs.node, negative != flip, out)
            }
        }
    }

    /// A path: table, grid where there are two, steps to rows, column.
    pub(crate) fn path(&self, path: &Path) -> Result<Ref, CompileError> {
        let (first, rest) = path.segments.split_first().ok_or(CompileError::Syntax)?;
        let Segment::Name(first) = &first.node else {
            return Err(CompileError::Syntax);
        };
        let name = first.join("/");
        let Some(index) = find_table(self.template, &name) else {
            return self.unknown_table(&name, rest);
        };
        let table = self
            .template
            .tables
            .get(index)
            .ok_or_else(|| CompileError::UnknownTable(name.clone()))?;
        let mut rest = rest;
        let mut grid = (table.grids.len() == 1).then_some(0);
        if let (None, Some((head, tail))) = (grid, rest.split_first())
            && let Segment::Name(names) = &head.node
            && let Some(found) = find_grid(table, &names.join("/"))
        {
            grid = Some(found);
            rest = tail;
        }
        // The column stands last; a name that is no column there is a row.
        let mut columns = None;
        let mut steps = rest;
        if let [before @ .., column, last] = rest
            && last.node == Segment::Children
            && column.node == Segment::Variable("列".to_owned())
        {
            columns = Some(Columns::Parts);
            steps = before;
        } else if let Some((last, before)) = rest.split_last() {
            columns = self.column(table, grid, &last.node)?;
            if columns.is_some() {
                steps = before;
            }
        }
        let mut rows = Vec::with_capacity(steps.len());
        for step in steps {
            let (step, found) = self.step(table, grid, &step.node)?;
            grid = grid.or(found);
            rows.push(step);
        }
        // A name may be a column of one half only: read it again now that the half is known.
        if let (Some(Columns::Spec(_)), Some(_), Some(last)) = (&columns, grid, rest.last()) {
            columns = self.column(table, grid, &last.node)?;
        }
        let columns = match columns {
            Some(columns) => columns,
            None => Columns::Only,
        };
        // Any table may be one half of two.
        if self.template.any_table() == Some(index) {
            grid = None;
        }
        Ok(Ref {
            table: TableSel::Spec(index),
            grid,
            rows,
            columns,
        })
    }

    fn unknown_table(&self, name: &str, rest: &[Spanned<Segment>]) -> Result<Ref, CompileError> {
        let mut rows = Vec::new();
        let mut columns = Columns::Only;
        for (index, segment) in rest.iter().enumerate() {
            let last = index + 1 == rest.len();
            match &segment.node {
                Segment::Name(names) if last => columns = Columns::Named(names.join("/")),
                Segment::ColumnNumber(number) if last => columns = Columns::Number(*number),
                other => rows.push(plain_step(other)?),
            }
        }
        Ok(Ref {
            table: TableSel::Named(normalize(name).to_string()),
            grid: None,
            rows,
            columns,
        })
    }

    fn column(
        &self,
        table: &TableSpec,
        grid: Option<usize>,
        segment: &Segment,
    ) -> Result<Option<Columns>, CompileError> {
        let grids = || {
            table
                .grids
                .iter()
                .enumerate()
                .filter(|(index, _)| grid.is_none_or(|wanted| wanted == *index))
                .map(|(_, grid)| grid)
        };
        let find = |name: &str| grids().find_map(|grid| find_column(grid, name));
        Ok(match segment {
            Segment::Variable(name) if name == "列" => Some(Columns::Variable),
            Segment::Columns { from, to } => {
                let unknown = |name: &str| CompileError::UnknownColumn(name.to_owned());
                let from = find(from).ok_or_else(|| unknown(from))?;
                let to = find(to).ok_or_else(|| unknown(to))?;
                Some(Columns::Range(from.min(to), from.max(to)))
            }
            Segment::ColumnNumber(number) => Some(Columns::Number(*number)),
            Segment::Name(names) => find(&names.join("/")).map(Columns::Spec),
            _ => None,
        })
    }

    /// A step, and the grid that it settles.
    fn step(
        &self,
        table: &TableSpec,
        grid: Option<usize>,
        segment: &Segment,
    ) -> Result<(Step, Option<usize>), CompileError> {
        let Segment::Name(names) = segment else {
            let step = plain_step(segment)?;
            // Levels and codes stand in the half that has a classification.
            let by_code = matches!(step, Step::Level(_) | Step::Account);
            let found = by_code.then(|| by_classification(table)).flatten();
            return Ok((step, found));
        };
        let name = names.join("/");
        if is_code(&name) {
            return Ok((Step::Code(name), by_classification(table)));
        }
        for (index, spec) in table.grids.iter().enumerate() {
            if grid.is_some_and(|wanted| wanted != index) {
                continue;
            }
            if let Some(row) = spec.row_by_path(names) {
                return Ok((Step::Spec(row), Some(index)));
            }
        }
        Ok((plain_step(segment)?, None))
    }
}

fn by_classification(table: &TableSpec) -> Option<usize> {
    table
        .grids
        .iter()
        .position(|grid| grid.classification.is_some())
}

fn plain_step(segment: &Segment) -> Result<Step, CompileError> {
    Ok(match segment {
        Segment::Name(names) => match names.as_slice() {
            [name] if is_code(name) => Step::Code(name.clone()),
            names => Step::Label(
                names
                    .iter()
                    .map(|name| normalize(name).to_string())
                    .collect(),
            ),
        },
        Segment::Variable(name) => match variable(name)? {
            Variable::Account(_) => Step::Account,
            Variable::Row => Step::Row,
            Variable::Segment => Step::Segment,
            Variable::Project => Step::Project,
            Variable::Column => return Err(CompileError::UnknownVariable(name.clone())),
        },
        Segment::Children => Step::Children,
        Segment::Level(level) => Step::Level(*level),
        Segment::Segments => Step::Segments,
        Segment::All => Step::All,
        Segment::Columns { from, .. } => return Err(CompileError::UnknownColumn(from.clone())),
        Segment::ColumnNumber(_) => return Err(CompileError::Unsupported),
    })
}
