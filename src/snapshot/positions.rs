//! Where in a list a text stands, asked once for each of hundreds of thousands of objects.
//!
//! Facts of one snapshot share equal strings, so nearly every question is answered by the address of the string, without
//! reading it: reading one costs more than all the rest. Equal texts at other addresses are found by what they say.

use super::Text;
use hashbrown::HashMap;

/// Distinct texts in the order in which they were added, found again by address or by content.
#[derive(Default)]
pub struct Positions<'a> {
    by_text: HashMap<&'a str, usize>,
    by_address: HashMap<(usize, usize), Option<usize>>,
}

impl<'a> Positions<'a> {
    /// The position of `text`, which is added if it is new.
    pub fn add(&mut self, text: &'a Text) -> usize {
        if let Some(Some(at)) = self.by_address.get(&address(text)) {
            return *at;
        }
        let next = self.by_text.len();
        let at = *self.by_text.entry(text.as_str()).or_insert(next);
        self.by_address.insert(address(text), Some(at));
        at
    }

    /// The position of `text` if it was added.
    pub fn of(&mut self, text: &'a Text) -> Option<usize> {
        let by_text = &self.by_text;
        *self.by_address.entry(address(text)).or_insert_with(|| by_text.get(text.as_str()).copied())
    }

    /// The same for a text that does not live as long.
    pub fn find(&self, text: &str) -> Option<usize> {
        self.by_text.get(text).copied()
    }
}

/// The length tells empty texts from what follows them.
fn address(text: &Text) -> (usize, usize) {
    (text.as_str().as_ptr() as usize, text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_one_position_wherever_they_are_kept() {
        let (first, again, other) = (Text::new("worker-1"), Text::new("worker-1"), Text::new("worker-2"));
        let mut positions = Positions::default();
        assert_eq!((positions.add(&first), positions.add(&other), positions.add(&again)), (0, 1, 0));
        assert_eq!((positions.of(&again), positions.of(&first), positions.find("worker-2")), (Some(0), Some(0), Some(1)));
    }

    #[test]
    fn a_text_that_was_not_added_has_none_however_often_one_asks() {
        let (known, stranger) = (Text::new("a"), Text::new("b"));
        let mut positions = Positions::default();
        assert_eq!(positions.of(&stranger), None);
        positions.add(&known);
        assert_eq!((positions.of(&stranger), positions.of(&known)), (None, Some(0)));
        assert_eq!(positions.add(&stranger), 1);
        assert_eq!(positions.of(&stranger), Some(1));
    }
}
