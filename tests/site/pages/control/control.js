// The control page: draws the server's state whenever the server reports a change, and posts commands.

import { ACCOUNT_FORMS, NEW_ACCOUNT, PLANS, QUICK, SITE_FORMS } from './forms.js';

const byId = (id) => document.getElementById(id);
const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

let clockOffset = 0;
const serverNow = () => Date.now() + clockOffset;

const run = async (command) => {
  const response = await fetch('/command', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(command),
  });
  const refusal = byId('refusal');
  refusal.hidden = response.ok;
  refusal.textContent = response.ok ? '' : (await response.json()).error;
  return response.ok;
};

const button = (text, action) => {
  const made = element('button', { type: 'button' }, text);
  made.addEventListener('click', action);
  return made;
};

const control = ([name, label, kind, start]) => {
  let input;
  if (Array.isArray(kind)) {
    input = element('select', { name }, ...kind.map((choice) => element('option', {}, choice)));
  } else {
    input = element('input', { name, type: kind === 'check' ? 'checkbox' : kind });
    if (kind === 'number') input.step = 'any';
    if (start !== undefined) input.value = start;
  }
  return element('label', {}, label, input);
};

const valueOf = (input) => {
  if (input.type === 'checkbox') return input.checked;
  if (input.value === '') return null;
  return input.type === 'number' ? Number(input.value) : input.value;
};

/** A form for one command; `more` is added to what it sends. */
const commandForm = (form, more = {}) => {
  const now = element('small', {});
  const fields = element('div', { class: 'fields' }, ...form.fields.map(control), element('button', {}, 'Do'));
  const made = element('form', {}, element('b', {}, form.title, now), fields);
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    const values = Object.fromEntries(form.fields.map(([name]) => [name, valueOf(made.elements.namedItem(name))]));
    run({ ...form.command(values), ...more });
  });
  return { made, now };
};

const number = (value) => value.toLocaleString('en');
const clockTime = (text) => text.slice(11, 19);

const distance = (text) => {
  const seconds = Math.round((Date.parse(text) - serverNow()) / 1000);
  const size = Math.abs(seconds);
  const parts = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const first = Math.max(0, parts.findIndex(([unit]) => size >= unit || unit === 1));
  const told = parts.slice(first, first + 2).map(([unit, name], place) => {
    const whole = place ? Math.floor((size % parts[first][0]) / unit) : Math.floor(size / unit);
    return `${whole} ${name}`;
  });
  return seconds < 0 ? `${told.join(' ')} ago` : `in ${told.join(' ')}`;
};

const jobWords = (job) => (typeof job === 'string' ? job.replace('-', ' ') : `late by ${number(job.late.seconds)} s`);
const renewalWords = (renewal) => (typeof renewal === 'string' ? renewal : `“${renewal.verbatim}”`);

/** An instant with a live countdown. */
const instant = (text) =>
  text ? element('time', { datetime: text }, `${text.slice(0, 10)} ${clockTime(text)} · ${distance(text)}`) : 'never';

const cards = new Map();

/** An account's card. It is made once: its forms keep what was typed while the facts above them change. */
const cardOf = (id) => {
  const facts = element('dl', {});
  const title = element('h3', {});
  const team = button('Switch workspace', () => run({ command: 'select-team', account: id, selected: team.value !== 'team' }));
  const quick = element('div', { class: 'quick' }, ...QUICK.map(([text, command]) => button(text, () => run({ ...command, account: id }))), team);
  const forms = element('div', { class: 'forms' }, ...ACCOUNT_FORMS.map((form) => commandForm(form, { account: id }).made));
  const remove = button('Remove this account', () => run({ command: 'remove-account', account: id }));
  const more = element('details', {}, element('summary', {}, 'Everything else'), forms, remove);
  return { card: element('article', { class: 'card' }, title, facts, quick, more), title, facts, team };
};

const fact = (name, ...value) => element('div', {}, element('dt', {}, name), element('dd', {}, ...value));

const drawAccount = (account, signedIn) => {
  const { card, title, facts, team } = cards.get(account.id);
  card.classList.toggle('current', signedIn);
  title.replaceChildren(account.id, ' ', element('small', {}, account.plan), ...(signedIn ? [element('mark', {}, 'signed in')] : []));
  team.hidden = !account.team;
  team.value = account['team-selected'] ? 'team' : 'personal';
  const pools = account.pools;
  facts.replaceChildren(
    fact('Fast', `${number(pools.fast)} of ${number(account.allotment)}`),
    fact('Rollover', number(pools.rollover)),
    fact('Top-up', number(pools['top-up'])),
    fact('To come back', number(account['to-be-returned'])),
    fact('Refill due', instant(account.due)),
    fact('Job', jobWords(account.job)),
    fact('Runs', instant(account['runs-at'])),
    fact('Last refill', account['last-refill'] ? instant(account['last-refill']) : 'none yet'),
    fact('Answer', `${account.shape}, ${account.slug}, date ${renewalWords(account.renewal)}`),
  );
};

const drawLog = (requests) => {
  const cell = (text) => element('td', {}, text ?? '');
  const row = (request) =>
    element(
      'tr',
      {},
      cell(clockTime(request.at)),
      cell(`${request.method} ${request.host}${request.path}`),
      cell(request.operation),
      cell(request.origin),
      cell(number(request['body-bytes'])),
      cell(String(request.status ?? '…')),
    );
  byId('log').replaceChildren(...requests.map(row));
};

const siteForms = SITE_FORMS.map((form) => ({ form, ...commandForm(form) }));
byId('site').append(element('div', { class: 'forms' }, ...siteForms.map(({ made }) => made)));
byId('new-account').append(commandForm(NEW_ACCOUNT).made);
byId('sign-out').addEventListener('click', () => run({ command: 'sign-out' }));
byId('one-of-each').addEventListener('click', async () => {
  for (const plan of PLANS) if (!cards.has(plan)) await run({ command: 'add-account', id: plan, plan });
});

let wake;
let asking = false;
let askAgain = false;

/** Fetches the state and draws it. News that arrives meanwhile takes one more round. */
const draw = async () => {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  const state = await (await fetch('/state')).json();
  asking = false;
  clockOffset = Date.parse(state.now) - Date.now();
  const ids = new Set(state.accounts.map(({ id }) => id));
  for (const id of [...cards.keys()]) {
    if (!ids.has(id)) {
      cards.get(id).card.remove();
      cards.delete(id);
    }
  }
  for (const account of state.accounts) {
    if (!cards.has(account.id)) {
      cards.set(account.id, cardOf(account.id));
      byId('accounts').append(cards.get(account.id).card);
    }
    drawAccount(account, account.id === state['signed-in']);
  }
  for (const { form, now } of siteForms) now.textContent = form.now(state.manners);
  drawLog(state.requests);
  tick();
  // The server does not report a refill: it happens when somebody looks. So look when one is due.
  const runs = state.accounts.map((account) => Date.parse(account['runs-at'])).filter(Number.isFinite);
  clearTimeout(wake);
  if (runs.length) wake = setTimeout(draw, Math.min(Math.max(Math.min(...runs) - serverNow(), 0) + 50, 2 ** 31 - 1));
  if (askAgain) {
    askAgain = false;
    draw();
  }
};

const tick = () => {
  byId('clock').textContent = new Date(serverNow()).toISOString().slice(11, 19);
  for (const time of document.querySelectorAll('dd time')) {
    const text = time.getAttribute('datetime');
    time.textContent = `${text.slice(0, 10)} ${clockTime(text)} · ${distance(text)}`;
  }
};
setInterval(tick, 1000);
new EventSource('/events').addEventListener('message', draw);
