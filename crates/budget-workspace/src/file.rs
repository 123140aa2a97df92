//! Reading and writing one file.

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use crate::decode::{DecodeError, Decoded, MAX_BYTES, decode};

/// Why a file could not be read or written. The message is Chinese and names no path.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system refused.
    #[error("{}", explain(.0))]
    Io(#[from] io::Error),
    /// The bytes are no text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Someone else wrote the file since it was read.
    #[error("文件在处理期间被别的程序改动过，没有写入。请确认内容后重新运行")]
    Changed,
}

fn explain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "找不到文件。请检查路径".to_owned(),
        io::ErrorKind::PermissionDenied => "没有权限。请检查文件的访问权限".to_owned(),
        io::ErrorKind::IsADirectory => "这是文件夹，不是文件".to_owned(),
        io::ErrorKind::AlreadyExists => "文件已经存在，没有改动".to_owned(),
        io::ErrorKind::StorageFull => "磁盘已满".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "所在磁盘是只读的".to_owned(),
        _ => format!("读写失败（{error}）"),
    }
}

/// The bytes of a file, refused beyond [`MAX_BYTES`] before they are read.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, FileError> {
    let file = fs::File::open(path)?;
    let size = file.metadata()?;
    if size.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
    }
    if size.len() > MAX_BYTES {
        return Err(DecodeError::TooLarge(size.len()).into());
    }
    read_limited(file, usize::try_from(size.len()).unwrap_or_default())
}

/// All bytes of a stream, refused beyond [`MAX_BYTES`].
pub fn read_limited(stream: impl Read, expected: usize) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::with_capacity(expected + 1);
    stream.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(DecodeError::TooLarge(bytes.len() as u64).into());
    }
    Ok(bytes)
}

/// Reads a file as text.
pub fn read(path: &Path) -> Result<Decoded, FileError> {
    Ok(decode(read_bytes(path)?)?)
}

/// Replaces a file by `text`, through a temporary file beside it and a rename, so that a reader
/// sees the old file or the new one and a failure leaves the old. Refuses if the file no longer
/// holds the bytes it was read with. Links are followed; permissions stay.
pub fn write_if_unchanged(path: &Path, before: &[u8], text: &str) -> Result<(), FileError> {
    let target = fs::canonicalize(path)?;
    let permissions = fs::metadata(&target)?.permissions();
    if permissions.readonly() {
        // A rename would replace it none the less.
        return Err(io::Error::from(io::ErrorKind::PermissionDenied).into());
    }
    let mut file = tempfile::NamedTempFile::new_in(folder_of(&target))?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_data()?;
    // As late as can be: what remains is the instant between this and the rename.
    if read_bytes(&target)? != before {
        return Err(FileError::Changed);
    }
    file.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a new file; one that is there already is only replaced if `replace`.
pub fn write_new(path: &Path, text: &str, replace: bool) -> Result<(), FileError> {
    let mut options = fs::OpenOptions::new();
    options.write(true);
    if replace {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    options.open(path)?.write_all(text.as_bytes())?;
    Ok(())
}

/// A file that is being written and takes the place of what is there once it is whole: a reader
/// sees the old file or the new one, and a run that breaks off leaves the old.
#[derive(Debug)]
pub struct Replacement {
    target: PathBuf,
    stream: io::BufWriter<Stream>,
}

#[derive(Debug)]
enum Stream {
    Beside(tempfile::NamedTempFile),
    /// What is there is no file (a pipe, a terminal): nothing to keep.
    Through(fs::File),
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Beside(file) => file.write(bytes),
            Self::Through(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Beside(file) => file.flush(),
            Self::Through(file) => file.flush(),
        }
    }
}

impl Replacement {
    /// Begins a file at `path`, beside what is there. Links are followed.
    pub fn begin(path: &Path) -> Result<Self, FileError> {
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let stream = match fs::metadata(&target) {
            Ok(there) if there.is_dir() => {
                return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
            }
            Ok(there) if !there.is_file() => {
                Stream::Through(fs::OpenOptions::new().write(true).open(&target)?)
            }
            Ok(there) if there.permissions().readonly() => {
                // A rename would replace it none the less.
                return Err(io::Error::from(io::ErrorKind::PermissionDenied).into());
            }
            there => {
                let mut builder = tempfile::Builder::new();
                #[cfg(unix)]
                builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
                let file = builder.tempfile_in(folder_of(&target))?;
                if let Ok(there) = there {
                    file.as_file().set_permissions(there.permissions())?;
                }
                Stream::Beside(file)
            }
        };
        Ok(Self {
            target,
            stream: io::BufWriter::with_capacity(64 * 1024, stream),
        })
    }

    /// Writes a whole text at once.
    pub fn write(path: &Path, text: &str) -> Result<(), FileError> {
        let mut file = Self::begin(path)?;
        file.write_all(text.as_bytes())?;
        file.finish()
    }

    /// Puts the file in its place.
    pub fn finish(self) -> Result<(), FileError> {
        let stream = self
            .stream
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        match stream {
            Stream::Beside(file) => {
                file.persist(&self.target).map_err(|error| error.error)?;
            }
            Stream::Through(mut file) => file.flush()?,
        }
        Ok(())
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_is_not_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.budget");
        fs::write(&path, "一").expect("written");
        let before = read_bytes(&path).expect("read");
        fs::write(&path, "二").expect("written");
        assert!(matches!(
            write_if_unchanged(&path, &before, "三"),
            Err(FileError::Changed)
        ));
        assert_eq!(fs::read_to_string(&path).expect("read"), "二");
        assert_eq!(
            fs::read_dir(folder.path()).expect("listed").count(),
            1,
            "no temporary file stays"
        );
        write_if_unchanged(&path, "二".as_bytes(), "三").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("read"), "三");
    }

    #[test]
    fn a_replacement_is_seen_when_it_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("报告.json");
        fs::write(&path, "旧").expect("written");
        let names = || fs::read_dir(folder.path()).expect("listed").count();

        let mut file = Replacement::begin(&path).expect("begun");
        file.write_all("新".as_bytes()).expect("written");
        assert_eq!(fs::read_to_string(&path).expect("read"), "旧");
        drop(file);
        assert_eq!(fs::read_to_string(&path).expect("read"), "旧");
        assert_eq!(names(), 1, "no temporary file stays");

        let mut file = Replacement::begin(&path).expect("begun");
        file.write_all("新".as_bytes()).expect("written");
        file.finish().expect("put in place");
        assert_eq!(fs::read_to_string(&path).expect("read"), "新");
        assert_eq!(names(), 1, "no temporary file stays");
        assert!(Replacement::begin(folder.path()).is_err(), "a folder");
    }

    #[cfg(unix)]
    #[test]
    fn a_replacement_can_be_read_by_whom_the_old_one_could() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.json");
        let mode = || fs::metadata(&path).expect("there").permissions().mode() & 0o777;
        fs::write(&path, "").expect("written");
        let usual = mode();
        fs::remove_file(&path).expect("removed");
        Replacement::begin(&path)
            .expect("begun")
            .finish()
            .expect("put in place");
        assert_eq!(mode(), usual, "as any new file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
        Replacement::begin(&path)
            .expect("begun")
            .finish()
            .expect("put in place");
        assert_eq!(mode(), 0o640);
        Replacement::begin(Path::new("/dev/null"))
            .expect("begun")
            .finish()
            .expect("written through");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.budget");
        let link = folder.path().join("b.budget");
        fs::write(&path, "一").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
        symlink(&path, &link).expect("linked");
        write_if_unchanged(&link, "一".as_bytes(), "二").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("read"), "二");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }

    #[test]
    fn a_new_file_replaces_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.budget");
        write_new(&path, "一", false).expect("written");
        assert!(write_new(&path, "二", false).is_err());
        write_new(&path, "三", true).expect("written");
        assert_eq!(fs::read_to_string(&path).expect("read"), "三");
    }
}
