// The balance: asked once per page load, kept in memory over client-side navigation, lowered by what is spent here.
// That it is not asked again is why the number on the screen goes stale.

import { ask, askRest, settings } from './api.js';
import { element } from './views.js';

const KEPT = 'balance';
const QUESTION = `query GetUserTokensFromSub($sub: String!) { user_details(where: {auth0Id: {_eq: $sub}}) {
  id plan tokenRenewalDate subscriptionTokens rolloverTokens paidTokens streamTokens subscriptionGptTokens
  subscriptionModelTokens __typename } }`;

let balance = null;
let known = false;
const counters = new Set();

const whole = (value) => (Number.isFinite(Number(value)) ? Number(value) : 0);

const read = (data) => {
  const user = data.users?.[0];
  const details = data.user_details?.[0] ?? user?.user_details?.[0];
  const team = settings.team ? (data.teams?.[0] ?? user?.team_memberships?.[0]?.team) : undefined;
  const source = team ?? details ?? data.teams?.[0] ?? {};
  return {
    fast: whole(source.subscriptionTokens),
    rollover: whole(source.rolloverTokens),
    topUp: whole(source.paidTokens),
  };
};

const keep = () => {
  if (settings.cache === 'session') sessionStorage.setItem(KEPT, JSON.stringify(balance));
};

/** Asks for the balance, unless the app never does or still has one from this session. */
export const load = async () => {
  if (settings.asks !== 'true') return;
  const kept = settings.cache === 'session' && sessionStorage.getItem(KEPT);
  try {
    const asked = settings.endpoint === 'rest' ? askRest : () => ask('GetUserTokensFromSub', QUESTION);
    balance = kept ? JSON.parse(kept) : read(await asked());
    keep();
  } catch {
    // As the real app does: what it was not told, it shows as nothing.
    balance = { fast: 0, rollover: 0, topUp: 0 };
  }
  known = true;
  show();
};

/** Lowers the kept balance by what was just spent: fast first, then rollover, then top-up. */
export const spent = (tokens) => {
  if (!known) return;
  for (const pool of ['fast', 'rollover', 'topUp']) {
    const part = Math.min(tokens, balance[pool]);
    balance[pool] -= part;
    tokens -= part;
  }
  keep();
  show();
};

const SEPARATORS = { comma: ',', dot: '.', space: '\u202f' };

const grouped = (number) => {
  if (settings.grouping === 'compact' && number >= 1000) return `${Math.floor(number / 100) / 10}K`;
  return String(number).replace(/\B(?=(\d{3})+$)/g, SEPARATORS[settings.grouping] ?? '');
};

const shown = () => {
  if (settings.frozen) return grouped(Number(settings.frozen));
  if (!known) return '–';
  const rollover = ['total', 'fast-and-rollover'].includes(settings.shows) ? balance.rollover : 0;
  const topUp = ['total', 'fast-and-top-up'].includes(settings.shows) ? balance.topUp : 0;
  return grouped(balance.fast + rollover + topUp);
};

const show = () => {
  for (const counter of counters) {
    if (counter.isConnected) counter.textContent = shown();
    else counters.delete(counter);
  }
};

const row = (name, value) => element('div', { class: 'c-row' }, element('span', {}, name), element('b', {}, value));

const breakdown = () => {
  const amount = (pool) => (known ? grouped(balance[pool]) : '–');
  return element(
    'div',
    { class: 'c-breakdown', role: 'dialog', 'aria-label': 'Token breakdown', 'data-stand-in': 'breakdown' },
    row('Fast tokens', amount('fast')),
    row('Rollover bank', amount('rollover')),
    row('Top-Up tokens', amount('topUp')),
    element('div', { class: 'c-row c-plan' }, element('span', {}, 'My Plan'), element('b', {}, settings.plan)),
    element('button', { class: 'c-primary', type: 'button' }, 'Add Tokens'),
  );
};

/** A counter for the present page. Pointing at it or focusing it opens the breakdown, which is then in the tree. */
export const counter = () => {
  const number = element('span', { 'data-stand-in': 'tokens' }, shown());
  const button = element('button', { class: 'c-tokens', type: 'button', 'aria-haspopup': 'dialog' }, coin(), number);
  const holder = element('div', { class: 'c-tokens-holder' }, button);
  let open = null;
  const close = () => {
    open?.remove();
    open = null;
  };
  const unfold = () => {
    if (!open) holder.append((open = breakdown()));
  };
  holder.addEventListener('pointerenter', unfold);
  holder.addEventListener('focusin', unfold);
  holder.addEventListener('pointerleave', close);
  holder.addEventListener('focusout', (event) => holder.contains(event.relatedTarget) || close());
  holder.addEventListener('keydown', (event) => event.key === 'Escape' && close());
  counters.add(number);
  return holder;
};

const coin = () => {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  for (const radius of [6.5, 3]) {
    const circle = document.createElementNS(space, 'circle');
    for (const [name, value] of Object.entries({ cx: 8, cy: 8, r: radius })) circle.setAttribute(name, value);
    svg.append(circle);
  }
  return svg;
};
