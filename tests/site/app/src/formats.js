// Numbers in the formats of several countries, without Intl: the engine that draws the first HTML has none.

const SEPARATORS = { comma: ',', dot: '.', space: '\u202f', 'wide-space': '\u00a0', arabic: '\u066c' };

/** The number in the requested format: `1,234`, `1.234`, `1 234`, `1.2K`, `١٬٢٣٤`. */
export const written = (number, grouping) => {
  if (grouping.startsWith('compact') && number >= 1000) {
    return `${Math.floor(number / 100) / 10}${grouping === 'compact' ? 'K' : 'k'}`;
  }
  const grouped = String(number).replace(/\B(?=(\d{3})+$)/g, SEPARATORS[grouping] ?? '');
  return grouping === 'arabic' ? grouped.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit))) : grouped;
};

/** The text split into groups and separators: `1`, `,`, `234`. */
export const groupsOf = (text) => text.match(/\p{Nd}+|[^\p{Nd}]+/gu) ?? [];
