// What the pages look like: elements only. What they do is handed in.

/** An element with attributes and children. */
export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

const picture = (image) =>
  element(
    'figure',
    { class: 'c-tile' },
    element('img', { src: image.url, alt: image.prompt, loading: 'lazy', width: 320, height: 320 }),
    element('figcaption', {}, image.prompt),
  );

/** The pictures of a page; `fill` changes them in place, so that nothing around them is made anew. */
export const gallery = () => {
  const holder = element('div', { 'data-stand-in': 'gallery' });
  const fill = (images) =>
    holder.replaceChildren(
      images.length
        ? element('div', { class: 'c-gallery' }, ...images.map(picture))
        : element('p', { class: 'c-empty' }, 'Your pictures will appear here.'),
    );
  return { holder, fill };
};

/** The prompt with its button; `generate` gets the text. */
export const promptBar = (generate) => {
  const field = element('textarea', {
    class: 'c-prompt',
    rows: 2,
    placeholder: 'Type a prompt…',
    'aria-label': 'Prompt',
    'data-stand-in': 'prompt',
  });
  const button = element(
    'button',
    { class: 'c-primary c-generate', 'data-stand-in': 'generate' },
    'Generate ',
    element('small', {}, '8'),
  );
  const form = element('form', { class: 'c-bar' }, field, button);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    await generate(field.value);
    button.disabled = false;
  });
  return form;
};

/** The home page: a greeting, the prompt, the feed. The counter stands in the sidebar. */
export const home = (name, bar, pictures) => [
  element('section', { class: 'c-hero' }, element('h1', {}, `What will you create, ${name}?`), bar),
  element('h2', {}, 'Community creations'),
  pictures,
];

/** The tool: the counter at the top right, choices at the left, results below the prompt. */
export const tools = (counter, bar, pictures) => {
  const choice = (title, options) =>
    element(
      'fieldset',
      { class: 'c-choice' },
      element('legend', {}, title),
      ...options.map((option, first) =>
        element('button', { type: 'button', 'aria-pressed': String(first === 0) }, option),
      ),
    );
  const choices = element(
    'div',
    { class: 'c-choices' },
    choice('Model', ['Phoenix', 'Lucid', 'Kino']),
    choice('Style', ['Dynamic', 'Film', 'Paper', 'None']),
    choice('Size', ['1:1', '3:2', '16:9']),
    choice('Pictures', ['1', '2', '4']),
  );
  return [
    element('header', { class: 'c-top' }, element('h1', {}, 'Image creation'), counter),
    element('div', { class: 'c-tool' }, choices, element('div', { class: 'c-work' }, bar, pictures)),
  ];
};

/** The API page, whose credits are not the app's tokens. */
export const apiAccess = (counter, credits) => [
  element('header', { class: 'c-top' }, element('h1', {}, 'API access'), counter),
  element(
    'section',
    { class: 'c-panel' },
    element('h2', {}, 'API credits'),
    element('p', { class: 'c-large' }, `$${credits}`),
    element('p', {}, 'API credits are bought separately and do not refill with your plan.'),
  ),
];

/** The settings page. */
export const settingsPage = (counter, name, plan) => [
  element('header', { class: 'c-top' }, element('h1', {}, 'Settings'), counter),
  element(
    'section',
    { class: 'c-panel' },
    element('h2', {}, 'Account'),
    element('p', {}, `Signed in as ${name}.`),
    element('p', {}, `My Plan: ${plan}`),
  ),
];

/** A note that goes away when it is clicked. */
export const toast = (text) => {
  const note = element('button', { class: 'c-toast', type: 'button', 'data-stand-in': 'toast' }, text);
  note.addEventListener('click', () => note.remove());
  return note;
};
