//! Files in one `.tar.gz`: what a report is packed into, and read from again.
//!
//! It does not know what is in the files, nor where the archive goes.

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{self, Read};

/// Most that an archive may unpack to: one that was made to burst is not.
const MOST: u64 = 1 << 30;

/// Whether bytes begin as a compressed file does.
pub fn is_compressed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// The files, each a name and its content, as a compressed archive. Errors: a name that is too long for its header.
pub fn pack(files: &[(String, Vec<u8>)]) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_path(name)?;
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append(&header, content.as_slice())?;
    }
    archive.into_inner()?.finish()
}

/// The files of a compressed archive. Errors: it is none, it is cut short, or it is larger than anybody's report.
pub fn unpack(bytes: &[u8]) -> io::Result<Vec<(String, Vec<u8>)>> {
    // All of it first: the sum that tells whether it is whole stands at its end.
    let mut all = Vec::new();
    GzDecoder::new(bytes).take(MOST + 1).read_to_end(&mut all)?;
    if all.len() as u64 > MOST {
        return Err(io::Error::other("it unpacks to more than 1 GiB"));
    }
    let mut files = Vec::new();
    for entry in tar::Archive::new(all.as_slice()).entries()? {
        let mut entry = entry?;
        if entry.header().entry_type().is_file() {
            let mut content = Vec::new();
            let name = entry.path()?.to_string_lossy().into_owned();
            entry.read_to_end(&mut content)?;
            files.push((name, content));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_alike() {
        let files =
            [("report.md".to_owned(), b"# hello".to_vec()), ("empty".to_owned(), vec![]), ("b".to_owned(), vec![7; 1_024])];
        let packed = pack(&files).unwrap();
        assert!(is_compressed(&packed));
        assert_eq!(unpack(&packed).unwrap(), files);
        for cut in [1, packed.len() / 2, packed.len() - 9] {
            assert!(unpack(&packed[..cut]).is_err(), "{cut}");
        }
        assert!(unpack(b"\x1f\x8b nothing").is_err());
        assert!(pack(&[("x".repeat(120), vec![])]).is_err());
    }

    #[test]
    fn others_read_what_is_packed() {
        let packed = pack(&[("report.md".to_owned(), b"# hello".to_vec())]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("r.tar.gz");
        std::fs::write(&file, packed).unwrap();
        let said = std::process::Command::new("tar").arg("-xzOf").arg(&file).output();
        // A machine without tar cannot tell.
        if let Ok(said) = said {
            assert_eq!((said.status.success(), said.stdout.as_slice()), (true, &b"# hello"[..]), "{said:?}");
        }
    }
}
