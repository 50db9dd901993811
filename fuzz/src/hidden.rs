//! Hidden text, by Unicode's own tables: what no person sees, or what changes what they see.

use std::sync::LazyLock;

use regex_syntax::hir::{Class, HirKind};

/// Controls, format characters, separators of lines, and what is ignored by default.
const HIDDEN: &str = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]";

/// Whether nobody sees it.
pub(crate) fn is_hidden(character: char) -> bool {
    static RANGES: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
        let hir = regex_syntax::parse(HIDDEN).expect("a class of Unicode's");
        match hir.kind() {
            HirKind::Class(Class::Unicode(class)) => {
                class.ranges().iter().map(|range| (range.start(), range.end())).collect()
            }
            other => panic!("no class: {other:?}"),
        }
    });
    let at = RANGES.partition_point(|(_, end)| *end < character);
    RANGES.get(at).is_some_and(|(start, _)| *start <= character)
}

/// Nothing in it hides, but for ends of lines where it has lines.
#[track_caller]
pub(crate) fn nothing_hides(text: &str, lines: bool) {
    let hidden = text.chars().find(|character| is_hidden(*character) && !(lines && *character == '\n'));
    assert!(hidden.is_none(), "{hidden:?} in {text:?}");
}
