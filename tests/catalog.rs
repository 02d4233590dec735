//! The catalogue: what is shipped is without fault, and faults in data are named where they are.

#![allow(clippy::unwrap_used, reason = "a test that meets what it does not expect stops there")]

use cnitui::catalog::{Catalog, Level, Problem, embedded, load};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const FEATURES: &str = "\
groups:
  - { id: security, title: Security }
features:
  - id: encryption
    group: security
    title: Encryption
    short: Encryption
    aliases: [wireguard]
    definition: Whether traffic between nodes is encrypted.
  - id: ipam
    group: security
    title: Address management
    short: IPAM
    kind: text
    definition: Who hands out addresses.
  - id: bgp
    group: security
    title: BGP
    short: BGP
    definition: Whether it speaks BGP.
";

const HEAD: &str = "\
id: one
name: One
role: primary
status: active
summary: The first.
project: { home: https://one.example, repository: one/one }
";

/// A provider: lines 1 to 6 are its head, the cells begin at line 8.
fn provider(rest: &str) -> (Catalog, Vec<Problem>) {
    load([("features.yaml", FEATURES), ("providers/one.yaml", &format!("{HEAD}cells:\n{rest}"))])
}

fn named(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

const GOOD: &str = "  bgp: { level: no, value: none, sources: [{ ref: one/one bgp.md@v1, as_of: 2026-08 }] }\n";

#[test]
fn the_embedded_catalogue_has_no_fault() {
    let (catalog, problems) = embedded();
    assert_eq!(named(&problems), [""; 0]);
    assert!(catalog.features.iter().filter(|feature| feature.seed).count() == 8);
    assert!(catalog.providers.len() >= 9 && catalog.editions.len() >= 2 && catalog.glossary.len() >= 10);
}

#[test]
fn of_living_providers_19_cells_in_20_are_known_and_sourced() {
    let (catalog, _) = embedded();
    let living: Vec<_> = catalog.providers.iter().filter(|provider| provider.status == cnitui::catalog::Status::Active).collect();
    let known = |cell: &&cnitui::catalog::Cell| cell.level != Level::Unknown && !cell.sources.is_empty();
    let sourced: usize = living.iter().map(|provider| provider.cells.values().filter(known).count()).sum();
    let all = living.len() * catalog.features.len();
    assert!(sourced * 20 >= all * 19, "{sourced} of {all} cells");
}

/// Path below `data/`, and text, of the files that the catalogue is made of.
fn shipped() -> Vec<(String, String)> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let folders = ["", "providers", "editions", "measured"].map(|inside| fs::read_dir(data.join(inside)).unwrap());
    let paths = folders.into_iter().flatten().map(|entry| entry.unwrap().path());
    let yaml = paths.filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    yaml.map(|path| (path.strip_prefix(&data).unwrap().display().to_string(), fs::read_to_string(&path).unwrap())).collect()
}

/// What kind of place a source is; none where it is neither an address nor `owner/repository path@commit-or-tag`.
fn kind_of_source(location: &str) -> Option<&'static str> {
    if let Some(address) = location.strip_prefix("https://") {
        let parts: Vec<&str> = address.split('/').collect();
        return match parts.as_slice() {
            ["github.com", _, _, "releases", ..] => Some("a release"),
            ["github.com", _, _, "issues" | "pull" | "discussions", _] => Some("an issue or a pull request"),
            [host, ..] if host.contains('.') => Some("a page of documentation"),
            _ => None,
        };
    }
    let (repository, place) = location.split_once(' ')?;
    let plain = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let (owner, name) = repository.split_once('/')?;
    let (path, at) = place.rsplit_once('@')?;
    let whole = plain(owner) && plain(name) && !at.is_empty() && !path.starts_with('/');
    whole.then_some("a file in a repository")
}

#[test]
fn every_source_is_an_address_or_a_file_at_a_commit_and_none_is_of_tomorrow() {
    let today = jiff::Zoned::now().date().to_string();
    let mut seen = 0;
    for (file, text) in shipped() {
        for (at, line) in text.lines().enumerate() {
            let Some((place, date)) = line.split_once(" ref: ").and_then(|(_, rest)| rest.rsplit_once(", as_of: ")) else {
                continue;
            };
            let (place, date) = (place.trim_matches('"'), date.trim_end_matches(" }").trim_end_matches('}'));
            assert!(kind_of_source(place).is_some(), "{file}:{}: {place}", at + 1);
            assert!(date == "undated" || date <= today.as_str(), "{file}:{}: {date} is not yet", at + 1);
            seen += 1;
        }
    }
    assert!(seen > 1500, "{seen} sources");
}

#[test]
fn what_detection_takes_for_enforced_is_what_the_cells_say() {
    let (catalog, _) = embedded();
    for provider in catalog.providers.iter().filter(|provider| provider.detect.enforces.source.is_some()) {
        let facts = &provider.detect.enforces;
        let all: Vec<&str> =
            facts.kinds.iter().chain(facts.kinds_when.iter().map(|rule| &rule.kind)).map(String::as_str).collect();
        let of_kubernetes = |kind: &&str| kind.ends_with(".policy.networking.k8s.io");
        let own = all.iter().any(|kind| kind.contains('.') && !of_kubernetes(kind));
        for (feature, enforced) in [
            ("policy-ingress", facts.ingress),
            ("policy-egress", facts.egress),
            ("admin-policy", all.iter().any(of_kubernetes)),
            ("own-policy-kinds", own),
        ] {
            let agree = match provider.level(feature) {
                Level::Yes => enforced,
                Level::No | Level::NotApplicable => !enforced,
                // With an engine beside it, in an edition, or not as objects of Kubernetes.
                Level::Partial | Level::Unknown => true,
            };
            assert!(agree, "{}: {feature} is {}, and detection says {enforced}", provider.id, provider.level(feature));
        }
    }
}

/// What README says of the catalogue.
fn counted(catalog: &Catalog) -> String {
    let cells = || catalog.providers.iter().flat_map(|provider| provider.cells.values());
    let known: Vec<_> = cells().filter(|cell| cell.level != Level::Unknown && !cell.sources.is_empty()).collect();
    let of = |kind| known.iter().filter(|cell| kind_of_source(&cell.sources[0].location) == Some(kind)).count();
    let dated = known.iter().filter(|cell| cell.sources.iter().any(|source| source.as_of != "undated")).count();
    let variants: usize = cells().map(|cell| cell.variants.len()).sum();
    format!(
        "Of {} providers and {} features, {} of {} cells are known and sourced, {dated} of them by a source with a date.\nThe first \
         source is a file in a repository at a commit or tag for {}, a page of documentation for {}, a release for {},\nan issue or a \
         pull request for {}. Where the variants of a provider differ, {variants} entries say so by name.",
        catalog.providers.len(),
        catalog.features.len(),
        known.len(),
        catalog.providers.len() * catalog.features.len(),
        of("a file in a repository"),
        of("a page of documentation"),
        of("a release"),
        of("an issue or a pull request"),
    )
}

/// `UPDATE_README=1 cargo test --test catalog` writes it.
#[test]
fn readme_counts_what_there_is() {
    const END: &str = " entries say so by name.";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let says = counted(&embedded().0);
    if std::env::var_os("UPDATE_README").is_some() {
        let start = text.find("\nOf ").unwrap() + 1;
        let end = text.find(END).unwrap() + END.len();
        fs::write(&path, format!("{}{says}{}", &text[..start], &text[end..])).unwrap();
        return;
    }
    assert!(text.contains(&says), "README.md should say:\n{says}");
}

#[test]
fn what_is_built_in_says_what_the_files_say() {
    let files = shipped();
    let (catalog, problems) = load(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    assert_eq!(named(&problems), [""; 0]);
    assert_eq!(format!("{:#?}", embedded().0), format!("{catalog:#?}"));
}

#[test]
fn a_cell_with_an_unknown_level_is_named_and_the_rest_kept() {
    let (catalog, problems) = provider(&format!("  encryption:\n    level: yess\n    value: WireGuard\n{GOOD}"));
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].file.as_str(), problems[0].line), ("providers/one.yaml", 9));
    assert!(problems[0].message.contains("`yess`") && problems[0].message.ends_with("cells.encryption is skipped"));
    let one = &catalog.providers[0];
    assert_eq!((one.level("encryption"), one.level("bgp")), (Level::Unknown, Level::No));
}

#[test]
fn a_cell_that_is_no_yaml_is_named_and_the_rest_kept() {
    let open = format!("  encryption:\n    level: yes\n    value: \"never closed\n    sources: []\n{GOOD}");
    let (catalog, problems) = provider(&open);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!((8..=12).contains(&problems[0].line) && problems[0].message.contains("cells.encryption is skipped"), "{problems:?}");
    assert_eq!(catalog.providers[0].level("bgp"), Level::No);
}

#[test]
fn every_wrong_cell_is_named_in_one_pass() {
    let (catalog, problems) = provider(&format!(
        "  encryption:\n    level: partial\n    value: WireGuard\n  ipam:\n    valeu: host-local\n{GOOD}  mystery:\n    level: yes\n    \
         value: x\n    sources: [{{ ref: r, as_of: undated }}]\n"
    ));
    assert_eq!(
        named(&problems),
        [
            "providers/one.yaml:8: cells.encryption: it has no source; the cell is skipped",
            "providers/one.yaml:12: cells.ipam: unknown field `valeu`, expected one of `level`, `value`, `short`, `note`, `since`, \
             `variants`, `sources`; cells.ipam is skipped",
            "providers/one.yaml:14: cells.mystery: there is no feature mystery; the cell is skipped",
        ]
    );
    assert_eq!(catalog.providers[0].cells.len(), 1);
}

#[test]
fn cells_without_level_value_or_date_are_named() {
    let (_, problems) = provider(
        "  encryption:\n    value: WireGuard\n    sources: [{ ref: r, as_of: undated }]\n  bgp:\n    level: yes\n    \
         short: much too wide a value\n    sources:\n      - { ref: r, as_of: 2026-13 }\n",
    );
    assert_eq!(
        named(&problems),
        [
            "providers/one.yaml:8: cells.encryption: level is missing; the cell is skipped",
            "providers/one.yaml:11: cells.bgp: value is missing; the cell is skipped",
            "providers/one.yaml:13: cells.bgp.short: wider than 16 columns",
            "providers/one.yaml:14: cells.bgp.sources: \"2026-13\" is no date, it has to be YYYY-MM-DD or YYYY-MM; the cell is skipped",
        ]
    );
}

#[test]
fn a_text_column_needs_no_level_and_an_unknown_cell_no_source() {
    let (catalog, problems) = provider(
        "  ipam:\n    value: host-local\n    sources: [{ ref: r, as_of: 2026-08-21 }]\n  bgp:\n    level: unknown\n    note: Nobody says.\n",
    );
    assert_eq!(named(&problems), [""; 0]);
    assert_eq!((catalog.providers[0].level("ipam"), catalog.providers[0].level("bgp")), (Level::Yes, Level::Unknown));
}

#[test]
fn wrong_parts_beside_the_cells_are_skipped_alone() {
    let rest = "limits:\n  - { what: mesh, number: many, unit: nodes, source: { ref: r, as_of: undated } }\n  - { what: mesh, number: 100, \
                unit: nodes, source: { ref: r, as_of: undated } }\ndetect:\n  agents:\n    - kind: DaemonSet\n      role: none-known\n    \
                - kind: DaemonSet\n      role: network\n";
    let (catalog, problems) = provider(&format!("{GOOD}{rest}"));
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [10, 15], "{problems:?}");
    let one = &catalog.providers[0];
    assert_eq!((one.limits.len(), one.detect.agents.len(), one.cells.len()), (1, 1, 1));
}

#[test]
fn enforcement_that_cannot_be_read_takes_all_of_detection_along() {
    let rest = "detect:\n  agents:\n    - { kind: DaemonSet, role: network }\n  enforces:\n    ingress: perhaps\n";
    let (catalog, problems) = provider(&format!("{GOOD}{rest}"));
    assert_eq!(problems.len(), 1);
    assert!(problems[0].message.ends_with("detect is skipped") && problems[0].line == 13, "{problems:?}");
    assert!(catalog.providers[0].detect.agents.is_empty(), "it would be found and said to enforce nothing");
}

#[test]
fn a_provider_without_a_readable_head_is_skipped_alone() {
    let (catalog, problems) = load([
        ("features.yaml", FEATURES),
        ("providers/one.yaml", &format!("{HEAD}cells:\n{GOOD}")),
        ("providers/two.yaml", "id: two\nname: Two\nrole: unheard-of\n"),
        (
            "providers/three.yaml",
            &HEAD.replace("One", "Three").replace("id: one", "id: four").replace("project", "cells: {}\nproject"),
        ),
    ]);
    assert_eq!(catalog.providers.iter().map(|provider| provider.id.as_str()).collect::<Vec<_>>(), ["one", "four"]);
    assert_eq!(named(&problems).len(), 2, "{problems:?}");
    assert_eq!(named(&problems)[0], "providers/three.yaml:1: id: id is four, so the file should be providers/four.yaml");
    assert!(problems[1].file == "providers/two.yaml" && problems[1].line == 3, "{problems:?}");
}

#[test]
fn words_that_two_columns_claim_and_groups_that_nothing_has_are_named() {
    let features = FEATURES
        .replace("short: IPAM", "short: IPAM\n    aliases: [bgp]")
        .replace("group: security\n    title: BGP", "group: x\n    title: BGP");
    let (_, problems) = load([("features.yaml", features.as_str())]);
    assert_eq!(
        named(&problems),
        [
            "features.yaml:17: features.3.aliases: \"bgp\" is a word of ipam already",
            "features.yaml:18: features.3.group: there is no group x",
        ]
    );
}

#[test]
fn keys_that_stand_twice_are_named() {
    let (_, problems) = provider(&format!("{GOOD}{GOOD}"));
    assert_eq!(named(&problems), ["providers/one.yaml:9: bgp stands twice, the last one counts"]);
}

#[test]
fn an_edition_names_only_what_there_is() {
    let edition = "id: 2018-11\ntitle: T\nsource: { ref: r, as_of: 2018-11-22 }\ncolumns:\n  - { feature: bpg, heading: BGP }\nrows:\n  - \
                   provider: two\n    name: Two\n    cells:\n      bpg: { value: x, footnote: 9 }\n";
    let (catalog, problems) = load([("features.yaml", FEATURES), ("editions/2018-11.yaml", edition)]);
    assert_eq!(
        named(&problems),
        [
            "editions/2018-11.yaml:5: columns.1: there is no feature bpg",
            "editions/2018-11.yaml:7: rows.1: there is no provider two",
            "editions/2018-11.yaml:7: rows.1: bpg: there is no such footnote",
        ]
    );
    assert_eq!(catalog.editions.len(), 1, "what was printed stays readable");
}

/// The schema of one kind of file.
fn schema(definition: &str) -> Value {
    let mut whole: Value = serde_json::from_str(include_str!("../data/schema.json")).unwrap();
    whole["anyOf"] = json!([{ "$ref": format!("#/$defs/{definition}") }]);
    whole
}

#[test]
fn every_file_fits_the_schema() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut wrong = Vec::new();
    for (folder, definition) in [("", ""), ("providers", "provider"), ("editions", "edition"), ("measured", "run")] {
        for entry in fs::read_dir(data.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|end| end != "yaml") {
                continue;
            }
            let name = path.file_stem().unwrap().to_str().unwrap();
            let validator = jsonschema::validator_for(&schema(if definition.is_empty() { name } else { definition })).unwrap();
            let file: serde_yaml::Value = serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let errors =
                validator.iter_errors(&as_json(&file)).map(|e| format!("{name}: {}: {e}", e.instance_path())).collect::<Vec<_>>();
            wrong.extend(errors);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// YAML has keys that are no text, JSON has not.
fn as_json(value: &serde_yaml::Value) -> Value {
    match value {
        serde_yaml::Value::Mapping(entries) => entries
            .iter()
            .map(|(key, value)| (serde_yaml::to_string(key).unwrap().trim().trim_matches('\'').to_owned(), as_json(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        serde_yaml::Value::Sequence(items) => items.iter().map(as_json).collect(),
        other => serde_json::to_value(other).unwrap(),
    }
}

/// What serde says a type takes: the names in its refusal of something it cannot know.
fn taken<T: DeserializeOwned + std::fmt::Debug>(nonsense: Value) -> BTreeSet<String> {
    let refusal = serde_json::from_value::<T>(nonsense).unwrap_err().to_string();
    let (_, expected) = refusal.split_once("expected").unwrap();
    expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_schema_and_the_types_have_the_same_fields() {
    use cnitui::catalog as c;
    let fields = |definition: &str| -> BTreeSet<String> {
        schema("")["$defs"][definition]["properties"].as_object().unwrap().keys().cloned().collect()
    };
    macro_rules! same {
        ($($type:ty = $definition:literal),* $(,)?) => {
            $(assert_eq!(taken::<$type>(json!({ "nonsense": 0 })), fields($definition), $definition);)*
        };
    }
    same!(
        c::Group = "group",
        c::Feature = "feature",
        c::Provider = "provider",
        c::Project = "project",
        c::Cell = "cell",
        c::Reference = "reference",
        c::Quantity = "quantity",
        c::Variant = "variant",
        c::Installer = "installer",
        c::Run = "run",
        c::Metric = "metric",
        c::Measured = "measured",
        c::Adoption = "adoption",
        c::Note = "note",
        c::Bound = "bound",
        c::Detect = "detect",
        c::Agent = "agent",
        c::Hint = "hint",
        c::Condition = "condition",
        c::ModeRule = "modeRule",
        c::Rule = "mode",
        c::Enforcement = "enforcement",
        c::KindRule = "kindRule",
        c::Edition = "edition",
        c::PrintedColumn = "printedColumn",
        c::PrintedRow = "printedRow",
        c::PrintedCell = "printedCell",
        c::Term = "term",
    );
}

#[test]
fn the_schema_and_the_types_have_the_same_words() {
    use cnitui::catalog as c;
    let words = |pointer: &str| -> BTreeSet<String> {
        serde_json::from_value(schema("").pointer(&format!("/$defs/{pointer}/enum")).unwrap().clone()).unwrap()
    };
    assert_eq!(taken::<c::Level>(json!("nonsense")), words("level"));
    assert_eq!(taken::<c::Role>(json!("nonsense")), words("provider/properties/role"));
    assert_eq!(taken::<c::Status>(json!("nonsense")), words("provider/properties/status"));
    assert_eq!(taken::<c::Support>(json!("nonsense")), words("installer/properties/support"));
    assert_eq!(taken::<c::Unit>(json!("nonsense")), words("unit"));
    assert_eq!(taken::<c::FeatureKind>(json!("nonsense")), words("feature/properties/kind"));
    assert_eq!(taken::<c::Worth>(json!("nonsense")), words("feature/properties/yes_is"));
    assert_eq!(taken::<c::Environment>(json!("nonsense")), words("environment"));
    assert_eq!(taken::<c::AgentRole>(json!("nonsense")), words("agent/properties/role"));
    assert_eq!(taken::<c::VersionFrom>(json!("nonsense")), words("agent/properties/version"));
    assert_eq!(taken::<c::Subject>(json!("nonsense")), words("condition/properties/subject"));
}
