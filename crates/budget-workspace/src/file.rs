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
