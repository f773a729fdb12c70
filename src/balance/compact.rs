//! The units of numbers in compact notation: "1.2K", "12 Tsd.", "1.2万", "elfu 12".
//!
//! Taken from what `Intl.NumberFormat` writes with `notation: "compact"`, short and long, in the 290 locales of
//! Node.js 20 (CLDR): in lower case, without a trailing full stop. Left out are units that are everyday words or
//! other units elsewhere ("min", "h"), and all of Tongan ("a", "k" for 100,000). A unit that two languages use for
//! different amounts appears under both: "mil." is a million in Czech, "mil" a thousand in Spanish.

/// Units after a number, by power of ten.
#[rustfmt::skip]
const AFTER: [(u32, &[&str]); 7] = [
    (3, &[
        "b", "bin", "d", "dausend", "de mii", "dousend", "dsd", "dt", "duháhat", "duhát", "duisend",
        "duizend", "e", "ezer", "hezar", "hilj", "hiljada", "hiljade", "hjar", "hoz", "hozar",
        "inkulungwane", "k", "ka libo", "kun", "libo", "mhìle", "mhíle", "mie", "migghiaru", "mii", "mijë",
        "mil", "mila", "mile", "miler", "milers", "miliad", "millar", "millares", "mille", "milles",
        "millier", "ming", "miu", "mìg", "mìgia", "mìle", "mìltean", "míle", "müň", "n", "na libo", "nghìn",
        "rb", "ribu", "t", "tausend", "taúzan", "thousand", "thousands", "tis", "tisoč", "tisuća", "tisuće",
        "tisíc", "tisíca", "tisíce", "tn", "tsd", "tsg", "tuh", "tuhat", "tuhatta", "tuhháát", "tusen",
        "tusind", "tuusig", "tys", "tysac", "tysiąc", "tysiąca", "tysiące", "tysięcy", "tús", "túsund",
        "tûzen", "tūkst", "tūkstantis", "tūkstančiai", "tūkstančio", "tūkstančių", "tūkstotis", "tūkstoši",
        "viliad", "è", "èwu", "þ", "þúsund", "χιλ", "χιλιάδα", "χιλιάδες", "илј", "илјада", "илјади", "м",
        "мең", "минг", "миң", "мың", "мян", "мянга", "пин", "тис", "тисяч", "тисяча", "тисячі", "тыс",
        "тысяч", "тысяча", "тысячи", "тысячы", "тыһ", "тыһыынча", "хил", "хиляди", "хиљ", "хиљада",
        "хиљаде", "эзар", "ҳазор", "ҳзр", "հազար", "հզր", "אלף", "آلاف", "ألف", "مىڭ", "هزار", "ھزار",
        "ہزار", "के", "रोजा", "ह", "हज", "हज़ार", "हजार", "হা", "হাজার", "হাজাৰ", "ਹਜ਼ਾਰ", "હજાર", "ହ",
        "ହଜାର", "ஆ", "ஆயிரம்", "వే", "వేయి", "వేలు", "ಸಾ", "ಸಾವಿರ", "ആയിരം", "พัน", "ພັນ", "ထောင်", "ႁဵင်",
        "ათ", "ათასი", "ሺ", "ሽ", "ሽሕ", "ពាន់", "ẹgbẹ̀rún", "千", "ꭲꮿꭶᏼꮅ", "천", "𞤵", "𞤵𞤶𞤵𞤲𞤫𞤪𞤫",
    ]),
    (4, &[
        "หมื่น", "မိုၼ်ႇ", "သောင်း", "万", "萬", "만",
    ]),
    (5, &[
        "l", "lak", "lakh", "lakhs", "لاکھ", "लख", "लाख", "লা", "লাখ", "ਲੱਖ", "લાખ", "แสน", "ແສນ", "သိန်း",
        "သႅၼ်",
    ]),
    (6, &[
        "de milioane", "isigidi", "j", "jt", "juta", "ka milyon", "m", "mhillean", "mhilliún", "mi", "mil",
        "milhão", "milhão ag", "milhãu", "milhões", "milijon", "milijona", "milijonai", "milijonas",
        "milijoni", "milijono", "milijonov", "milijonų", "milijun", "milijuna", "milioane", "miliãu-ita", "milioi",
        "milion", "miliona", "milionaj", "milione", "milioni", "miliono", "milionoj", "milionow", "milions",
        "milionu", "miliony", "milionów", "milionů", "miliuna", "miliuni", "miliwn", "milió", "milión",
        "milióna", "miliónov", "milióny", "milj", "miljoen", "miljon", "miljona", "miljonat", "miljoner",
        "miljoni", "miljonit", "miljons", "miljoona", "miljoonaa", "miljovn", "mill", "millean",
        "milleanan", "million", "millionar", "millione", "millionen", "millioner", "milliones", "millions",
        "millioon", "millioone", "millioun", "milliounen", "milliun", "milliuns", "millió", "millión",
        "milliónir", "milliún", "milljuhne", "milljón", "milljónir", "millones", "millón", "millóns",
        "milyan", "milyon", "mio", "miu", "mió", "mln", "mn", "míliọn", "mílíọ̀nù", "tr", "triệu",
        "v/milion", "y", "yuta", "εκ", "εκατομμύρια", "εκατομμύριο", "м", "мил", "милион", "милиона",
        "милиони", "миллион", "миллиона", "миллионов", "млн", "мільйон", "мільйона", "мільйони",
        "мільйонів", "мільён", "мільёна", "мільёнаў", "мільёны", "мөл", "мөлүйүөн", "сая", "միլիոն", "մլն",
        "מיליון", "ملايين", "ملن", "ملين", "مليون", "مىليون", "ميلليون", "میلیون", "एम", "करोड", "निजुत",
        "নিযুত", "ନି", "ନିୟୁତ", "மி", "மில்லியன்", "మి", "మిలియన్", "మిలియన్లు", "ಮಿ", "ಮಿಲಿಯನ್", "ദശലക്ഷം",
        "ล้าน", "ລ້ານ", "လၢၼ်ႉ", "သန်း", "მილიონი", "მლნ", "ሚ", "ሚሊዮን", "ሚልዮን", "លាន", "百万", "百萬", "ꭲᏻꮖꮧꮕꮫ",
        "𞤣", "𞤣𞤵𞤦𞤵𞤲𞤫𞤪𞤫",
    ]),
    (7, &[
        "cr", "crore", "crores", "ko", "kotti", "کروڑ", "करोड", "करोड़", "कोटी", "क॰", "কো", "কোটি", "ਕਰੋੜ",
        "કરોડ", "ကုဋေ", "ဋေ",
    ]),
    (8, &[
        "নিঃ", "亿", "億", "억",
    ]),
    (9, &[
        "b", "bhillean", "bhilliún", "bi", "bilhão", "biliãu-ita", "bilhão ag", "bilion", "biliwn", "billion", "billions",
        "bilyan", "bilyon", "bilíọ̀nù", "bn", "bíliọn", "g", "isigidi sezigidi", "ka bilyon", "m", "ma",
        "md", "mia", "mil milhãu", "mil milhões", "mil millones", "miler de milions", "miliar", "miliard",
        "miliarda", "miliardo", "miliardu", "milijarda", "milijardas", "miljard", "miljardi", "miljards",
        "milliard", "milliarda", "milliarde", "milliardo", "milliardu", "milliárd", "milljarður", "milyar",
        "milyard", "mjd", "mld", "mljrd", "mlr", "mlrd", "mm", "mr", "mrd", "obz", "t", "tỷ", "δισ",
        "δισεκατομμύριο", "милиард", "милијарда", "миллиард", "милј", "млд", "млрд", "мільярд", "тэрбум",
        "միլիարդ", "մլրդ", "מיליארד", "ارب", "بلين", "مليار", "مىليارد", "ميلليارد", "میلیارد", "अब्ज",
        "अरब", "अ॰", "बि", "बिलियन", "শঃ কোঃ", "শত কোটি", "ਅਰਬ", "અબજ", "ବି", "ଶହକୋଟି", "பி", "பில்லியன்",
        "బి", "బిలియన్", "ಬಿ", "ಬಿಲಿಯನ್", "ബില്യൺ", "พันล้าน", "ຕື້", "ႁဵင်လၢၼ်ႉ", "მილიარდი", "მლრდ", "ቢ",
        "ቢሊዮን", "ቢልዮን", "ប៊ីលាន", "ꭲꮿꮤꮃꮧꮕꮫ", "𞤣𞤵𞤶𞤵𞤲𞤫𞤪𞤫", "𞤣𞤶",
    ]),
];

/// Units before a number, by power of ten.
#[rustfmt::skip]
const BEFORE: [(u32, &[&str]); 7] = [
    (3, &[
        "akpe", "apem", "dubu", "elfu", "kotoku", "kt", "kuma", "mpem", "ɩkotoku", "ɩkt", "ද", "දහස",
        "སྟོང་ཕྲག",
    ]),
    (4, &[
        "ཁྲི་ཕྲག",
    ]),
    (5, &[
        "འབུམ་ཕྲག",
    ]),
    (6, &[
        "bkl", "bʊkuli", "gakuli", "gkl", "m", "miiliyoona", "milioni", "miliyan", "miliɔn", "ɔpepem", "මි",
        "මිලියන", "ས་ཡ་",
    ]),
    (7, &[
        "བྱེ་བ་",
    ]),
    (8, &[
        "དུང་ཕྱུར་",
    ]),
    (9, &[
        "biiliyoona", "bilioni", "biliyan", "biliɔn", "ŋkl", "ŋkulo", "ɔpepepem", "බි", "බිලියන",
    ]),
];

/// No unit has this many words.
const MOST_WORDS: usize = 3;

/// The side of the number that a unit is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// "elfu 12".
    Before,
    /// "12K".
    After,
}

/// The powers of ten a unit may stand for, at most one per entry of the table; none if it is not a unit.
pub(super) fn powers_of(unit: &str, side: Side) -> impl Iterator<Item = u32> {
    let unit = plain(unit);
    let table: &[(u32, &[&str])] = match side {
        Side::Before => &BEFORE,
        Side::After => &AFTER,
    };
    table.iter().filter(move |(_, units)| units.contains(&unit.as_str())).map(|(power, _)| *power)
}

fn is_unit(text: &str, side: Side) -> bool {
    powers_of(text, side).next().is_some()
}

/// Lower case, single spaces, without direction marks and without the punctuation that ends a sentence or an
/// abbreviation.
fn plain(unit: &str) -> String {
    let mut plain = String::new();
    for word in unit.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.extend(word.chars().filter(|c| !is_mark(*c)).flat_map(char::to_lowercase));
    }
    plain.trim_end_matches(['.', ',', ';', ':', '!', ')', '。', '、', '，', '।']).trim().to_owned()
}

/// Marks that only set the writing direction.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// How many bytes of `text`, the text beside a number, are the number's unit: at its start for [`Side::After`], at
/// its end for [`Side::Before`]. 0 where there is none.
///
/// ```
/// use refill_watch::balance::{Side, unit_beside};
/// assert_eq!(unit_beside(" Tsd. Tokens", Side::After), " Tsd.".len());
/// assert_eq!(unit_beside("万トークン", Side::After), "万".len());
/// assert_eq!(unit_beside(" tokens", Side::After), 0);
/// ```
#[must_use]
pub fn unit_beside(text: &str, side: Side) -> usize {
    // The ends of the first words, or the starts of the last ones; the longest stretch first.
    let mut cuts: Vec<usize> = Vec::new();
    let mut in_word = false;
    let mut note = |at: usize, c: Option<char>| {
        let is_word = c.is_some_and(|c| !c.is_whitespace());
        if in_word && !is_word {
            cuts.push(at);
        }
        in_word = is_word;
        cuts.len() < MOST_WORDS
    };
    match side {
        Side::After => {
            let all = text.char_indices().map(|(at, c)| (at, Some(c))).chain([(text.len(), None)]);
            all.into_iter().all(|(at, c)| note(at, c));
        }
        Side::Before => {
            let all =
                text.char_indices().rev().map(|(at, c)| (at + c.len_utf8(), Some(c))).chain([(0, None)]);
            all.into_iter().all(|(at, c)| note(at, c));
        }
    }
    let length = |cut: usize| if side == Side::After { cut } else { text.len() - cut };
    let part = |cut: usize| if side == Side::After { text.get(..cut) } else { text.get(cut..) };
    let whole = cuts.iter().rev().copied().find(|cut| part(*cut).is_some_and(|part| is_unit(part, side)));
    if let Some(cut) = whole {
        return length(cut);
    }
    // In scripts without spaces, the next word may follow the unit directly.
    let starts = text.trim_start().chars().next().is_some_and(has_no_spaces);
    if side == Side::Before || !starts {
        return 0;
    }
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8()).take(12);
    ends.filter(|end| part(*end).is_some_and(|part| is_unit(part, side))).max().unwrap_or(0)
}

/// Whether a character belongs to a script that writes words without spaces, or adds endings to them.
#[must_use]
pub fn has_no_spaces(c: char) -> bool {
    matches!(u32::from(c), 0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x2e80..=0x9fff | 0xac00..=0xd7af | 0xf900..=0xfaff | 0xff66..=0xff9f | 0x2_0000..=0x3_ffff)
}
