//! Reads the `budget.toml` files that hold for a folder and what they name, all together: they are in
//! force as they are, or what was in force before stays.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use budget_catalog::{Catalog, OwnFault, OwnRelation, PackError};
use toml::Spanned;

use super::{Levels, MaxWarnings, Overrides, Settings};
use crate::{
    baseline::Baseline,
    changed::Changed,
    config::{self, Config, ConfigError, Level, PerPath},
    exclude::Excludes,
    explanations::Explanations,
};

/// What was read: as long as none of it changes, nothing does.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Sources {
    /// Files, with their texts.
    files: Vec<(PathBuf, Option<String>)>,
    /// Folders of which every file counts.
    folders: Vec<PathBuf>,
}

impl Sources {
    /// Whether reading it again may give something else.
    pub(super) fn concerned(&self, changed: &Changed) -> bool {
        let files = self.files.iter().map(|(path, _)| path);
        files.into_iter().any(|path| changed.concerns(path))
            || self.folders.iter().any(|folder| changed.fills(folder))
    }
}

/// What the `budget.toml` files of a folder say, outermost first.
#[derive(Debug)]
pub(super) struct Chain {
    layers: Vec<Layer>,
    exclude: Excludes,
    /// What holds where no path is named.
    base: Arc<Settings>,
}

#[derive(Debug)]
struct Layer {
    config: Config,
    /// The paths of each [`PerPath`](crate::config::PerPath).
    paths: Vec<Excludes>,
}

/// Which of the settings by path hold for a file: of each layer, in order.
pub(super) type Matched = Vec<Vec<usize>>;

impl Chain {
    /// Without a `budget.toml`.
    pub(super) fn builtin(overrides: &Overrides) -> Result<Self, ConfigError> {
        assemble(Vec::new(), overrides, &mut Sources::default())
    }

    /// Reads the chain that begins at a `budget.toml`. `sources` is told what was read, also where that
    /// ended in a mistake.
    pub(super) fn load(
        nearest: &Path,
        overrides: &Overrides,
        sources: &mut Sources,
    ) -> Result<Self, ConfigError> {
        let mut files = Vec::new();
        let mut next = Some(nearest.to_owned());
        while let Some(path) = next {
            let text = read(&path, sources).map_err(|error| unread(&path, &error))?;
            let config = config::parse(&path, &text)?;
            next = (!config.root).then(|| above(&path)).flatten();
            files.push(File { path, text, config });
        }
        files.reverse();
        assemble(files, overrides, sources)
    }

    /// Which settings by path hold for a file.
    pub(super) fn matched(&self, file: &Path) -> Matched {
        self.layers
            .iter()
            .map(|layer| {
                let hits = layer.paths.iter().enumerate();
                hits.filter(|(_, paths)| paths.covers(file))
                    .map(|(at, _)| at)
                    .collect()
            })
            .collect()
    }

    /// Whether some `exclude` names a file.
    pub(super) fn excludes(&self, file: &Path) -> bool {
        self.exclude.covers(file)
    }

    /// What holds for files that match so.
    pub(super) fn settings(&self, matched: &Matched, overrides: &Overrides) -> Arc<Settings> {
        if matched.iter().all(Vec::is_empty) {
            return Arc::clone(&self.base);
        }
        Arc::new(Settings {
            levels: levels(&self.layers, matched, overrides),
            max_warnings: self.base.max_warnings.clone(),
            files: self.base.files.clone(),
            template: self.base.template.clone(),
            baseline: self.base.baseline.clone(),
            explanations: self.base.explanations.clone(),
            relations: self.base.relations.clone(),
            catalog: Arc::clone(&self.base.catalog),
            ..*self.base
        })
    }
}

fn unread(path: &Path, error: &io::Error) -> ConfigError {
    let (message, help) = match error.kind() {
        io::ErrorKind::NotFound => ("没有这个文件", "请检查路径"),
        io::ErrorKind::InvalidData => ("这个文件不是 UTF-8 编码", "请存为 UTF-8"),
        io::ErrorKind::PermissionDenied => ("没有读这个文件的权限", "请检查访问权限"),
        _ => ("读不了这个文件", "请检查它是不是文件、能不能打开"),
    };
    ConfigError::of_file(path, message, help)
}

/// A `budget.toml` with its place.
struct File {
    path: PathBuf,
    text: String,
    config: Config,
}

impl File {
    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    fn error<T>(
        &self,
        at: &Spanned<T>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> ConfigError {
        ConfigError::at(&self.path, &self.text, at.span(), message, help)
    }
}

/// The `budget.toml` above another one; a repository's is the outermost.
fn above(path: &Path) -> Option<PathBuf> {
    let folder = path.parent()?;
    if folder.join(".git").exists() {
        return None;
    }
    nearest(folder.parent()?)
}

/// The `budget.toml` of a folder or the nearest above it.
pub(super) fn nearest(folder: &Path) -> Option<PathBuf> {
    let files = folder
        .ancestors()
        .map(|folder| folder.join(config::FILE_NAME));
    files.into_iter().find(|path| path.is_file())
}

fn read(path: &Path, sources: &mut Sources) -> io::Result<String> {
    let text = fs::read_to_string(path);
    let kept = text.as_ref().ok().cloned();
    sources.files.push((path.to_owned(), kept));
    text
}

fn assemble(
    files: Vec<File>,
    overrides: &Overrides,
    sources: &mut Sources,
) -> Result<Chain, ConfigError> {
    let mut settings = Settings {
        files: files.iter().rev().map(|file| file.path.clone()).collect(),
        strict: overrides.strict,
        ..Settings::builtin()
    };
    for file in &files {
        let config = &file.config;
        if let Some(packs) = &config.packs {
            settings.catalog = Arc::new(add_packs(&settings.catalog, file, packs, sources)?);
        }
        settings.fail_level = config.fail_level.or(settings.fail_level);
        if let Some(most) = config.max_warnings {
            let path = file.path.clone();
            settings.max_warnings = Some(MaxWarnings { most, path });
        }
        settings.tolerance = config.tolerance.unwrap_or(settings.tolerance);
        if let Some(baseline) = &config.baseline {
            let path = file.folder().join(baseline.get_ref());
            settings.baseline = Some(Arc::new(load_baseline(&path, sources)?));
        }
        if let Some(explanations) = &config.explanations {
            let path = file.folder().join(explanations.get_ref());
            let text = optional(&path, sources)?;
            let read = Explanations::parse(&path, &text)?;
            settings.explanations = Some(Arc::new(read));
        }
    }
    if let Some(path) = &overrides.baseline {
        settings.baseline = Some(Arc::new(load_baseline(path, sources)?));
    }
    // Which templates there are is known when all packs are read.
    for file in &files {
        if let Some(template) = &file.config.template {
            let id = template.get_ref();
            if settings.catalog.template(id).is_none() {
                let known: Vec<_> = settings.catalog.template_ids().collect();
                let help = format!("可用的有：{}", known.join("、"));
                return Err(file.error(template, format!("没有名为“{id}”的模板"), help));
            }
            settings.template = Some(id.clone());
        }
    }
    for file in &files {
        add_relations(&mut settings, file)?;
    }
    let mut exclude = Excludes::default();
    for file in &files {
        add_patterns(&mut exclude, file, &file.config.exclude)?;
    }
    let layers = files
        .into_iter()
        .map(layer)
        .collect::<Result<Vec<_>, _>>()?;
    let matched = vec![Vec::new(); layers.len()];
    settings.levels = levels(&layers, &matched, overrides);
    Ok(Chain {
        base: Arc::new(settings),
        layers,
        exclude,
    })
}

fn layer(file: File) -> Result<Layer, ConfigError> {
    let of_path = |per_path: &PerPath| {
        let mut paths = Excludes::default();
        add_patterns(&mut paths, &file, &per_path.paths)?;
        Ok(paths)
    };
    let paths = file.config.per_path.iter().map(of_path);
    Ok(Layer {
        paths: paths.collect::<Result<_, _>>()?,
        config: file.config,
    })
}

/// Patterns of a `budget.toml`, which count from its folder.
fn add_patterns(
    list: &mut Excludes,
    file: &File,
    patterns: &[Spanned<String>],
) -> Result<(), ConfigError> {
    let words: Vec<&str> = patterns.iter().map(|it| it.get_ref().as_str()).collect();
    list.add(file.folder(), &words).map_err(|bad| {
        let at = patterns.iter().find(|it| *it.get_ref() == bad.pattern);
        let message = format!("“{}”不是文件的写法（{}）", bad.pattern, bad.why);
        let help = "写法与 .gitignore 相同，例如 草稿/ 或 *-备份.budget";
        match at {
            Some(at) => file.error(at, message, help),
            None => ConfigError::of_file(&file.path, message, help),
        }
    })
}

fn levels(layers: &[Layer], matched: &Matched, overrides: &Overrides) -> Levels {
    fn words(names: &[Spanned<String>]) -> impl Iterator<Item = &str> {
        names.iter().map(|name| name.get_ref().as_str())
    }
    fn pairs(rules: &BTreeMap<Spanned<String>, Level>) -> impl Iterator<Item = (&str, Level)> {
        let names = rules.keys().map(|name| name.get_ref().as_str());
        names.zip(rules.values().copied())
    }
    let mut levels = Levels::default();
    for (layer, matched) in layers.iter().zip(matched) {
        let config = &layer.config;
        if let Some(select) = &config.select {
            levels.select(words(select));
        }
        levels.ignore(words(&config.ignore));
        levels.set(pairs(&config.rules));
        for per_path in matched.iter().filter_map(|at| config.per_path.get(*at)) {
            levels.ignore(words(&per_path.ignore));
            levels.set(pairs(&per_path.rules));
        }
    }
    if !overrides.select.is_empty() {
        levels.select(overrides.select.iter().map(String::as_str));
    }
    levels.ignore(overrides.ignore.iter().map(String::as_str));
    levels.set(
        overrides
            .levels
            .iter()
            .map(|(name, level)| (name.as_str(), *level)),
    );
    levels
}

/// A file that need not be there yet.
fn optional(path: &Path, sources: &mut Sources) -> Result<String, ConfigError> {
    match read(path, sources) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(unread(path, &error)),
    }
}

fn load_baseline(path: &Path, sources: &mut Sources) -> Result<Baseline, ConfigError> {
    Baseline::parse(path, &optional(path, sources)?)
}

/// The relations of a `budget.toml`, over those of the files above it.
fn add_relations(settings: &mut Settings, file: &File) -> Result<(), ConfigError> {
    let relations = &file.config.relations;
    if relations.is_empty() {
        return Ok(());
    }
    for relation in relations {
        if settings.relations.contains_key(relation.name.get_ref()) {
            let message = format!("上级文件夹已有审核公式“{}”", relation.name.get_ref());
            return Err(file.error(&relation.name, message, "请改名"));
        }
        settings
            .relations
            .insert(relation.name.get_ref().clone(), relation.severity);
    }
    let own: Vec<OwnRelation> = relations
        .iter()
        .map(|relation| OwnRelation {
            name: relation.name.get_ref().clone(),
            expr: relation.expr.get_ref().clone(),
            message: relation.message.clone(),
            template: relation.template.as_ref().map(|id| id.get_ref().clone()),
        })
        .collect();
    let catalog = settings.catalog.with_relations(&own);
    settings.catalog = Arc::new(catalog.map_err(|(at, fault)| {
        let Some(relation) = relations.get(at) else {
            return ConfigError::of_file(&file.path, "审核公式有误", "请检查 relations");
        };
        match fault {
            OwnFault::NoTemplate => {
                let template = relation.template.as_ref().unwrap_or(&relation.name);
                let known: Vec<_> = settings.catalog.template_ids().collect();
                let help = format!("可用的有：{}", known.join("、"));
                let message = format!("没有名为“{}”的模板", template.get_ref());
                file.error(template, message, help)
            }
            OwnFault::Expr { at, message, help } => {
                // Where the expression is written plainly its places are those of the file.
                let span = relation.expr.span();
                let plain = file.text.get(span.clone()).is_some_and(|written| {
                    written
                        .get(1..)
                        .is_some_and(|written| written.starts_with(relation.expr.get_ref()))
                });
                let shift = if plain { 1 + at as usize } else { 0 };
                let range = span.start + shift..span.end;
                ConfigError::at(&file.path, &file.text, range, message, help)
            }
        }
    })?);
    Ok(())
}

/// The data of a folder over what there is; the first mistake in it is told.
fn add_packs(
    catalog: &Catalog,
    file: &File,
    packs: &Spanned<PathBuf>,
    sources: &mut Sources,
) -> Result<Catalog, ConfigError> {
    let folder = file.folder().join(packs.get_ref());
    sources.folders.push(folder.clone());
    let entries = fs::read_dir(&folder).map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "没有这个文件夹",
            io::ErrorKind::NotADirectory => "这不是文件夹",
            io::ErrorKind::PermissionDenied => "没有读它的权限",
            _ => "读不了它",
        };
        let message = format!("模板目录 {}：{why}", folder.display());
        file.error(packs, message, "请检查 packs")
    })?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    let wanted = |path: &Path, extension: &str| {
        let is_config = path
            .file_name()
            .is_some_and(|name| name == config::FILE_NAME);
        path.extension().is_some_and(|own| own == extension) && !is_config
    };
    let mut text_of = |path: &Path| {
        let text = read(path, sources);
        text.map_err(|error| unread(path, &error))
    };
    let mut catalog = Catalog::clone(catalog);
    for path in paths.iter().filter(|path| wanted(path, "tsv")) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = text_of(path)?;
        catalog = catalog
            .with_rows(&path.to_string_lossy(), &name, &text)
            .map_err(bad_pack)?;
    }
    let mut texts = Vec::new();
    for path in paths.iter().filter(|path| wanted(path, "toml")) {
        texts.push((path.to_string_lossy().into_owned(), text_of(path)?));
    }
    let (catalog, errors) = Catalog::with_packs(&catalog, texts);
    match errors.into_iter().next() {
        None => Ok(catalog),
        Some(error) => Err(bad_pack(error)),
    }
}

fn bad_pack(error: PackError) -> ConfigError {
    ConfigError {
        line: error.line,
        column: error.column,
        ..ConfigError::of_file(Path::new(&error.path), error.message, error.help)
    }
}
