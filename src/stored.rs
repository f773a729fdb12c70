//! The form in which facts are stored: one JSON text per value.
//!
//! A type says once how it is written and read, with [`stored_struct!`] or [`stored_words!`]. serde's derived
//! code does the same and more, but costs 150 KB of WebAssembly for our types (see docs/decisions.md); this
//! writes texts and reads `serde_json`'s `Value`. Reading is lenient towards what an older version did not
//! write, and strict towards what no version writes: that is `None`, and the caller keeps the text aside.

use serde_json::Value;

/// A fact that can be stored.
pub trait Stored {
    /// Appends the JSON text.
    fn write(&self, out: &mut String);
    /// Takes a value in; false when it is nothing that [`Stored::write`] writes.
    fn read(&mut self, value: &Value) -> bool;
}

/// The JSON text of a fact.
pub fn to_text(fact: &dyn Stored) -> String {
    let mut out = String::new();
    fact.write(&mut out);
    out
}

/// The fact that a JSON text holds.
pub fn from_text<T: Stored + Default>(text: &str) -> Option<T> {
    from_value(&serde_json::from_str(text).ok()?)
}

/// The fact that a JSON value holds.
pub fn from_value<T: Stored + Default>(value: &Value) -> Option<T> {
    let mut fact = T::default();
    fact.read(value).then_some(fact)
}

/// Writes the fields of a struct as an object.
pub fn write_fields(out: &mut String, fields: &[(&str, &dyn Stored)]) {
    out.push('{');
    for (i, (name, field)) in fields.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write_text(out, name);
        out.push(':');
        field.write(out);
    }
    out.push('}');
}

/// Reads the fields of a struct. All that the first version wrote must be there: a fact that is missing is not a zero.
pub fn read_fields(value: &Value, fields: &mut [(&str, &mut dyn Stored)]) -> bool {
    let Value::Object(object) = value else { return false };
    fields.iter_mut().all(|(name, field)| object.get(*name).is_some_and(|value| field.read(value)))
}

/// Reads the fields that a later version added: what an older one did not write keeps its default.
pub fn read_later_fields(value: &Value, fields: &mut [(&str, &mut dyn Stored)]) -> bool {
    fields.iter_mut().all(|(name, field)| value.get(*name).is_none_or(|value| field.read(value)))
}

/// A text in quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_text(&mut out, text);
    out
}

/// Appends a text in quotes.
pub fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\0'..='\x1f' => {
                const HEX: [char; 16] =
                    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
                out.push_str("\\u00");
                out.push(HEX[c as usize >> 4]);
                out.push(HEX[c as usize & 15]);
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// Makes a struct storable: the fields that are kept, by name. All else keeps its default. Fields that the storage form
/// has gained since its first version stand behind `later`.
macro_rules! stored_struct {
    ($type:ty { $($field:ident),* $(,)? } later { $($late:ident),* $(,)? }) => {
        impl $crate::stored::Stored for $type {
            fn write(&self, out: &mut String) {
                $crate::stored::write_fields(
                    out,
                    &[$((stringify!($field), &self.$field),)* $((stringify!($late), &self.$late)),*],
                );
            }
            fn read(&mut self, value: &serde_json::Value) -> bool {
                $crate::stored::read_fields(value, &mut [$((stringify!($field), &mut self.$field)),*])
                    && $crate::stored::read_later_fields(value, &mut [$((stringify!($late), &mut self.$late)),*])
            }
        }
    };
    ($type:ty { $($field:ident),* $(,)? }) => {
        impl $crate::stored::Stored for $type {
            fn write(&self, out: &mut String) {
                $crate::stored::write_fields(out, &[$((stringify!($field), &self.$field)),*]);
            }
            fn read(&mut self, value: &serde_json::Value) -> bool {
                $crate::stored::read_fields(value, &mut [$((stringify!($field), &mut self.$field)),*])
            }
        }
    };
}
pub(crate) use stored_struct;

/// Makes an enum without data storable as one word a variant.
macro_rules! stored_words {
    ($type:ty { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $crate::stored::Stored for $type {
            fn write(&self, out: &mut String) {
                $crate::stored::write_text(out, match self { $(Self::$variant => $word),* });
            }
            fn read(&mut self, value: &serde_json::Value) -> bool {
                *self = match value.as_str() {
                    $(Some($word) => Self::$variant,)*
                    _ => return false,
                };
                true
            }
        }
    };
}
pub(crate) use stored_words;

/// Puts `value` in its place, if there is one.
pub fn put<T>(place: &mut T, value: Option<T>) -> bool {
    match value {
        Some(value) => {
            *place = value;
            true
        }
        None => false,
    }
}

impl Stored for bool {
    fn write(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
    fn read(&mut self, value: &Value) -> bool {
        put(self, value.as_bool())
    }
}

impl Stored for i64 {
    fn write(&self, out: &mut String) {
        out.push_str(&self.to_string());
    }
    fn read(&mut self, value: &Value) -> bool {
        put(self, value.as_i64())
    }
}

/// The unsigned widths that are used; each is written as `i64`, which no stored count ever passes.
macro_rules! stored_unsigned {
    ($($type:ty),*) => {$(
        impl Stored for $type {
            fn write(&self, out: &mut String) {
                i64::try_from(*self).unwrap_or(i64::MAX).write(out);
            }
            fn read(&mut self, value: &Value) -> bool {
                put(self, value.as_i64().and_then(|number| Self::try_from(number).ok()))
            }
        }
    )*};
}
stored_unsigned!(u8, u16, u32, u64);

impl Stored for String {
    fn write(&self, out: &mut String) {
        write_text(out, self);
    }
    fn read(&mut self, value: &Value) -> bool {
        put(self, value.as_str().map(str::to_owned))
    }
}

impl<T: Stored + Default> Stored for Option<T> {
    fn write(&self, out: &mut String) {
        match self {
            Some(value) => value.write(out),
            None => out.push_str("null"),
        }
    }
    fn read(&mut self, value: &Value) -> bool {
        if value.is_null() {
            *self = None;
            return true;
        }
        // Read in place: a value that is made first and moved then is twice the code.
        self.get_or_insert_default().read(value)
    }
}

impl<T: Stored + Default> Stored for Vec<T> {
    fn write(&self, out: &mut String) {
        write_list(out, self.len(), &mut |i, out| self.get(i).into_iter().for_each(|item| item.write(out)));
    }
    fn read(&mut self, value: &Value) -> bool {
        self.clear();
        read_list(value, &mut |item| {
            self.push(T::default());
            self.last_mut().is_some_and(|place| place.read(item))
        })
    }
}

/// A map is a list of its pairs, in order.
impl<K: Stored + Default + Ord, V: Stored + Default> Stored for litemap::LiteMap<K, V> {
    fn write(&self, out: &mut String) {
        write_list(out, self.len(), &mut |i, out| {
            if let Some((key, value)) = self.get_indexed(i) {
                out.push('[');
                key.write(out);
                out.push(',');
                value.write(out);
                out.push(']');
            }
        });
    }
    fn read(&mut self, value: &Value) -> bool {
        read_list(value, &mut |pair| {
            let Some([key, value]) = pair.as_array().map(Vec::as_slice) else { return false };
            let (mut at, mut place) = (K::default(), V::default());
            let read = at.read(key) && place.read(value);
            self.insert(at, place);
            read
        })
    }
}

/// Writes a list of `count` items; one copy of this for all types.
fn write_list(out: &mut String, count: usize, item: &mut dyn FnMut(usize, &mut String)) {
    out.push('[');
    for i in 0..count {
        if i > 0 {
            out.push(',');
        }
        item(i, out);
    }
    out.push(']');
}

/// Reads a list item by item; false at the first that is not read.
fn read_list(value: &Value, item: &mut dyn FnMut(&Value) -> bool) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use litemap::LiteMap;

    #[test]
    fn what_is_written_is_json_and_is_read_back_the_same() {
        let text = "a \"quote\", a \\, a line\nand a bell \u{7}, and ünïcode".to_owned();
        assert_eq!(from_text::<String>(&to_text(&text)), Some(text));
        let list = vec![None, Some(150_u64)];
        assert_eq!(to_text(&list), "[null,150]");
        assert_eq!(from_text(&to_text(&list)), Some(list));
        let map: LiteMap<i64, bool> = [(-1, true), (7, false)].into_iter().collect();
        assert_eq!(to_text(&map), "[[-1,true],[7,false]]");
        assert_eq!(from_text(&to_text(&map)), Some(map));
    }

    #[test]
    fn what_no_version_writes_is_not_read() {
        assert_eq!(from_text::<u8>("256"), None);
        assert_eq!(from_text::<u64>("-1"), None);
        assert_eq!(from_text::<u64>("1.5"), None);
        assert_eq!(from_text::<LiteMap<u8, u8>>("[[1]]"), None);
        assert_eq!(from_text::<Vec<bool>>("[true,1]"), None);
        assert_eq!(from_text::<Option<u8>>("\"1\""), None);
        assert_eq!(from_text::<String>("{"), None);
    }
}
