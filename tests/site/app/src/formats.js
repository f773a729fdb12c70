// Numbers as this or that country writes them. Written out, because the engine that draws the first HTML has no Intl.

const SEPARATORS = { comma: ',', dot: '.', space: '\u202f', 'wide-space': '\u00a0', arabic: '\u066c' };

/** The number in the format asked for: `1,234`, `1.234`, `1 234`, `1.2K`, `١٬٢٣٤`. */
export const written = (number, grouping) => {
  if (grouping.startsWith('compact') && number >= 1000) {
    return `${Math.floor(number / 100) / 10}${grouping === 'compact' ? 'K' : 'k'}`;
  }
  const grouped = String(number).replace(/\B(?=(\d{3})+$)/g, SEPARATORS[grouping] ?? '');
  return grouping === 'arabic' ? grouped.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit))) : grouped;
};

/** The text cut where its groups meet: `1`, `,`, `234`. */
export const groupsOf = (text) => text.match(/\p{Nd}+|[^\p{Nd}]+/gu) ?? [];
