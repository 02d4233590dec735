//! Asks the terminal for its background, once, before anybody reads keys.
//!
//! The question (OSC 11) is followed by one that every terminal answers (its name, DA1), so silence is noticed at once; a
//! terminal that answers nothing costs a tenth of a second, after the first frame. Keys that arrive meanwhile are not lost.

use super::theme::Ground;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::process::{Command, Stdio};

/// The terminal's background, if it tells, and what was typed meanwhile.
pub(super) fn ask() -> (Option<Ground>, String) {
    read().map_or((None, String::new()), |answer| parse(&answer))
}

fn read() -> io::Result<String> {
    let mut tty = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    tty.write_all(b"\x1b]11;?\x07\x1b[c")?;
    // A read that ends after a tenth of a second without a byte. std cannot set it, stty can, everywhere.
    wait(&tty, ["min", "0", "time", "1"])?;
    let mut answer = Vec::new();
    let mut bytes = [0; 256];
    while !answer.ends_with(b"c") {
        match tty.read(&mut bytes) {
            Ok(0) | Err(_) => break,
            Ok(count) => answer.extend(&bytes[..count]),
        }
    }
    wait(&tty, ["min", "1", "time", "0"])?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn wait(tty: &File, settings: [&str; 4]) -> io::Result<()> {
    let quiet = Stdio::null;
    Command::new("stty").args(settings).stdin(tty.try_clone()?).stdout(quiet()).stderr(quiet()).status().map(drop)
}

/// Takes the answers out of what was read; the rest was typed.
fn parse(answer: &str) -> (Option<Ground>, String) {
    let mut ground = None;
    let mut typed = String::new();
    let mut rest = answer;
    while let Some(at) = rest.find('\x1b') {
        typed.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let end = match escape.chars().next() {
            Some(']') => {
                escape.find(['\x07', '\x1b']).map(|end| if escape[end..].starts_with('\x1b') { end + 2 } else { end + 1 })
            }
            Some('[') => escape.find(|c: char| c.is_ascii_alphabetic()).map(|end| end + 1),
            _ => Some(0),
        };
        let end = end.unwrap_or(escape.len()).min(escape.len());
        ground = ground.or_else(|| escape[..end].strip_prefix("]11;rgb:").and_then(brightness));
        rest = &escape[end..];
    }
    typed.push_str(rest);
    (ground, typed)
}

/// `1e1e/1e1e/1e1e` as light or dark: its luminance against the middle.
fn brightness(colour: &str) -> Option<Ground> {
    let mut parts = colour.split('/').map(|part| {
        let digits: String = part.chars().take_while(char::is_ascii_hexdigit).collect();
        let most = 16_u32.checked_pow(u32::try_from(digits.len()).ok()?)?.checked_sub(1).filter(|most| *most > 0)?;
        Some(f64::from(u32::from_str_radix(&digits, 16).ok()?) / f64::from(most))
    });
    let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
    let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    Some(if luminance > 0.5 { Ground::Light } else { Ground::Dark })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_background_is_read_from_either_end_of_an_answer() {
        assert_eq!(parse("\x1b]11;rgb:0000/2b2b/3636\x07\x1b[?62;22c"), (Some(Ground::Dark), String::new()));
        assert_eq!(parse("\x1b]11;rgb:fd/f6/e3\x1b\\\x1b[?62c"), (Some(Ground::Light), String::new()));
    }

    #[test]
    fn what_was_typed_meanwhile_is_kept_and_silence_tells_nothing() {
        assert_eq!(parse("j\x1b[?1;2c3"), (None, "j3".to_owned()));
        assert_eq!(parse(""), (None, String::new()));
        assert_eq!(parse("\x1b]11;rgb:zz/1/1\x07"), (None, String::new()));
        assert_eq!(parse("\x1b]11;rgb:00"), (None, String::new()));
    }
}
