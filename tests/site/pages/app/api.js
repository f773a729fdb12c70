// How the app talks to its API: by fetch or by XMLHttpRequest, always cross-origin, always with a bearer token.

export const settings = document.documentElement.dataset;

let session;

/** The session is asked for once per page load; its answer holds the token for the API. */
const bearer = async () => {
  session ??= fetch('/api/auth/get-session').then((response) => response.json());
  return (await session).accessToken;
};

const byFetch = async (method, url, headers, body) => {
  const response = await fetch(url, { method, headers, body });
  return { status: response.status, text: await response.text() };
};

const byXhr = (method, url, headers, body) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.addEventListener('load', () => resolve({ status: request.status, text: request.responseText }));
    request.addEventListener('error', () => reject(new TypeError('The network failed')));
    request.send(body);
  });

const send = async (method, url, body) => {
  const headers = { authorization: `Bearer ${await bearer()}` };
  if (body) headers['content-type'] = 'application/json';
  if (settings.team) headers['x-leonardo-team-id'] = settings.team;
  const transport = settings.transport === 'xhr' ? byXhr : byFetch;
  const { status, text } = await transport(method, url, headers, body);
  if (status !== 200) throw new Error(`The API answered ${status}`);
  const answer = JSON.parse(text);
  if (answer.errors) throw new Error(answer.errors[0].message);
  return answer.data ?? answer;
};

/** One GraphQL operation; rejects when the answer is an error of any kind. */
export const ask = (operationName, query, variables = {}) =>
  send('POST', 'https://api.leonardo.ai/v1/graphql', JSON.stringify({ operationName, query, variables }));

/** The REST endpoint that some accounts are told their balance by. */
export const askRest = () => send('GET', 'https://cloud.leonardo.ai/api/rest/v1/me');
