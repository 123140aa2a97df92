//! Finds and keeps the settings of files.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustc_hash::FxHashMap;

use super::{
    Overrides, Settings,
    load::{Chain, Matched, Sources, nearest},
};
use crate::{
    changed::Changed,
    config::{self, ConfigError},
    exclude::absolute,
    input::FilePath,
};

/// Finds and keeps settings. A `budget.toml` that can't be read leaves what was last in force, and
/// its error stands in [`Resolver::errors`] until it is mended.
#[derive(Clone, Debug, Default)]
pub struct Resolver {
    overrides: Overrides,
    /// By folder: the `budget.toml` nearest to it.
    folders: FxHashMap<PathBuf, Option<PathBuf>>,
    /// By nearest `budget.toml`; without one, what the command line says alone.
    chains: FxHashMap<Option<PathBuf>, Loaded>,
    /// Set by hand (`--config`): holds for every file.
    fixed: Option<PathBuf>,
}

#[derive(Clone, Debug)]
struct Loaded {
    chain: Option<Arc<Chain>>,
    sources: Arc<Sources>,
    error: Option<ConfigError>,
    fresh: bool,
    made: FxHashMap<Matched, Arc<Settings>>,
}

impl Resolver {
    /// With what a command line says; with its `--config`, that file holds for all folders.
    pub fn new(fixed: Option<PathBuf>, overrides: Overrides) -> Self {
        Self {
            fixed,
            overrides,
            ..Self::default()
        }
    }

    /// What holds for a file.
    pub fn resolve(&mut self, file: &FilePath) -> Arc<Settings> {
        let nearest = self.nearest(file.folder());
        let overrides = self.overrides.clone();
        let loaded = self.loaded(nearest);
        let Some(chain) = &loaded.chain else {
            return Arc::new(Settings::builtin());
        };
        let matched = file
            .disk()
            .map(|file| chain.matched(file))
            .unwrap_or_default();
        let make = || chain.settings(&matched, &overrides);
        Arc::clone(loaded.made.entry(matched.clone()).or_insert_with(make))
    }

    /// What holds for files of a folder that no path is said of.
    pub fn resolve_folder(&mut self, folder: &Path) -> Arc<Settings> {
        self.resolve(&FilePath::Disk(folder.join("*")))
    }

    /// Whether an `exclude` names a file.
    pub fn excludes(&mut self, file: &Path) -> bool {
        let nearest = self.nearest(file.parent());
        let chain = &self.loaded(nearest).chain;
        chain.as_ref().is_some_and(|chain| chain.excludes(file))
    }

    /// What hangs on these files is looked at again when it is next asked for; settings that did not change stay
    /// the same `Arc`. Whether anything hangs on them. Reads nothing.
    pub fn changed(&mut self, changed: &Changed) -> bool {
        // One may now be nearer than the one in force, or between two that are.
        let all = changed.has(config::FILE_NAME);
        let mut any = all;
        for loaded in self.chains.values_mut() {
            if all || loaded.sources.concerned(changed) {
                loaded.fresh = false;
                any = true;
            }
        }
        if any {
            self.folders.clear();
        }
        any
    }

    /// What is wrong with the files in force, each mistake once.
    pub fn errors(&self) -> Vec<&ConfigError> {
        let errors = self
            .chains
            .values()
            // What nothing has asked for since files were read again may be gone.
            .filter(|loaded| loaded.fresh)
            .filter_map(|loaded| loaded.error.as_ref());
        let mut errors: Vec<_> = errors.collect();
        errors.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
        errors.dedup();
        errors
    }

    /// The `budget.toml` nearest to a folder; none for a text that isn't a file.
    fn nearest(&mut self, folder: Option<&Path>) -> Option<PathBuf> {
        if self.fixed.is_some() {
            return self.fixed.clone();
        }
        let folder = folder?;
        if let Some(known) = self.folders.get(folder) {
            return known.clone();
        }
        let absolute = absolute(folder);
        let found = nearest(&absolute);
        self.folders.insert(folder.to_owned(), found.clone());
        found
    }

    fn loaded(&mut self, nearest: Option<PathBuf>) -> &mut Loaded {
        let loaded = self
            .chains
            .entry(nearest.clone())
            .or_insert_with(|| Loaded {
                chain: None,
                sources: Arc::default(),
                error: None,
                fresh: false,
                made: FxHashMap::default(),
            });
        if loaded.fresh {
            return loaded;
        }
        loaded.fresh = true;
        let mut sources = Sources::default();
        let read = match &nearest {
            Some(path) => Chain::load(path, &self.overrides, &mut sources),
            None => Chain::builtin(&self.overrides),
        };
        let was_right = loaded.chain.is_some() && loaded.error.is_none();
        if was_right && read.is_ok() && sources == *loaded.sources {
            return loaded;
        }
        loaded.sources = Arc::new(sources);
        match read {
            Ok(chain) => {
                loaded.chain = Some(Arc::new(chain));
                loaded.error = None;
                loaded.made.clear();
            }
            Err(error) => {
                loaded.error = Some(error);
                // What was last in force stays; where nothing was, what holds without it.
                if loaded.chain.is_none() {
                    loaded.chain = Chain::builtin(&self.overrides).ok().map(Arc::new);
                }
            }
        }
        loaded
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::{FailLevel, Level};

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new(files: &[(&str, &str)]) -> Self {
            let folder = Self(tempfile::tempdir().expect("a folder"));
            for (name, text) in files {
                folder.write(name, text);
            }
            folder
        }

        fn at(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn file(&self, name: &str) -> FilePath {
            FilePath::Disk(self.at(name))
        }

        /// Writes a file, and tells of it.
        fn change(&self, resolver: &mut Resolver, name: &str, text: &str) {
            self.write(name, text);
            assert!(resolver.changed(&Changed::new([&*self.at(name)])));
        }

        fn write(&self, name: &str, text: &str) {
            let path = self.at(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
    }

    fn pack(id: &str) -> String {
        format!("id = \"{id}\"\nslug = \"some-county\"\nversion = \"1.0.0\"\ntitle = \"某县\"\n")
    }

    #[test]
    fn packs_are_loaded_and_their_mistakes_told() {
        let folder = Folder::new(&[
            ("budget.toml", "template = \"某县\"\npacks = \"模板\"\n"),
            ("模板/a.toml", &pack("某县")),
        ]);
        let file = folder.file("甲.budget");
        let mut resolver = Resolver::default();
        let settings = resolver.resolve(&file);
        assert_eq!(resolver.errors(), Vec::<&ConfigError>::new());
        assert!(settings.catalog.template("某县").is_some());

        let path = folder.at("模板/a.toml");
        assert!(resolver.changed(&Changed::new([&*path])));
        assert!(
            Arc::ptr_eq(&settings, &resolver.resolve(&file)),
            "nothing changed"
        );

        folder.change(&mut resolver, "模板/a.toml", "id = \n");
        assert!(
            Arc::ptr_eq(&settings, &resolver.resolve(&file)),
            "the last good one"
        );
        let errors = resolver.errors();
        let error = errors.first().expect("one");
        assert_eq!(
            (error.path.clone(), error.line),
            (folder.at("模板/a.toml"), 1)
        );

        folder.change(
            &mut resolver,
            "模板/a.toml",
            &pack("某县").replace("1.0.0", "1.0.1"),
        );
        let mended = resolver.resolve(&file);
        assert!(resolver.errors().is_empty());
        let template = mended.catalog.template("某县").expect("there");
        assert!(
            template.version.starts_with("1.0.1+sha256."),
            "{}",
            template.version
        );
    }

    #[test]
    fn only_what_hangs_on_a_file_is_looked_at_again() {
        let folder = Folder::new(&[
            (
                "budget.toml",
                "packs = \"模板\"\nexplanations = \"说明.toml\"\n",
            ),
            ("模板/a.toml", &pack("某县")),
            ("县/budget.toml", "root = true\n"),
        ]);
        let mut resolver = Resolver::default();
        let outer = resolver.resolve(&folder.file("甲.budget"));
        resolver.resolve(&folder.file("县/甲.budget"));
        let others = ["package.json", "甲.budget", "县/其他.toml"].map(|name| folder.at(name));
        assert!(!resolver.changed(&Changed::new(others.iter().map(PathBuf::as_path))));
        // Not there yet; new in its folder; gone with its folder.
        for (name, stale) in [
            ("说明.toml", &[false, true][..]),
            ("模板/b.toml", &[false, true]),
            ("模板", &[false, true]),
            ("县/budget.toml", &[false, false]),
            ("其他/budget.toml", &[false, false]),
        ] {
            let mut resolver = resolver.clone();
            assert!(
                resolver.changed(&Changed::new([&*folder.at(name)])),
                "{name}"
            );
            let mut fresh: Vec<bool> = resolver.chains.values().map(|it| it.fresh).collect();
            fresh.sort_unstable();
            assert_eq!(fresh, stale, "{name}");
        }
        folder.change(&mut resolver, "模板/b.toml", &pack("另一县"));
        let now = resolver.resolve(&folder.file("甲.budget"));
        assert!(now.catalog.template("另一县").is_some());
        assert!(outer.catalog.template("另一县").is_none());
    }

    #[test]
    fn a_mistake_leaves_the_last_good_one_in_force() {
        let folder = Folder::new(&[("budget.toml", "template = \"通用-预算\"\n")]);
        let file = folder.file("甲/乙/丙.budget");
        let mut resolver = Resolver::default();
        let first = resolver.resolve(&file);
        assert_eq!(first.template.as_deref(), Some("通用-预算"));
        assert_eq!(first.files, [folder.at("budget.toml")]);

        folder.change(&mut resolver, "budget.toml", "templete = 1\n");
        assert!(Arc::ptr_eq(&first, &resolver.resolve(&file)));
        assert_eq!(resolver.errors().len(), 1);

        // Back to what it was: nothing is read anew, and nothing is wrong.
        folder.change(&mut resolver, "budget.toml", "template = \"通用-预算\"\n");
        resolver.resolve(&file);
        assert!(resolver.errors().is_empty());

        folder.change(&mut resolver, "budget.toml", "template = \"没有的\"\n");
        resolver.resolve(&file);
        let errors = resolver.errors();
        assert_eq!(
            errors.first().map(|error| (error.line, error.column)),
            Some((1, 12))
        );
    }

    #[test]
    fn a_file_that_is_gone_has_no_mistakes() {
        let folder = Folder::new(&[("budget.toml", "templete = 1\n")]);
        let file = folder.file("甲.budget");
        let mut resolver = Resolver::default();
        resolver.resolve(&file);
        assert_eq!(resolver.errors().len(), 1);
        let path = folder.at("budget.toml");
        fs::remove_file(&path).expect("removed");
        assert!(resolver.changed(&Changed::new([&*path])));
        resolver.resolve(&file);
        assert_eq!(resolver.errors(), Vec::<&ConfigError>::new());
    }

    #[test]
    fn a_nearer_file_adds_to_those_above() {
        let folder = Folder::new(&[
            (
                "budget.toml",
                "fail-level = \"error\"\n[rules]\nGLO = \"off\"\nTXT001 = \"hint\"\n",
            ),
            (
                "县/budget.toml",
                "template = \"通用-决算\"\n[rules]\nGLO002 = \"warning\"\n",
            ),
            ("独立/budget.toml", "root = true\n"),
        ]);
        let mut resolver = Resolver::default();
        let inner = resolver.resolve(&folder.file("县/甲.budget"));
        assert_eq!(
            inner.files,
            [folder.at("县/budget.toml"), folder.at("budget.toml")]
        );
        assert_eq!(inner.fail_level, Some(FailLevel::Error));
        assert_eq!(inner.template.as_deref(), Some("通用-决算"));
        assert_eq!(inner.levels.of("GLO001"), Some(Level::Off));
        assert_eq!(inner.levels.of("GLO002"), Some(Level::Warning));
        assert_eq!(inner.levels.of("TXT001"), Some(Level::Hint));
        let outer = resolver.resolve(&folder.file("甲.budget"));
        assert_eq!(outer.levels.of("GLO002"), Some(Level::Off));
        let alone = resolver.resolve(&folder.file("独立/甲.budget"));
        assert_eq!((alone.fail_level, alone.levels.is_empty()), (None, true));
    }

    #[test]
    fn a_repository_is_the_outermost() {
        let folder = Folder::new(&[
            ("budget.toml", "fail-level = \"never\"\n"),
            ("库/.git/HEAD", ""),
            ("库/budget.toml", "template = \"通用-预算\"\n"),
        ]);
        let settings = Resolver::default().resolve(&folder.file("库/甲.budget"));
        assert_eq!((settings.fail_level, settings.files.len()), (None, 1));
    }

    #[test]
    fn paths_have_settings_of_their_own() {
        let folder = Folder::new(&[(
            "budget.toml",
            "exclude = [\"草稿/**\", \"!草稿/要核的.budget\"]\n\
             [[per-path]]\npaths = [\"*决算*.budget\"]\nignore = [\"GLO\"]\n\
             [[per-path]]\npaths = [\"/2019/\"]\n[per-path.rules]\nTXT = \"error\"\n",
        )]);
        let mut resolver = Resolver::default();
        let mut levels = |name: &str| {
            let levels = &resolver.resolve(&folder.file(name)).levels;
            (levels.of("GLO001"), levels.of("TXT001"))
        };
        assert_eq!(levels("2019/预算.budget"), (None, Some(Level::Error)));
        assert_eq!(
            levels("2019/决算.budget"),
            (Some(Level::Off), Some(Level::Error))
        );
        assert_eq!(levels("2020/决算稿.budget"), (Some(Level::Off), None));
        assert_eq!(levels("2020/2019/预算.budget"), (None, None));
        let excluded = |name: &str| Resolver::default().excludes(&folder.at(name));
        assert!(excluded("草稿/甲.budget"));
        assert!(!excluded("草稿/要核的.budget"));
        assert!(!excluded("甲.budget"));
        let same = |a: &str, b: &str| {
            let mut resolver = Resolver::default();
            let a = resolver.resolve(&folder.file(a));
            Arc::ptr_eq(&a, &resolver.resolve(&folder.file(b)))
        };
        assert!(same("2019/预算.budget", "2019/预算二.budget"));
    }

    #[test]
    fn a_pattern_that_is_none_has_its_place() {
        for (text, place) in [
            ("exclude = [\"草稿/\", \"草稿[b-a]\"]\n", (1, 19)),
            ("[[per-path]]\npaths = [\"草稿[b-a]\"]\n", (2, 10)),
        ] {
            let folder = Folder::new(&[("budget.toml", text)]);
            let mut resolver = Resolver::default();
            resolver.resolve(&folder.file("甲.budget"));
            let errors = resolver.errors();
            let error = errors.first().expect("told");
            assert_eq!((error.line, error.column), place, "{error}");
            assert!(
                error.message.contains("“草稿[b-a]”不是文件的写法"),
                "{error}"
            );
        }
    }

    #[test]
    fn the_command_line_has_the_last_word() {
        let folder = Folder::new(&[("budget.toml", "[rules]\nARI001 = \"hint\"\n")]);
        let overrides = Overrides {
            select: vec!["表内".to_owned(), "GLO002".to_owned()],
            ignore: vec!["ARI003".to_owned()],
            levels: vec![("GLO002".to_owned(), Level::Error)],
            ..Overrides::default()
        };
        let mut resolver = Resolver::new(None, overrides);
        let settings = resolver.resolve(&folder.file("甲.budget"));
        let levels =
            ["ARI001", "ARI002", "ARI003", "GLO001", "GLO002"].map(|rule| settings.levels.of(rule));
        assert_eq!(
            levels,
            [
                Some(Level::Hint),
                None,
                Some(Level::Off),
                Some(Level::Off),
                Some(Level::Error)
            ]
        );
        let text = resolver.resolve(&FilePath::Virtual("标准输入".to_owned()));
        assert_eq!(text.levels.of("GLO002"), Some(Level::Error));
    }
}
