// The counter, in every place and markup that the real one may have.

import { useState } from 'react';
import { useBalance } from './balance.jsx';
import { groupsOf, written } from './formats.js';
import styles from './hashed.module.css';
import { wordsOf } from './words.js';

const shown = ({ balance, astray }, settings) => {
  if (astray !== null) return written(astray, settings.grouping);
  if (settings.frozen) return written(Number(settings.frozen), settings.grouping);
  if (!balance) return '–';
  const rollover = ['total', 'fast-and-rollover'].includes(settings.shows) ? balance.rollover : 0;
  const topUp = ['total', 'fast-and-top-up'].includes(settings.shows) ? balance.topUp : 0;
  return written(balance.fast + rollover + topUp, settings.grouping);
};

const Coin = () => (
  <svg viewBox="0 0 16 16" aria-hidden="true">
    <circle cx="8" cy="8" r="6.5" />
    <circle cx="8" cy="8" r="3" />
  </svg>
);

/** The number itself: one text, several texts, an element per group, or an element per digit. */
const Figure = ({ text, markup }) => {
  const elements = (parts) => parts.map((part, place) => <span key={place}>{part}</span>);
  const inside = {
    'split-texts': () => groupsOf(text),
    groups: () => elements(groupsOf(text)),
    digits: () => elements([...text]),
  }[markup];
  return (
    <span data-stand-in="tokens" aria-hidden={markup === 'label' ? true : undefined}>
      {inside ? inside() : text}
    </span>
  );
};

const Row = ({ name, value, pool }) => (
  <div className={styles.row}>
    <span>{name}</span>
    <b data-stand-in={pool}>{value}</b>
  </div>
);

const Breakdown = ({ balance, settings, text }) => {
  const words = wordsOf(settings.language);
  const amount = (pool) => (balance ? written(balance[pool], settings.grouping) : '–');
  return (
    <div className={styles.breakdown} role="dialog" aria-label={words.tokens} data-stand-in="breakdown">
      {settings.place === 'breakdown' && (
        <p className={styles.large}>
          <Figure text={text} markup={settings.markup} />
        </p>
      )}
      <Row name={words.fast} value={amount('fast')} pool="fast" />
      <Row name={words.rollover} value={amount('rollover')} pool="rollover" />
      <Row name={words.topUp} value={amount('topUp')} pool="top-up" />
      <div className={`${styles.row} ${styles.plan}`}>
        <span>{words.plan}</span>
        <b>{settings.plan}</b>
      </div>
      <button className={styles.primary} type="button">{words.add}</button>
    </div>
  );
};

/** The counter. Hover or focus opens the breakdown, which is then in the tree. */
const Counter = ({ settings }) => {
  const held = useBalance();
  const [open, setOpen] = useState(false);
  const text = shown(held, settings);
  if (settings.markup === 'text') {
    return <div className={styles.bare}><Coin /><Figure text={text} markup="text" /></div>;
  }
  const label = settings.markup === 'label' ? `${wordsOf(settings.language).tokens}: ${text}` : undefined;
  return (
    <div
      className={styles.holder}
      onPointerEnter={() => setOpen(true)}
      onPointerLeave={() => setOpen(false)}
      onFocus={() => setOpen(true)}
      onBlur={(event) => event.currentTarget.contains(event.relatedTarget) || setOpen(false)}
      onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}
    >
      <button className={styles.tokens} type="button" aria-haspopup="dialog" aria-label={label} data-stand-in="counter">
        <Coin />
        {settings.place !== 'breakdown' && <Figure text={text} markup={settings.markup} />}
      </button>
      {open && <Breakdown balance={held.balance} settings={settings} text={text} />}
    </div>
  );
};

/** The counter if it belongs in this place on this page, else nothing. */
export const CounterAt = ({ place, path, settings }) => {
  const usual = path === '/' ? 'bottom-left' : 'top-right';
  const own = ['usual', 'breakdown'].includes(settings.place) ? usual : settings.place;
  return place === own ? <Counter settings={settings} /> : null;
};
