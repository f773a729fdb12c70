// The commands as forms. One entry per command: its title, its fields, and how their values become the command's
// JSON. A field is [name, label, kind, start]; a kind is 'number', 'text', 'check', or a list of choices.

export const PLANS = ['free', 'essential', 'premium', 'ultimate', 'team'];
const SHAPES = ['live', 'flat', 'rich', 'sparse', 'nested', 'team-memberships', 'teams', 'teams-alone', 'rest'];
const FAULTS = [
  'none', 'invalid-jwt', 'html-429', 'offline', 'slow', 'truncated', 'no-balance', 'empty-list', 'nulls',
  'wrong-types', 'numbers-as-text', 'negative', 'fractions', 'huge-number', 'big-body',
];

/** Without the fields left empty. */
const given = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

/** What can be done to an account with values of your own; `account` is filled in. */
export const ACCOUNT_FORMS = [
  {
    title: 'Set pools',
    fields: [['fast', 'Fast', 'number'], ['rollover', 'Rollover', 'number'], ['top-up', 'Top-up', 'number'], ['api', 'API credits', 'number']],
    command: (pools) => ({ command: 'set-pools', pools: given(pools) }),
  },
  {
    title: 'Next refill due',
    fields: [['seconds', 'In seconds', 'number', 30], ['at', 'or at (UTC)', 'text']],
    command: ({ seconds, at }) => ({ command: 'set-due', due: at ? { at } : { 'in-seconds': seconds ?? 0 } }),
  },
  {
    title: 'Refill job late by',
    fields: [['seconds', 'Seconds', 'number', 2820]],
    command: ({ seconds }) => ({ command: 'set-refill-job', job: { late: { seconds: seconds ?? 0 } } }),
  },
  {
    title: 'Refill now with',
    fields: [['fast', 'Fast tokens', 'number', 90]],
    command: ({ fast }) => ({ command: 'refill-now', fast }),
  },
  {
    title: 'Renewal date',
    fields: [['renewal', 'Says', ['usual', 'visible', 'null', 'absent', 'past', 'verbatim']], ['text', 'Verbatim', 'text', '2026-11-23T00:00:00.123456']],
    command: ({ renewal, text }) => ({ command: 'renewal', renewal: renewal === 'verbatim' ? { verbatim: text ?? '' } : renewal }),
  },
  {
    title: 'Answer',
    fields: [['shape', 'Shape', SHAPES]],
    command: ({ shape }) => ({ command: 'shape', shape }),
  },
  {
    title: 'Plan slug',
    fields: [['slug', 'Says', 'text', 'BASIC']],
    command: ({ slug }) => ({ command: 'plan-slug', slug: slug ?? '' }),
  },
  {
    title: 'Change plan',
    fields: [['plan', 'To', PLANS.slice(0, 4)], ['fast', 'Fast (else allotment)', 'number']],
    command: ({ plan, fast }) => ({ command: 'change-plan', plan, fast }),
  },
  {
    title: 'Spend elsewhere',
    fields: [['tokens', 'Tokens', 'number', 40]],
    command: ({ tokens }) => ({ command: 'spend-elsewhere', tokens: tokens ?? 0 }),
  },
  {
    title: 'Top up',
    fields: [['tokens', 'Tokens', 'number', 500]],
    command: ({ tokens }) => ({ command: 'top-up', tokens: tokens ?? 0 }),
  },
];

/** Settings of the whole site. `now` describes the present state. */
export const SITE_FORMS = [
  {
    title: 'Fault',
    fields: [['fault', 'Answers', FAULTS], ['ms', 'Slow by (ms)', 'number', 5000], ['on', 'Of', ['everything', 'balance', 'generate', 'bystander', 'feed']]],
    command: ({ fault, ms, on }) => ({ command: 'fault', fault: fault === 'slow' ? { slow: { ms: ms ?? 0 } } : fault, on }),
    now: (manners) => `${typeof manners.fault === 'string' ? manners.fault : `slow by ${manners.fault.slow.ms} ms`}, ${manners['fault-on']}`,
  },
  {
    title: 'App asks by',
    fields: [['transport', 'Transport', ['fetch', 'xhr', 'web-socket', 'live-socket']]],
    command: ({ transport }) => ({ command: 'transport', transport }),
    now: (manners) => manners.transport,
  },
  {
    title: 'Counter',
    fields: [
      ['shows', 'Shows', ['total', 'fast', 'fast-and-top-up', 'fast-and-rollover']],
      ['grouping', 'Digits', ['none', 'comma', 'dot', 'space', 'wide-space', 'compact', 'compact-lower', 'arabic']],
      ['place', 'Place', ['usual', 'bottom-left', 'top-right', 'centre', 'breakdown', 'missing']],
      ['markup', 'Markup', ['button', 'text', 'split-texts', 'groups', 'digits', 'label']],
      ['frozen', 'Stuck at', 'number'],
    ],
    command: (counter) => ({ command: 'counter', ...counter }),
    now: ({ counter }) => `${counter.shows}, ${counter.grouping}, ${counter.place}, ${counter.markup}${counter.frozen === null ? '' : `, stuck at ${counter.frozen}`}`,
  },
  {
    title: 'App',
    fields: [
      ['language', 'Language', ['en', 'de', 'ja', 'ar']],
      ['first-html', 'First HTML', ['waiting', 'embedded']],
      ['fetch', 'Its fetch', ['plain', 'captured', 'patched', 'patched-twice', 'framed']],
      ['upheaval', 'Document', ['none', 'rewritten', 'new-body', 'swept']],
      ['react', 'React', ['production', 'development']],
      ['storable', 'Storable', 'check'],
      ['isolated', 'Isolated', 'check'],
      ['trusted-types', 'Trusted Types', 'check'],
    ],
    command: (app) => ({ command: 'app', ...app }),
    now: ({ app }) =>
      Object.entries(app)
        .filter(([, value]) => value !== false && !['en', 'waiting', 'plain', 'none', 'production'].includes(value))
        .map(([name, value]) => (value === true ? name : value))
        .join(', ') || 'as usual',
  },
  {
    title: 'App keeps its balance for',
    fields: [['cache', 'The', ['page', 'session']]],
    command: ({ cache }) => ({ command: 'cache', cache }),
    now: (manners) => manners.cache,
  },
  {
    title: 'Colours',
    fields: [['theme', 'Theme', ['dark', 'light']]],
    command: ({ theme }) => ({ command: 'theme', theme }),
    now: (manners) => manners.theme,
  },
  {
    title: 'Generation tells its cost by',
    fields: [['cost', 'Field', ['text', 'dollars', 'api-credit-cost', 'cost-amount', 'untold']]],
    command: ({ cost }) => ({ command: 'cost', cost }),
    now: (manners) => manners.cost,
  },
  {
    title: 'Generation’s cost is booked',
    fields: [['ms', 'After (ms; else at once)', 'number', 300]],
    command: ({ ms }) => ({ command: 'booking', booking: ms === null ? 'at-once' : { after: { ms } } }),
    now: ({ booking }) => (booking.after ? `after ${booking.after.ms} ms` : booking),
  },
  {
    title: 'Generations fail',
    fields: [['seconds', 'Cost back after (s; else none fail)', 'number', 180]],
    command: ({ seconds }) => ({ command: 'failed-generations', returned: seconds === null ? null : { 'after-seconds': seconds } }),
    now: ({ returned }) => (returned ? `cost back after ${returned['after-seconds']} s` : 'none fails'),
  },
  {
    title: 'Balance out of a cache',
    fields: [['seconds', 'Older by (s; else no cache)', 'number', 900], ['age', 'Tells Age', 'check']],
    command: ({ seconds, age }) => ({ command: 'kept-answers', kept: seconds === null ? null : { 'older-by-seconds': seconds, 'tells-age': age } }),
    now: ({ kept }) => (kept ? `older by ${kept['older-by-seconds']} s${kept['tells-age'] ? ', with Age' : ''}` : 'no cache'),
  },
  {
    title: 'What the app asks besides',
    fields: [['bystanders', 'Operations', ['fail', 'succeed', 'absent']]],
    command: ({ bystanders }) => ({ command: 'bystanders', bystanders }),
    now: (manners) => manners.bystanders,
  },
  {
    title: 'Server’s Date header',
    fields: [['offset_seconds', 'Off by (s)', 'number', 0], ['exposed', 'Readable', 'check']],
    command: ({ offset_seconds, exposed }) => ({ command: 'server-date', offset_seconds: offset_seconds ?? 0, exposed }),
    now: (manners) => `off by ${manners['date-offset-seconds']} s, ${manners['date-exposed'] ? 'readable' : 'hidden'}`,
  },
];

/** A new account. */
export const NEW_ACCOUNT = {
  title: 'Add account',
  fields: [['id', 'Id', 'text', 'ana'], ['plan', 'Plan', PLANS], ['fast', 'Fast (else full)', 'number'], ['seconds', 'Due in seconds (else usual)', 'number']],
  command: ({ id, plan, fast, seconds }) => ({
    command: 'add-account',
    id: id ?? '',
    plan,
    pools: given({ fast }),
    due: seconds === null ? null : { 'in-seconds': seconds },
  }),
};

/** The small tasks that a demonstration needs, one click each. */
export const QUICK = [
  ['Sign in', { command: 'sign-in' }],
  ['Due in 30 s', { command: 'set-due', due: { 'in-seconds': 30 } }],
  ['Job on time', { command: 'set-refill-job', job: 'on-time' }],
  ['Late by 5 min', { command: 'set-refill-job', job: { late: { seconds: 300 } } }],
  ['Never', { command: 'set-refill-job', job: 'never' }],
  ['Refill now', { command: 'refill-now' }],
  ['Spend 8 elsewhere', { command: 'spend-elsewhere', tokens: 8 }],
  ['Give back now', { command: 'give-back' }],
  ['Join a team', { command: 'join-team' }],
  ['Top up 1,000', { command: 'top-up', tokens: 1000 }],
  ['Empty fast', { command: 'set-pools', pools: { fast: 0 } }],
];
