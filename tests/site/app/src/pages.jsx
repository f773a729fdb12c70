// The pages: what they show, and the prompt that spends tokens.

import { useEffect, useRef, useState } from 'react';
import { useMutation } from 'urql';
import { useBalance } from './balance.jsx';
import { GENERATE } from './client.js';
import styles from './hashed.module.css';
import { CounterAt } from './tokens.jsx';
import { wordsOf } from './words.js';

const PRICE = 8;

/** The prompt with its button. */
const PromptBar = ({ settings, onMade, onFailure }) => {
  const words = wordsOf(settings.language);
  const [text, setText] = useState('');
  const [{ fetching }, generate] = useMutation(GENERATE);
  const { spend } = useBalance();
  const submit = async (event) => {
    event.preventDefault();
    const prompt = text || 'a quiet landscape';
    const { data, error } = await generate({ prompt });
    if (error) {
      const poor = error.graphQLErrors[0]?.message === 'not enough tokens';
      onFailure(poor ? 'You do not have enough tokens.' : 'Something went wrong. Please try again.');
      return;
    }
    spend(PRICE);
    const id = data.generate.generationId;
    onMade({ url: `/art/${parseInt(id.slice(-6), 16)}.svg`, prompt });
  };
  return (
    <form className={styles.bar} onSubmit={submit}>
      <textarea
        className={styles.prompt}
        rows={2}
        placeholder={words.prompt}
        aria-label={words.prompt}
        data-stand-in="prompt"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button className={`${styles.primary} ${styles.generate}`} data-stand-in="generate" disabled={fetching}>
        {words.generate} <small>{PRICE}</small>
      </button>
    </form>
  );
};

const Gallery = ({ images }) => (
  <div data-stand-in="gallery">
    {images.length ? (
      <div className={styles.gallery}>
        {images.map(({ url, prompt }) => (
          <figure className={styles.tile} key={url}>
            <img src={url} alt={prompt} loading="lazy" width="320" height="320" />
            <figcaption>{prompt}</figcaption>
          </figure>
        ))}
      </div>
    ) : (
      <p className={styles.empty}>Your pictures will appear here.</p>
    )}
  </div>
);

/** The home page: a greeting, the prompt, the feed. The counter is usually in the sidebar. */
const Home = ({ settings, made, feed, ...bar }) => (
  <>
    <section className={styles.hero}>
      <h1>{`${wordsOf(settings.language).hello} ${settings.name}?`}</h1>
      <PromptBar settings={settings} {...bar} />
    </section>
    <h2>Community creations</h2>
    <Gallery images={[...made, ...feed]} />
  </>
);

const Choice = ({ title, options }) => {
  const [chosen, choose] = useState(0);
  return (
    <fieldset className={styles.choice}>
      <legend>{title}</legend>
      {options.map((option, place) => (
        <button type="button" key={option} aria-pressed={place === chosen} onClick={() => choose(place)}>
          {option}
        </button>
      ))}
    </fieldset>
  );
};

/** A text field that the app fills with the last input once it runs. */
const Avoided = () => {
  const [text, setText] = useState('');
  useEffect(() => setText('blurry'), []);
  return (
    <label className={styles.choice}>
      Avoid{' '}
      <input type="text" data-stand-in="avoid" value={text} onChange={(event) => setText(event.target.value)} />
    </label>
  );
};

/** The tool: choices on the left, results below the prompt. */
const Tools = ({ settings, made, ...bar }) => (
  <div className={styles.tool}>
    <div>
      <Choice title="Model" options={['Phoenix', 'Lucid', 'Kino']} />
      <Choice title="Style" options={['Dynamic', 'Film', 'Paper', 'None']} />
      <Choice title="Size" options={['1:1', '3:2', '16:9']} />
      <Choice title="Pictures" options={['1', '2', '4']} />
      <Avoided />
    </div>
    <div className={styles.work}>
      <PromptBar settings={settings} {...bar} />
      <Gallery images={made} />
    </div>
  </div>
);

/** The API page, whose credits are not the app's tokens. */
const ApiAccess = ({ settings }) => (
  <section className={styles.panel}>
    <h2>API credits</h2>
    <p className={styles.large}>{`$${settings['api-credits']}`}</p>
    <p>API credits are bought separately and do not refill with your plan.</p>
  </section>
);

const Settings = ({ settings }) => (
  <section className={styles.panel}>
    <h2>Account</h2>
    <p>{`Signed in as ${settings.name}.`}</p>
    <p>{`My Plan: ${settings.plan}`}</p>
  </section>
);

/** A full-screen video. */
const Video = () => {
  const screen = useRef(null);
  return (
    <section className={styles.panel}>
      <video className={styles.video} ref={screen} data-stand-in="video" />
      <button
        className={styles.primary}
        type="button"
        data-stand-in="full-screen"
        onClick={() => screen.current.requestFullscreen()}
      >
        Full screen
      </button>
    </section>
  );
};

/** Every page by path, with its name. */
export const PAGES = {
  '/': { word: 'home', link: 'to-home', Page: Home },
  '/image-generation': { word: 'tools', link: 'to-tools', Page: Tools },
  '/api-access': { word: 'api', link: 'to-api', Page: ApiAccess },
  '/settings': { word: 'settings', link: 'to-settings', Page: Settings },
  '/video': { word: 'video', link: 'to-video', Page: Video },
};

/** A page with its head; the home page has none, as its counter is elsewhere. */
export const Shown = ({ path, settings, ...more }) => {
  const { word, Page } = PAGES[path] ?? PAGES['/'];
  return (
    <>
      <header className={styles.top}>
        {Page !== Home && <h1>{wordsOf(settings.language)[word]}</h1>}
        <CounterAt place="top-right" path={path} settings={settings} />
      </header>
      <div className={styles.middle}>
        <CounterAt place="centre" path={path} settings={settings} />
      </div>
      <Page settings={settings} {...more} />
    </>
  );
};
