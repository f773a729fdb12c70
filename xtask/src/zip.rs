//! Zips that are the same wherever they are made.

use anyhow::Result;
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Above 9 it is Zopfli that packs: a twentieth smaller, in seconds instead of no time, for any unpacker.
const LEVEL: i64 = 24;

/// Packs files in the order of their names, all of 1 January 1980, with the same rights.
pub(crate) fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::pack;
    use std::collections::BTreeMap;

    #[test]
    fn equal_files_give_equal_zips_in_sorted_order() {
        let files =
            BTreeMap::from([("b.js".to_owned(), b"b".to_vec()), ("a/c.js".to_owned(), b"c".to_vec())]);
        let zip = pack(&files).unwrap();
        assert_eq!(zip, pack(&files).unwrap());
        let archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
        let names: Vec<_> = archive.file_names().map(Result::unwrap).collect();
        assert_eq!(names, ["a/c.js", "b.js"]);
    }
}
