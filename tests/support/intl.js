"use strict";
// Where a number or a time goes there are marks, such as `⟦time 1763856000000⟧`: only a browser writes them in every
// language. The options are those of src/browser/intl.rs.
function written(data, language, timeZone) {
  const date = (options) => new Intl.DateTimeFormat(language, { timeZone, ...options });
  const time = date({ hour: "numeric", minute: "2-digit" });
  const day = date({ weekday: "short", month: "short", day: "numeric" });
  const zone = date({ timeZoneName: "long" });
  const write = {
    number: (n) => new Intl.NumberFormat(language).format(n / 1000),
    time: (at) => time.format(at).replace(/[ \u202f]/g, "\u00a0"),
    day: (at) => day.format(at),
    zone: (at) => zone.formatToParts(at).find((part) => part.type === "timeZoneName").value,
    unit: (n, unit) => new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(n),
    duration: (n, unit, m, small) =>
      new Intl.DurationFormat(language, { style: "short" }).format({ [`${unit}s`]: n, ...(small && { [`${small}s`]: Number(m) }) }),
    ago: (n, unit) => new Intl.RelativeTimeFormat(language).format(-n, unit),
    dayWord: (offset) => new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(offset, "day"),
  };
  return data.replace(/([ⓓⒹ]?)⟦(\w+) (-?\d+) ?([\w ]*)⟧/g, (_, letter, kind, n, rest) => {
    const text = write[kind](Number(n), ...rest.split(" "));
    return JSON.stringify(letter === "Ⓓ" ? text[0].toUpperCase() + text.slice(1) : text).slice(1, -1);
  });
}
