// How the app talks to its API: by fetch, by XMLHttpRequest or over a WebSocket; always cross-origin, always with a
// bearer token. Also what its cache keeps.

import { createClient as createSocket } from 'graphql-ws';
import { Client, cacheExchange, createRequest, fetchExchange, gql, ssrExchange, subscriptionExchange } from 'urql';

const GRAPHQL = 'https://api.leonardo.ai/v1/graphql';
const SOCKET = 'wss://api.leonardo.ai/v1/graphql';
const REST = 'https://cloud.leonardo.ai/api/rest/v1/me';

const details = (id) => `user_details(where: {auth0Id: {_eq: $sub}}) {
  ${id} plan tokenRenewalDate subscriptionTokens rolloverTokens paidTokens streamTokens subscriptionGptTokens
  subscriptionModelTokens __typename }`;
const TODAY = `${details('')} teams { akUUID paidTokens subscriptionTokens rolloverTokens __typename }`;

/** The balance query: today's, or the one from when the answer had another shape. */
const balanceBy = (kind, settings) =>
  gql`${kind} GetUserTokensFromSub($sub: String) { ${settings.balance === 'live' ? TODAY : details('id')} }`;
export const balanceOf = (settings) => balanceBy('query', settings);
export const liveBalanceOf = (settings) => balanceBy('subscription', settings);
export const variablesOf = (settings) => ({ sub: settings.sub });

export const GENERATE = gql`mutation Generate($prompt: String!) {
  generate(request: {prompt: $prompt}) { generationId apiCreditCost cost { amount unit } __typename } }`;
export const FEED = gql`query GetFeedImages {
  generated_images(limit: 6) { id prompt likeCount url user { id username } } viewer { id email newsCount } }`;

/** Other queries: names and texts that mention tokens, answers that say nothing about the balance. */
const BYSTANDERS = [
  gql`query GetUserTeams($sub: String) { teams(where: {sub: {_eq: $sub}}) { akUUID teamName } }`,
  gql`mutation UpdateUserDetails($sub: String) {
    update_user_details(where: {auth0Id: {_eq: $sub}}, _set: {interests: "{}"}) { affected_rows } }`,
  gql`query GetTopUpTokens { top_up_packs { tokens price } }`,
  gql`mutation GenerateAgain($sub: String) {
    generate(request: {again: true}) { generationId cost { amount unit }
      user { user_details(where: {auth0Id: {_eq: $sub}}) { subscriptionTokens paidTokens } } } }`,
];

/** Sends one. Nothing on the page depends on the answer. */
export const askBystanders = (client, settings) => {
  for (const document of BYSTANDERS) {
    const { operation } = document.definitions[0];
    const ask = operation === 'mutation' ? client.mutation : client.query;
    ask.call(client, document, variablesOf(settings)).toPromise();
  }
};

let session;

/** The session is requested once per page load; its answer has the API token. */
const bearer = async () => {
  session ??= fetch('/api/auth/get-session').then((response) => response.json());
  return `Bearer ${(await session).accessToken}`;
};

const byXhr = (url, { method = 'GET', headers, body }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.addEventListener('load', () => {
      const type = request.getResponseHeader('content-type') ?? '';
      resolve(new Response(request.responseText, { status: request.status, headers: { 'content-type': type } }));
    });
    request.addEventListener('error', () => reject(new TypeError('The network failed')));
    request.send(body);
  });

/** The `fetch` of another window, which nobody has patched. */
let untouched;
const byFrame = (url, init) => {
  if (!untouched) {
    const frame = document.createElement('iframe');
    frame.hidden = true;
    document.body.append(frame);
    untouched = frame.contentWindow.fetch.bind(frame.contentWindow);
  }
  return untouched(url, init);
};

const transportOf = (settings) => {
  if (settings.transport === 'xhr') return byXhr;
  if (settings.fetch === 'captured') return window.standInFetch;
  if (settings.fetch === 'framed') return byFrame;
  // Looked up at each call, so that a later patch is used.
  return (url, init) => window.fetch(url, init);
};

const send = async (settings, url, init = {}) => {
  const headers = { ...init.headers, authorization: await bearer() };
  if (settings.team) headers['x-leonardo-team-id'] = settings.team;
  return transportOf(settings)(url, { ...init, headers });
};

/** The REST endpoint that tells some accounts their balance. */
export const askRest = async (settings) => {
  const response = await send(settings, REST);
  if (response.status !== 200) throw new Error(`The API answered ${response.status}`);
  return response.json();
};

const overSocket = (settings) => {
  let socket;
  const connectionParams = async () => {
    const headers = { Authorization: await bearer() };
    if (settings.team) headers['x-leonardo-team-id'] = settings.team;
    return { headers };
  };
  return subscriptionExchange({
    enableAllOperations: true,
    forwardSubscription({ operationName, query, variables }) {
      socket ??= createSocket({ url: SOCKET, connectionParams, retryAttempts: 0 });
      return { subscribe: (sink) => ({ unsubscribe: socket.subscribe({ operationName, query, variables }, sink) }) };
    },
  });
};

/** What goes into the cache from outside: a balance from elsewhere or earlier. */
const filled = (settings, answer) => {
  const { key } = createRequest(balanceOf(settings), variablesOf(settings));
  return { [key]: { data: JSON.stringify(answer) } };
};

/** The client with its cache; `first` is the balance answer that the HTML carried, if any. */
export const makeClient = (settings, first) => {
  const outside = ssrExchange({ isClient: true, initialState: first ? filled(settings, first) : undefined });
  const bySocket = settings.transport === 'web-socket' || settings.transport === 'live-socket';
  const client = new Client({
    url: GRAPHQL,
    preferGetMethod: false,
    fetch: (url, init) => send(settings, url, init),
    exchanges: [cacheExchange, outside, bySocket ? overSocket(settings) : fetchExchange],
  });
  client.restore = (answer) => outside.restoreData(filled(settings, answer));
  return client;
};
