//! Files in one `.tar.gz`: what a report is packed into, and read from again.
//!
//! Only what that takes of the format: regular files with short names (ustar, POSIX.1-1988). It does not know what is in the
//! files, nor where the archive goes.

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{self, Read, Write};

/// The unit of the format, in bytes.
const BLOCK: usize = 512;
/// Longest name of a file.
const NAME: usize = 100;
/// Most that an archive may unpack to: one that was made to burst is not.
const MOST: u64 = 1 << 30;

/// Whether bytes begin as a compressed file does.
pub fn is_compressed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// The files, each a name and its content, as a compressed archive. Errors: a name that is too long, or a file beyond 8 GiB.
pub fn pack(files: &[(String, Vec<u8>)]) -> io::Result<Vec<u8>> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    for (name, content) in files {
        out.write_all(&header(name, content.len())?)?;
        out.write_all(content)?;
        out.write_all(&vec![0; content.len().next_multiple_of(BLOCK) - content.len()])?;
    }
    out.write_all(&[0; 2 * BLOCK])?;
    out.finish()
}

/// The files of a compressed archive. Errors: it is none, it is cut short, or it is larger than anybody's report.
pub fn unpack(bytes: &[u8]) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut all = Vec::new();
    GzDecoder::new(bytes).take(MOST + 1).read_to_end(&mut all)?;
    if all.len() as u64 > MOST {
        return Err(io::Error::other("it unpacks to more than 1 GiB"));
    }
    let (mut files, mut rest) = (Vec::new(), all.as_slice());
    loop {
        let Some((header, after)) = rest.split_at_checked(BLOCK) else {
            return Err(io::Error::other("it is no archive, or cut short"));
        };
        if header.iter().all(|byte| *byte == 0) {
            return Ok(files);
        }
        let size = size(header).ok_or_else(|| io::Error::other("it is no archive"))?;
        let (Some(content), Some(next)) = (after.get(..size), after.get(size.next_multiple_of(BLOCK)..)) else {
            return Err(io::Error::other("it is cut short"));
        };
        // Folders, links and long names hold nothing of ours.
        if matches!(header[156], b'0' | 0) {
            let name = header[..NAME].split(|byte| *byte == 0).next().unwrap_or_default();
            files.push((String::from_utf8_lossy(name).into_owned(), content.to_vec()));
        }
        rest = next;
    }
}

/// Where the fields of a header stand, by POSIX.1-1988: name, mode, owner, group, size, time, sum, kind, mark.
fn header(name: &str, size: usize) -> io::Result<[u8; BLOCK]> {
    if name.len() >= NAME || size as u64 >= 1 << 33 {
        return Err(io::Error::other(format!("{name}: its name or its content is too long for an archive")));
    }
    let mut header = [0; BLOCK];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, name);
    put(100, "0000644\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{size:011o}\0"));
    put(136, "00000000000\0");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\0");
    put(263, "00");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Ok(header)
}

fn size(header: &[u8]) -> Option<usize> {
    let digits = header.get(124..135)?;
    usize::from_str_radix(str::from_utf8(digits).ok()?.trim_matches(['\0', ' ']), 8).ok()
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
