//! Relations of a body's own (审核公式), which hold beside those of the templates.

use std::sync::{Arc, OnceLock};

use budget_syntax::expr::parse_identity;

use crate::{
    Catalog, Template,
    template::{Confirm, IdentitySpec, RelationKind, Strength},
    validate::{self, Place},
};

/// A relation of a body's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnRelation {
    /// Its name, which is its identity's id.
    pub name: String,
    /// In the language of identities.
    pub expr: String,
    /// In Chinese: why the left side is expected to be the right side.
    pub message: String,
    /// Id of the one template that it is for; of none, for every template that has what it names.
    pub template: Option<String>,
}

impl OwnRelation {
    fn identity(&self) -> IdentitySpec {
        IdentitySpec {
            id: self.name.clone(),
            expr: self.expr.clone(),
            kind: RelationKind::Own,
            defines: false,
            strength: Strength::Hard,
            confirm: Confirm::Never,
            source: "审核公式".to_owned(),
            message: self.message.clone(),
            parsed: parse_identity(&self.expr).ok(),
        }
    }
}

/// Why a relation can't be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OwnFault {
    /// The template that it is for isn't there.
    NoTemplate,
    /// Its expression can't be read, or leads nowhere.
    Expr {
        /// Byte offset in the expression.
        at: u32,
        /// In Chinese: what is wrong.
        message: String,
        /// In Chinese: what to do.
        help: String,
    },
}

/// The templates with the relations, each made when it is first asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Own {
    relations: Arc<[OwnRelation]>,
    /// As `Catalog::templates`.
    extended: Vec<OnceLock<Option<Arc<Template>>>>,
}

impl Own {
    pub(crate) fn is_empty(&self) -> bool {
        self.relations.is_empty()
    }

    /// The template at a place of the catalogue, with the relations that are for it.
    pub(crate) fn extend(
        &self,
        place: usize,
        template: impl FnOnce() -> Option<Arc<Template>>,
    ) -> Option<&Arc<Template>> {
        let make = || {
            let mut template = Template::clone(&*template()?);
            for relation in &*self.relations {
                if is_for(relation, &template) {
                    template.identities.push(relation.identity());
                }
            }
            Some(Arc::new(template))
        };
        self.extended.get(place)?.get_or_init(make).as_ref()
    }
}

fn is_for(relation: &OwnRelation, template: &Template) -> bool {
    match &relation.template {
        Some(named) => template.id == *named || template.slug == *named,
        None => fault(relation, template).is_none(),
    }
}

/// What is wrong with a relation in a template.
fn fault(relation: &OwnRelation, template: &Template) -> Option<OwnFault> {
    let problem = validate::identity_problems(template, &relation.identity())
        .into_iter()
        .next()?;
    Some(OwnFault::Expr {
        at: match problem.place {
            Place::Expr(_, at) => at,
            _ => 0,
        },
        message: problem.message.replacen("恒等式", "审核公式", 1),
        help: problem.help,
    })
}

impl Catalog {
    /// This data with relations of a body's own; those that it has already stay. The first that can't be
    /// used is told, by its place among them.
    pub fn with_relations(&self, relations: &[OwnRelation]) -> Result<Catalog, (usize, OwnFault)> {
        for (place, relation) in relations.iter().enumerate() {
            let fault = match &relation.template {
                Some(named) => match self.template(named) {
                    Some(template) => fault(relation, template),
                    None => Some(OwnFault::NoTemplate),
                },
                // What leads nowhere in any template is a slip; told as the first template sees it.
                None => {
                    let mut faults = self.templates().map(|template| fault(relation, template));
                    let first = faults.next().flatten();
                    first.filter(|_| faults.all(|fault| fault.is_some()))
                }
            };
            if let Some(fault) = fault {
                return Err((place, fault));
            }
        }
        let all = self.own.relations.iter().chain(relations).cloned();
        Ok(Catalog {
            own: Own {
                relations: all.collect(),
                extended: vec![OnceLock::new(); self.templates.len()],
            },
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(expr: &str, template: Option<&str>) -> OwnRelation {
        OwnRelation {
            name: "甲".to_owned(),
            expr: expr.to_owned(),
            message: "应当相等".to_owned(),
            template: template.map(str::to_owned),
        }
    }

    fn names(catalog: &Catalog, template: &str) -> usize {
        let template = catalog.template(template).expect("there");
        let own = template.identities.iter();
        own.filter(|identity| identity.kind == RelationKind::Own)
            .count()
    }

    #[test]
    fn a_relation_stands_where_what_it_names_is() {
        let catalog = Catalog::builtin();
        let everywhere = relation("表九.合计.合计 <= 表三.合计.合计", None);
        let catalog = catalog.with_relations(&[everywhere]).expect("right");
        assert_eq!(names(&catalog, "新疆-2020-部门预算"), 1);
        assert_eq!(names(&catalog, "新疆-2019-部门决算"), 0);
        assert_eq!(names(Catalog::builtin(), "新疆-2020-部门预算"), 0);

        let one = relation("表三.合计.合计 >= 0", Some("新疆-2024-部门预算"));
        let catalog = catalog
            .with_relations(&[OwnRelation {
                name: "乙".to_owned(),
                ..one
            }])
            .expect("right");
        assert_eq!(
            names(&catalog, "新疆-2024-部门预算"),
            1 + names(&catalog, "xinjiang-2024-budget") / 2
        );
        assert_eq!(names(&catalog, "新疆-2020-部门预算"), 1);
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        let told = |expr: &str, template| {
            Catalog::builtin()
                .with_relations(&[
                    relation("表三.合计.合计 >= 0", None),
                    relation(expr, template),
                ])
                .expect_err("wrong")
        };
        assert_eq!(
            told("表三.合计.合计 = 1", Some("没有的")),
            (1, OwnFault::NoTemplate)
        );
        let (1, OwnFault::Expr { at: 21, .. }) = told("表三.合计.合计 ?", None) else {
            panic!("{:?}", told("表三.合计.合计 ?", None))
        };
        for (expr, words) in [
            ("表三.合计.项目支出 <= 表三.合计.合计 / 10", "不能乘除"),
            ("表三.合计.项目支出 * 10 <= 表三.合计.合计", "不能乘除"),
            (
                "占比(表三.合计.项目支出, 表三.合计.合计) <= 10",
                "不能用“占比(…)”",
            ),
            (
                "表八.公务接待费 <= 上年.表八.公务接待费",
                "不能引用“上年”的文件",
            ),
            (
                "平均(表三.合计) 则 表三.合计.合计 >= 0",
                "没有“平均(…)”这一条件",
            ),
        ] {
            let (1, OwnFault::Expr { message, .. }) = told(expr, None) else {
                panic!("{expr}")
            };
            assert!(message.contains(words), "{message}");
        }
        let (1, OwnFault::Expr { message, .. }) = told("表九十九.合计.合计 = 1", None)
        else {
            panic!()
        };
        assert!(message.contains("没有这张表"), "{message}");
        let (1, OwnFault::Expr { at: 0, .. }) =
            told("表十一.合计.合计 = 1", Some("新疆-2020-部门预算"))
        else {
            panic!()
        };
    }
}
