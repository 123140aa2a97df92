//! Subjects as prose writes them.

use super::*;

fn concept(subject: &str) -> Concept {
    let names = Names::new(["某县水利局", "县水利局"].into_iter(), "", Some(2020));
    read(subject, &names)
}

#[test]
fn accounts_in_their_written_forms() {
    let code = |subject: &str| concept(subject).account.and_then(|it| it.code);
    let full = Some("2010301".to_owned());
    assert_eq!(
        code("一般公共服务支出（201）政府办公厅（室）及相关机构事务（03）行政运行（01）"),
        full
    );
    assert_eq!(code("2010301 行政运行"), full);
    assert_eq!(
        code("公共安全支出（204类）司法（06款）其他司法支出（99项）"),
        Some("2040699".to_owned())
    );
    assert_eq!(code("一般公共服务支出（201类）"), Some("201".to_owned()));
    let named = concept(
        "1.一般公共服务支出（类）政府办公厅（室）及相关机构事务（款）行政运行（项）2020 年预算数",
    );
    let account = named.account.unwrap();
    assert_eq!(account.code, None);
    assert_eq!(
        account.names,
        ["一般公共服务", "政府办公厅(室)及相关机构事务", "行政运行"]
    );
    assert_eq!(concept("因公出国（境）费").account, None);
    assert_eq!(concept("12 月工资").account, None);
}

#[test]
fn the_body_and_the_year_are_set_aside() {
    for subject in [
        "某县水利局 2020 年“三公”经费财政拨款预算数",
        "2020年本部门“三公”经费预算安排",
        "2020 年度一般公共预算“三公”经费支出决算",
        "我厅2020年“三公”经费预算",
        "本院“三公”经费预算",
        "我中心 2020 年“三公”经费预算",
    ] {
        let concept = concept(subject);
        assert_eq!(concept.scope, Some(Scope::Hospitality), "{subject}");
    }
    let unit = concept("某县水利局单位 2020 年支出预算");
    assert!(unit.is_total() && unit.flow == Some(Flow::Expense));
    assert!(!concept("某县水利局单位资金支出").is_total());
    let total = concept("某县水利局2020年收支总预算");
    assert!(total.is_total());
    assert_eq!(
        concept("县水利局 2020 年支出预算").flow,
        Some(Flow::Expense)
    );
    let basic = concept("2020年一般公共预算拨款基本支出");
    assert_eq!((basic.scope, &*basic.stem), (Some(Scope::General), "基本"));
    let source = concept("一般公共预算");
    assert_eq!((source.scope, &*source.stem), (None, "一般公共"));
    assert!(concept("某县水利局及下属 3 家行政单位的机关运行经费预算").elsewhere);
    assert!(concept("上年决算数").elsewhere);
    assert!(!concept("上年结转").elsewhere);
}

#[test]
fn names_with_other_ends_are_one() {
    let same = |a: &str, b: &str| assert_eq!(stem(a), stem(b), "{a} {b}");
    same("公务用车运行费", "公务用车运行维护费");
    same("公务用车购置", "公务用车购置费");
    same("本年收入合计", "本年收入");
    assert_ne!(stem("其他收入"), stem("其他支出"));
    assert_ne!(stem("基本支出"), stem("项目支出"));
}

#[test]
fn sets_that_are_whole() {
    let whole = |name: &str, stems: &[&str]| {
        let stems: Vec<_> = stems.iter().map(|it| stem(it).0).collect();
        let stems: Vec<&str> = stems.iter().map(|it| &**it).collect();
        is_partition(&stems, name)
    };
    assert!(whole("", &["基本支出", "项目支出"]));
    let purchases = ["政府采购货物预算", "政府采购工程预算", "政府采购服务预算"];
    assert!(whole("政府采购", &purchases));
    assert!(!whole("项目", &purchases));
    assert!(whole(
        "政府采购",
        &["货物类采购预算", "工程类采购预算", "服务类采购预算"]
    ));
    assert!(whole(
        "\"三公\"",
        &["公务接待费", "公务用车购置及运行维护费"]
    ));
    assert!(whole("公务用车购置及运行", &["购置费", "运行维护费"]));
    assert!(whole("基本", &["人员经费", "公用经费"]));
    // An account has project money too.
    assert!(!whole("行政运行", &["人员经费", "公用经费"]));
    assert!(!whole("", &["基本支出"]));
    assert!(!whole(
        "采购",
        &["授予中小企业合同金额", "授予小微企业合同金额"]
    ));
    assert!(!whole("", &["基本支出", "人员经费"]));
}

#[test]
fn what_is_not_of_this_year_or_body() {
    for subject in [
        "2018年度本年支出",
        "剔除上年一次性项目",
        "公用经费由上年的",
        "去年",
    ] {
        assert!(concept(subject).apart, "{subject}");
    }
    for subject in ["2020年度本年支出", "上年结转", "2020年末结转和结余"] {
        assert!(!concept(subject).apart, "{subject}");
    }
    for subject in ["本级支出", "某县水利局本级支出", "全口径“三公”经费"] {
        assert!(concept(subject).elsewhere, "{subject}");
    }
    let own = Names::new(["某市政府办公厅（本级）"].into_iter(), "", Some(2020));
    assert!(!read("本级支出", &own).elsewhere);
}
