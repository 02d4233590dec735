//! Roles to styles: dark and light, from 16 million colours down to none. Nothing else knows a colour.
//!
//! The background is never painted (but for the row under the cursor) and bright black never used, so that every terminal's
//! own scheme stays readable. What asks the environment is [`Theme::choose`], given as data. To add a role: a row of `ROLES`.

use crate::present::{Role, ascii};
use ratatui::style::{Color, Modifier, Style};
use std::borrow::Cow;

/// How many colours the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// 16 million.
    True,
    /// 256.
    Indexed,
    /// The terminal's own 16.
    Sixteen,
    /// None: weight, underline and reverse only.
    Mono,
}

/// What the terminal's background is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Light text on dark.
    Dark,
    /// Dark text on light.
    Light,
}

/// The signs that the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signs {
    /// Any.
    Unicode,
    /// ASCII only.
    Ascii,
}

/// How roles look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// The background it is made for.
    pub ground: Ground,
    /// Its colours.
    pub depth: Depth,
    /// Its signs.
    pub signs: Signs,
}

/// What the environment says about the terminal.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `NO_COLOR`
    pub no_color: String,
    /// `COLORTERM`
    pub colorterm: String,
    /// `TERM`
    pub term: String,
    /// `COLORFGBG`, which some terminals set to their colours, `15;0`
    pub colorfgbg: String,
    /// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is not empty
    pub locale: String,
    /// What the terminal itself says of its background
    pub ground: Option<Ground>,
}

impl Environment {
    /// What this process was given.
    pub fn read() -> Self {
        let get = |name: &str| std::env::var(name).unwrap_or_default();
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().map(get).find(|value| !value.is_empty());
        Self {
            no_color: get("NO_COLOR"),
            colorterm: get("COLORTERM"),
            term: get("TERM"),
            colorfgbg: get("COLORFGBG"),
            locale: locale.unwrap_or_default(),
            ground: None,
        }
    }
}

/// One role: its colour for (dark, light) x (true, 256, 16), and its weight in 16 colours and without any.
struct Look {
    role: Role,
    dark: (u32, u8, Color),
    light: (u32, u8, Color),
    bold: bool,
    sixteen: Modifier,
    mono: Modifier,
}

const NONE: Modifier = Modifier::empty();
const BOLD: Modifier = Modifier::BOLD;
const UNDERLINED: Modifier = Modifier::UNDERLINED;

const fn look(
    role: Role,
    dark: (u32, u8, Color),
    light: (u32, u8, Color),
    sixteen: Modifier,
    mono: Modifier,
    bold: bool,
) -> Look {
    Look { role, dark, light, bold, sixteen, mono }
}

/// Colours measured for contrast: on selection at least 4.5, else 5.1, over the usual backgrounds of their ground.
const ROLES: &[Look] = &[
    look(Role::Muted, (0x9a_a5_b4, 248, Color::Reset), (0x59_63_6f, 240, Color::Reset), NONE, NONE, false),
    look(Role::Accent, (0x82_aa_ff, 111, Color::Cyan), (0x1a_56_b0, 25, Color::Blue), NONE, UNDERLINED, false),
    look(Role::Good, (0x7f_d8_8f, 114, Color::Green), (0x14_69_2c, 22, Color::Green), NONE, NONE, false),
    look(Role::Warn, (0xf2_c5_5c, 221, Color::Yellow), (0x85_50_00, 94, Color::Reset), NONE, BOLD, false),
    look(Role::Bad, (0xff_80_80, 210, Color::Red), (0xb0_1c_1c, 124, Color::Red), BOLD, BOLD, false),
    look(Role::Unknown, (0xcb_a6_f7, 183, Color::Magenta), (0x73_34_ae, 91, Color::Magenta), NONE, UNDERLINED, false),
    look(Role::Here, (0x5e_d7_d7, 80, Color::Cyan), (0x00_64_70, 23, Color::Cyan), UNDERLINED, BOLD.union(UNDERLINED), false),
    look(Role::Heading, (0, 0, Color::Reset), (0, 0, Color::Reset), BOLD, BOLD, true),
];

impl Theme {
    /// The theme for `flag` (`auto`, `dark`, `light`, `mono`, `dark-256`, `light-16`, ...) in `environment`: the flag beats
    /// `NO_COLOR`, which beats what the terminal says. Words it does not know are an error that lists those it does.
    pub fn choose(flag: Option<&str>, ascii: bool, environment: &Environment) -> Result<Self, String> {
        let utf8 = environment.locale.to_ascii_lowercase().replace('-', "").contains("utf8");
        let signs = if ascii || !utf8 { Signs::Ascii } else { Signs::Unicode };
        let colours = match environment {
            _ if environment.term == "dumb" => Depth::Mono,
            _ if matches!(environment.colorterm.as_str(), "truecolor" | "24bit") => Depth::True,
            _ if environment.term.contains("256color") => Depth::Indexed,
            _ => Depth::Sixteen,
        };
        let ground = environment.ground.or_else(|| match environment.colorfgbg.rsplit(';').next()?.parse().ok()? {
            7 | 9..=15 => Some(Ground::Light),
            0..=15_u8 => Some(Ground::Dark),
            _ => None,
        });
        let mut known = ground.is_some();
        let mut theme = Self { ground: ground.unwrap_or(Ground::Dark), depth: colours, signs };
        let mut depth = None;
        for word in flag.unwrap_or("auto").split('-') {
            match word {
                "auto" => {}
                "dark" => (known, theme.ground) = (true, Ground::Dark),
                "light" => (known, theme.ground) = (true, Ground::Light),
                "true" => depth = Some(Depth::True),
                "256" => depth = Some(Depth::Indexed),
                "16" => depth = Some(Depth::Sixteen),
                "mono" => depth = Some(Depth::Mono),
                _ => {
                    return Err(format!(
                        "no theme \"{word}\": auto, dark, light, mono, or one with its colours, dark-256, light-16"
                    ));
                }
            }
        }
        let asked = flag.is_some_and(|flag| flag != "auto");
        theme.depth = match depth {
            Some(depth) => depth,
            None if !asked && !environment.no_color.is_empty() => Depth::Mono,
            // A colour measured for one ground may vanish on the other; the terminal's own 16 never do.
            None if !known && colours != Depth::Mono => Depth::Sixteen,
            None => colours,
        };
        Ok(theme)
    }

    /// How text of `role` looks; `strong` makes it bold.
    pub fn style(&self, role: Role, strong: bool) -> Style {
        let mut style = Style::new();
        let Some(look) = ROLES.iter().find(|look| look.role == role) else {
            return if strong { style.add_modifier(BOLD) } else { style };
        };
        let (full, indexed, own) = if self.ground == Ground::Dark { look.dark } else { look.light };
        style = match self.depth {
            _ if role == Role::Heading => style,
            Depth::True => style.fg(Color::from_u32(full)),
            Depth::Indexed => style.fg(Color::Indexed(indexed)),
            Depth::Sixteen if own == Color::Reset => style,
            Depth::Sixteen => style.fg(own),
            Depth::Mono => style,
        };
        let weight = match self.depth {
            Depth::Mono => look.mono,
            // Yellow cannot be read on white; bold can.
            Depth::Sixteen if role == Role::Warn && self.ground == Ground::Light => BOLD,
            Depth::Sixteen => look.sixteen,
            _ => NONE,
        };
        let bold = if strong || look.bold { BOLD } else { NONE };
        style.add_modifier(weight | bold)
    }

    /// What the row under the cursor adds.
    pub fn selection(&self) -> Style {
        match (self.depth, self.ground) {
            (Depth::True, Ground::Dark) => Style::new().bg(Color::from_u32(0x2d_3a_50)),
            (Depth::True, Ground::Light) => Style::new().bg(Color::from_u32(0xd5_e2_f4)),
            (Depth::Indexed, Ground::Dark) => Style::new().bg(Color::Indexed(237)),
            (Depth::Indexed, Ground::Light) => Style::new().bg(Color::Indexed(254)),
            (Depth::Sixteen | Depth::Mono, _) => Style::new().add_modifier(Modifier::REVERSED),
        }
    }
}

impl Signs {
    /// `text` in signs that the terminal can show. One column stays one column.
    pub fn spell(self, text: &str) -> Cow<'_, str> {
        if self == Self::Unicode {
            return Cow::Borrowed(text);
        }
        ascii(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(term: &str, colorterm: &str) -> Environment {
        let [term, colorterm, locale] = [term, colorterm, "en_US.UTF-8"].map(str::to_owned);
        Environment { colorterm, term, locale, ..Environment::default() }
    }

    fn chosen(flag: Option<&str>, environment: &Environment) -> (Ground, Depth) {
        let theme = Theme::choose(flag, false, environment).unwrap();
        (theme.ground, theme.depth)
    }

    #[test]
    fn an_unknown_background_gets_the_terminals_own_colours() {
        let environment = of("xterm-256color", "truecolor");
        assert_eq!(chosen(None, &environment), (Ground::Dark, Depth::Sixteen));
        let told = Environment { ground: Some(Ground::Light), ..environment.clone() };
        assert_eq!(chosen(None, &told), (Ground::Light, Depth::True));
        let fgbg = Environment { colorfgbg: "15;default;0".into(), ..environment };
        assert_eq!(chosen(None, &fgbg), (Ground::Dark, Depth::True));
    }

    #[test]
    fn the_flag_beats_no_color_which_beats_the_terminal() {
        let environment = Environment { no_color: "1".into(), ..of("xterm-256color", "") };
        assert_eq!(chosen(None, &environment).1, Depth::Mono);
        assert_eq!(chosen(Some("auto"), &environment).1, Depth::Mono);
        assert_eq!(chosen(Some("dark"), &environment), (Ground::Dark, Depth::Indexed));
        assert_eq!(chosen(Some("light-16"), &environment), (Ground::Light, Depth::Sixteen));
        assert!(Theme::choose(Some("pink"), false, &environment).unwrap_err().contains("no theme \"pink\""));
    }

    #[test]
    fn without_utf8_signs_are_ascii() {
        let environment = Environment { locale: "C".into(), ..of("xterm", "") };
        assert_eq!(Theme::choose(None, false, &environment).unwrap().signs, Signs::Ascii);
        assert_eq!(Signs::Ascii.spell("▸ Calico ◐ BGP"), "> Calico ~ BGP");
    }

    #[test]
    fn without_colours_every_verdict_still_has_a_weight_or_a_sign_of_its_own() {
        let mono = Theme { ground: Ground::Dark, depth: Depth::Mono, signs: Signs::Unicode };
        for look in ROLES {
            let style = mono.style(look.role, false);
            assert_eq!((style.fg, style.bg), (None, None), "{:?} has a colour", look.role);
        }
        assert!(mono.style(Role::Bad, false).add_modifier.contains(BOLD));
        assert!(mono.style(Role::Unknown, false).add_modifier.contains(UNDERLINED));
    }
}
