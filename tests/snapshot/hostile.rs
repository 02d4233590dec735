//! Whatever the bytes are: nothing panics, and nothing that steers a terminal comes out.

use crate::{RICH, facts, problems, read};
use cnitui::snapshot::clean;
use proptest::prelude::*;
use serde_json::Value;

/// Every string of `value` with an escape sequence and a bidirectional override in it; keys of the API stay.
fn poison(value: &mut Value) {
    match value {
        Value::String(text) => text.push_str("\u{1b}[2J\u{202e}x\u{200b}"),
        Value::Array(items) => items.iter_mut().for_each(poison),
        Value::Object(fields) => {
            for (key, value) in fields {
                // Names of the API would be refused, and not be kept.
                const NAMES: [&str; 7] = ["kind", "apiVersion", "status", "operator", "effect", "protocol", "phase"];
                if key != "policyTypes" && !(value.is_string() && NAMES.contains(&key.as_str())) {
                    poison(value);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn hostile_strings_come_out_clean_from_every_field() {
    let mut documents = Vec::new();
    for document in RICH.split("\n---\n") {
        let mut value: Value = serde_yaml::from_str(document).unwrap();
        poison(&mut value);
        documents.push(value.to_string());
    }
    let snapshot = read(&documents.join("\n"));
    let maps = snapshot.config_maps.len();
    let said = facts(&snapshot).concat().join("\n") + &problems(&snapshot).join("\n");
    assert!(said.contains("[2J"), "the strings were kept");
    assert!(maps > 0 && snapshot.pods.len() == 4, "and so were the objects");
    for line in said.lines() {
        // `Debug` spells what does not print as `\u{...}`.
        assert!(clean(line) == line && !line.contains("\\u{"), "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC{0,200}") {
        read(&text);
    }

    #[test]
    fn any_mutation_of_a_manifest_is_read_without_a_panic(
        at in 0..RICH.len(),
        len in 0..40_usize,
        with in prop_oneof!["[\\[\\]{}:,\"'&*!|>%@\n -]{0,6}", "-?[0-9]{1,12}", "null|true|~|<<|---|\\.\\.\\.|\"\\\\u0000\""],
    ) {
        let bytes = [&RICH.as_bytes()[..at], with.as_bytes(), &RICH.as_bytes()[(at + len).min(RICH.len())..]].concat();
        read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_mutation_of_json_is_read_without_a_panic(at in any::<prop::sample::Index>(), with in "[\\[\\]{}:,\"0-9e.-]{0,4}|null") {
        let json: String = RICH.split("\n---\n").map(|d| serde_yaml::from_str::<Value>(d).unwrap().to_string() + "\n").collect();
        let at = at.index(json.len());
        let mut bytes = json.into_bytes();
        bytes.splice(at..at, with.bytes());
        read(&String::from_utf8_lossy(&bytes));
    }
}
