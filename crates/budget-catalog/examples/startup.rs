use std::time::Instant;
fn main() {
    let a = Instant::now();
    let c = budget_catalog::Catalog::builtin();
    let b = Instant::now();
    let t = c.template("新疆-2020-部门预算").map(|t| t.identities.len());
    let d = Instant::now();
    println!("builtin {:?} template {:?} {t:?}", b - a, d - b);
    let text = include_str!("../data/templates/xinjiang-2020-budget.toml");
    for _ in 0..3 {
        let a = Instant::now();
        let t: budget_catalog::Template = toml::from_str(text).unwrap();
        let b = Instant::now();
        let j = serde_json::to_string(&t).unwrap();
        let c = Instant::now();
        let u: budget_catalog::Template = serde_json::from_str(&j).unwrap();
        println!(
            "toml {:?} json {:?} {} {}",
            b - a,
            c.elapsed(),
            j.len(),
            u.tables.len()
        );
    }
}
