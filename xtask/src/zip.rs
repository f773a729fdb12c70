//! Zips that are the same wherever they are made.

use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// How hard to compress. Any unpacker reads both.
#[derive(Clone, Copy)]
pub(crate) enum Effort {
    /// Instantly.
    Usual = 9,
    /// With Zopfli: 5 % smaller, for a second per 100 KB.
    Most = 24,
}

/// Packs files in the order of their names, all dated 1 January 1980, with the same rights except for executables.
pub(crate) fn pack(
    files: &BTreeMap<String, Vec<u8>>,
    executable: &BTreeSet<String>,
    effort: Effort,
) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(effort as i64))
        .last_modified_time(DateTime::DEFAULT);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let rights = if executable.contains(name) { 0o755 } else { 0o644 };
        zip.start_file(name.as_str(), options.unix_permissions(rights))?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The files of a zip, by their names.
pub(crate) fn unpack(zip: &[u8]) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut archive = ZipArchive::new(Cursor::new(zip))?;
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        files.insert(file.name()?.to_string(), bytes);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_files_give_equal_zips_in_sorted_order() {
        let files =
            BTreeMap::from([("b.js".to_owned(), b"b".to_vec()), ("a/c.js".to_owned(), b"c".to_vec())]);
        let executable = BTreeSet::from(["b.js".to_owned()]);
        let zip = pack(&files, &executable, Effort::Most).unwrap();
        assert_eq!(zip, pack(&files, &executable, Effort::Most).unwrap());
        assert_eq!(unpack(&zip).unwrap(), files);
        let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
        let names: Vec<_> = archive.file_names().map(Result::unwrap).collect();
        assert_eq!(names, ["a/c.js", "b.js"]);
        let rights = [0, 1].map(|index| archive.by_index(index).unwrap().unix_mode().unwrap() & 0o777);
        assert_eq!(rights, [0o644, 0o755]);
    }
}
