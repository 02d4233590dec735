//! What can be asked of a provider, and how it is written: `FEATURE`, `FEATURE=LEVEL`, `FEATURE=WORD`.

use super::environment::{Environment, Kernel};
use crate::catalog::query::{Pattern, find, nearest};
use crate::catalog::{Catalog, Feature, Level, Provider};
use std::fmt;

/// Something that is asked of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demand {
    /// It gives pods their network: always asked.
    Primary,
    /// Releases are made.
    Alive,
    /// A feature.
    Need(Wanted),
    /// No such feature. What nobody could source may have it.
    Avoid(Wanted),
    /// Not the provider with that id.
    Other(String),
    /// It runs there.
    In(Environment),
    /// It carries that many nodes.
    Nodes(u32),
    /// It runs on that kernel.
    Kernel(Kernel),
}

/// A feature, and what its cell has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Id of the feature.
    pub feature: String,
    /// What its cell has to say.
    pub says: Says,
}

/// What a cell has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// That level; partial is met by yes too.
    Level(Level),
    /// Yes or partial, with this in its words.
    Word(String),
}

impl Wanted {
    /// That feature, at the level yes.
    pub fn yes(feature: &str) -> Self {
        Self { feature: feature.to_owned(), says: Says::Level(Level::Yes) }
    }

    /// Reads `FEATURE[=LEVEL]`, the feature by any name that the filter takes. In place of a level may stand another feature of its
    /// group, which is then meant (`network-policies=egress`), or a word of the cell (`encryption=wireguard`).
    pub fn parse(text: &str, catalog: &Catalog) -> Result<Self, String> {
        let (name, says) = text.split_once('=').map_or((text, None), |(name, says)| (name, Some(says.trim())));
        let feature = named(name, catalog).ok_or_else(|| no_feature(name, catalog))?;
        let Some(says) = says else { return Ok(Self::yes(&feature.id)) };
        let small = says.to_lowercase();
        if let Some(level) = Level::ALL.into_iter().find(|level| level.name() == small) {
            return Ok(Self { feature: feature.id.clone(), says: Says::Level(level) });
        }
        if let Some(other) = named(says, catalog).filter(|other| other.group == feature.group && other.id != feature.id) {
            return Ok(Self::yes(&other.id));
        }
        let wanted = Self { feature: feature.id.clone(), says: Says::Word(says.to_owned()) };
        if says.is_empty() || !catalog.providers.iter().any(|provider| wanted.is_met(provider)) {
            let levels = Level::ALL.map(Level::name).join(", ");
            return Err(format!("\"{says}\" is none of {levels}, and no cell of {} says it", feature.title));
        }
        Ok(wanted)
    }

    /// Whether a provider's cell says it.
    pub fn is_met(&self, provider: &Provider) -> bool {
        let level = provider.level(&self.feature);
        match &self.says {
            Says::Level(Level::Partial) => matches!(level, Level::Yes | Level::Partial),
            Says::Level(wanted) => level == *wanted,
            Says::Word(word) => {
                matches!(level, Level::Yes | Level::Partial)
                    && provider.cell(&self.feature).is_some_and(|cell| Pattern(word.clone()).says(cell))
            }
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.says {
            Says::Level(Level::Yes) => f.write_str(&self.feature),
            Says::Level(level) => write!(f, "{}={level}", self.feature),
            Says::Word(word) => write!(f, "{}={word}", self.feature),
        }
    }
}

impl Demand {
    /// Reads what is to be avoided: `FEATURE[=LEVEL]`, or a provider by any of its names.
    pub fn avoid(text: &str, catalog: &Catalog) -> Result<Self, String> {
        match catalog.named(text) {
            Some(provider) if named(text, catalog).is_none() => Ok(Self::Other(provider.id.clone())),
            _ => Wanted::parse(text, catalog).map(Self::Avoid),
        }
    }
}

fn named<'a>(name: &str, catalog: &'a Catalog) -> Option<&'a Feature> {
    find(&name.trim().to_lowercase().replace(' ', "-"), catalog)
}

fn no_feature(name: &str, catalog: &Catalog) -> String {
    let names = catalog.features.iter().flat_map(Feature::names);
    let meant = nearest(&name.to_lowercase(), names).map_or_else(String::new, |meant| format!("; {meant}?"));
    format!("there is no feature {name}{meant}")
}
