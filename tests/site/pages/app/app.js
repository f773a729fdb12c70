// The app: four pages behind one document, changed by pushState as the real app does.

import { ask, settings } from './api.js';
import * as tokens from './tokens.js';
import * as views from './views.js';

const main = document.querySelector('.c-main');
const side = document.querySelector('[data-stand-in="side-tokens"]');
const toasts = document.querySelector('.c-toasts');
const pictures = views.gallery();
const made = [];
let feed = [];

const complain = (text) => toasts.replaceChildren(views.toast(text));

const GENERATE = `mutation CreateSDGenerationJob($prompt: String!) { sdGenerationJob(arg1: {prompt: $prompt}) {
  generationId apiCreditCost __typename } }`;

const generate = async (prompt) => {
  const wanted = prompt || 'a quiet landscape';
  try {
    const { sdGenerationJob: job } = await ask('CreateSDGenerationJob', GENERATE, { prompt: wanted });
    tokens.spent(8);
    made.unshift({ url: `/art/${parseInt(job.generationId.slice(-6), 16)}.svg`, prompt: wanted });
    toasts.replaceChildren();
    showPictures();
  } catch (error) {
    complain(
      error.message === 'not enough tokens' ? 'You do not have enough tokens.' : 'Something went wrong. Please try again.',
    );
  }
};

const PAGES = {
  '/': () => views.home(settings.name, views.promptBar(generate), pictures.holder),
  '/image-generation': () => views.tools(tokens.counter(), views.promptBar(generate), pictures.holder),
  '/api-access': () => views.apiAccess(tokens.counter(), settings.apiCredits),
  '/settings': () => views.settingsPage(tokens.counter(), settings.name, settings.plan),
};

const showPictures = () => pictures.fill(location.pathname === '/' ? [...made, ...feed] : made);

/** Draws the present page from nothing: every element is new, the counter too. */
const draw = () => {
  const path = location.pathname;
  main.replaceChildren(...PAGES[path]());
  showPictures();
  side.replaceChildren(...(path === '/' ? [tokens.counter()] : []));
  for (const link of document.querySelectorAll('.c-nav a')) {
    if (link.pathname === path) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
};

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="/"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  draw();
});
addEventListener('popstate', draw);

document.querySelector('.c-who').append(settings.name, views.element('small', {}, settings.plan));
document.querySelector('.c-face').textContent = settings.name.slice(0, 1);
draw();
tokens.load();

const FEED = 'query GetFeedImages { generated_images(limit: 6) { id prompt likeCount url user { id username } } viewer { id email newsCount } }';
try {
  feed = (await ask('GetFeedImages', FEED)).generated_images;
  showPictures();
} catch {
  // A page without a feed still works.
}
