//! The configuration that holds for a file, found upward from its folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use budget_catalog::Catalog;
use rustc_hash::FxHashMap;

use crate::config::{self, Config, ConfigError};

/// What documents of a folder are checked by. Shared by all files under one `budget.toml`.
#[derive(Debug)]
pub struct Settings {
    /// The `budget.toml`, if there is one.
    pub path: Option<PathBuf>,
    /// What it says.
    pub config: Config,
    /// Built-in data, and the packs that it names.
    pub catalog: Arc<Catalog>,
}

impl Settings {
    /// Without a `budget.toml`.
    pub fn builtin() -> Self {
        Self {
            path: None,
            config: Config::default(),
            catalog: Arc::clone(Catalog::builtin()),
        }
    }

    /// What a `budget.toml` says, and the templates of its packs.
    fn load(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let config = config::parse(path, text)?;
        let mut settings = Self::builtin();
        settings.path = Some(path.to_owned());
        if let Some(folder) = &config.packs {
            settings.catalog = Arc::new(packs(path, folder)?);
        }
        if let Some(template) = &config.template
            && settings.catalog.template(template).is_none()
        {
            let known: Vec<_> = settings.catalog.template_ids().collect();
            return Err(ConfigError {
                path: path.to_owned(),
                line: 0,
                column: 0,
                range: 0..0,
                message: format!("没有名为“{template}”的模板"),
                help: format!("可用的有：{}", known.join("、")),
            });
        }
        settings.config = config;
        Ok(settings)
    }
}

/// The built-in templates and those of a folder; the first mistake in one is told.
fn packs(config: &Path, folder: &Path) -> Result<Catalog, ConfigError> {
    let unreadable = |path: &Path, error: io::Error| ConfigError {
        path: path.to_owned(),
        line: 0,
        column: 0,
        range: 0..0,
        message: format!("读不了模板目录中的内容（{error}）"),
        help: format!("请检查 {} 中的 packs", config.display()),
    };
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, error))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    paths.sort();
    let mut texts = Vec::with_capacity(paths.len());
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
        texts.push((path.to_string_lossy().into_owned(), text));
    }
    let (catalog, errors) = Catalog::with_packs(Catalog::builtin(), texts);
    match errors.into_iter().next() {
        None => Ok(catalog),
        Some(error) => Err(ConfigError {
            path: PathBuf::from(error.path),
            line: error.line,
            column: error.column,
            range: 0..0,
            message: error.message,
            help: error.help,
        }),
    }
}

/// Finds and keeps settings. A `budget.toml` that can't be read leaves what it last said in force,
/// and its error stands in [`Resolver::errors`] until it is mended.
#[derive(Debug)]
pub struct Resolver {
    default: Arc<Settings>,
    /// By folder: the `budget.toml` that holds there.
    folders: FxHashMap<PathBuf, Option<PathBuf>>,
    /// By `budget.toml`: what it said when it could last be read.
    files: FxHashMap<PathBuf, Loaded>,
    /// Set by hand (`--config`): holds for every file.
    fixed: Option<PathBuf>,
}

#[derive(Debug)]
struct Loaded {
    text: Option<String>,
    settings: Arc<Settings>,
    error: Option<ConfigError>,
    fresh: bool,
}

impl Default for Resolver {
    fn default() -> Self {
        Self {
            default: Arc::new(Settings::builtin()),
            folders: FxHashMap::default(),
            files: FxHashMap::default(),
            fixed: None,
        }
    }
}

impl Resolver {
    /// Takes this file for all folders.
    pub fn fixed(path: PathBuf) -> Self {
        Self {
            fixed: Some(path),
            ..Self::default()
        }
    }

    /// The settings that hold in a folder; without one (a text that isn't a file), the built-in.
    pub fn resolve(&mut self, folder: Option<&Path>) -> Arc<Settings> {
        let path = match (&self.fixed, folder) {
            (Some(path), _) => Some(path.clone()),
            (None, Some(folder)) => self.find(folder),
            (None, None) => None,
        };
        match path {
            Some(path) => self.load(path),
            None => Arc::clone(&self.default),
        }
    }

    /// Forgets which files are where and looks at each again; settings that did not change stay
    /// the same `Arc`.
    pub fn reload(&mut self) {
        self.folders.clear();
        for loaded in self.files.values_mut() {
            loaded.fresh = false;
        }
    }

    /// The `budget.toml` files in force that could not be read.
    pub fn errors(&self) -> Vec<&ConfigError> {
        let mut errors: Vec<_> = self
            .files
            .values()
            .filter_map(|loaded| loaded.error.as_ref())
            .collect();
        errors.sort_by(|a, b| a.path.cmp(&b.path));
        errors
    }

    fn find(&mut self, folder: &Path) -> Option<PathBuf> {
        if let Some(known) = self.folders.get(folder) {
            return known.clone();
        }
        let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let found = absolute
            .ancestors()
            .map(|folder| folder.join(config::FILE_NAME))
            .find(|path| path.is_file());
        self.folders.insert(folder.to_owned(), found.clone());
        found
    }

    fn load(&mut self, path: PathBuf) -> Arc<Settings> {
        if let Some(loaded) = self.files.get(&path)
            && loaded.fresh
        {
            return Arc::clone(&loaded.settings);
        }
        let before = self.files.remove(&path);
        let read = fs::read_to_string(&path);
        if let (Some(before), Ok(text)) = (&before, &read)
            && before.text.as_ref() == Some(text)
            && before.settings.config.packs.is_none()
        {
            let settings = Arc::clone(&before.settings);
            let before = before.error.clone();
            self.keep(path, read.ok(), Arc::clone(&settings), before);
            return settings;
        }
        let parsed = match &read {
            Ok(text) => Settings::load(&path, text),
            Err(error) => Err(ConfigError::new(
                &path,
                "",
                0..0,
                format!("读不了这个文件（{error}）"),
                "请检查权限，并存为 UTF-8".to_owned(),
            )),
        };
        let (settings, error) = match parsed {
            Ok(settings) => (Arc::new(settings), None),
            Err(error) => {
                let last_good = before.map(|loaded| loaded.settings);
                (
                    last_good.unwrap_or_else(|| Arc::clone(&self.default)),
                    Some(error),
                )
            }
        };
        self.keep(path, read.ok(), Arc::clone(&settings), error);
        settings
    }

    fn keep(
        &mut self,
        path: PathBuf,
        text: Option<String>,
        settings: Arc<Settings>,
        error: Option<ConfigError>,
    ) {
        let loaded = Loaded {
            text,
            settings,
            error,
            fresh: true,
        };
        self.files.insert(path, loaded);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_are_loaded_and_their_mistakes_told() {
        let root = tempfile::tempdir().expect("a folder");
        let at = |name: &str| root.path().join(name);
        fs::create_dir(at("模板")).expect("made");
        fs::write(at("budget.toml"), "template = \"某县\"\npacks = \"模板\"\n").expect("written");
        let pack = "id = \"某县\"\nslug = \"some-county\"\nversion = \"1.0.0\"\ntitle = \"某县\"\n";
        fs::write(at("模板/a.toml"), pack).expect("written");

        let mut resolver = Resolver::default();
        let settings = resolver.resolve(Some(root.path()));
        assert_eq!(resolver.errors(), Vec::<&ConfigError>::new());
        assert!(settings.catalog.template("某县").is_some());

        fs::write(at("模板/a.toml"), "id = \n").expect("written");
        resolver.reload();
        assert!(Arc::ptr_eq(&settings, &resolver.resolve(Some(root.path()))));
        let errors = resolver.errors();
        let error = errors.first().expect("one");
        assert_eq!((error.path.clone(), error.line), (at("模板/a.toml"), 1));
    }

    #[test]
    fn the_nearest_file_upward_holds_and_a_bad_one_keeps_the_last_good() {
        let root = tempfile::tempdir().expect("a folder");
        let inner = root.path().join("甲/乙");
        fs::create_dir_all(&inner).expect("made");
        let path = root.path().join("budget.toml");
        fs::write(&path, "template = \"通用-预算\"\n").expect("written");

        let mut resolver = Resolver::default();
        let first = resolver.resolve(Some(&inner));
        assert_eq!(first.config.template.as_deref(), Some("通用-预算"));
        assert!(resolver.errors().is_empty());

        resolver.reload();
        assert!(
            Arc::ptr_eq(&first, &resolver.resolve(Some(&inner))),
            "nothing changed"
        );

        fs::write(&path, "templete = 1\n").expect("written");
        resolver.reload();
        assert!(
            Arc::ptr_eq(&first, &resolver.resolve(Some(&inner))),
            "the last good one"
        );
        assert_eq!(resolver.errors().len(), 1);

        fs::write(&path, "template = \"新疆-2020-部门预算\"\n").expect("written");
        resolver.reload();
        let mended = resolver.resolve(Some(&inner));
        assert_eq!(
            mended.config.template.as_deref(),
            Some("新疆-2020-部门预算")
        );
        assert!(resolver.errors().is_empty());

        fs::write(inner.join("budget.toml"), "template = \"通用-预算\"\n").expect("written");
        resolver.reload();
        let nearest = resolver.resolve(Some(&inner));
        assert_eq!(nearest.config.template.as_deref(), Some("通用-预算"));
    }
}
