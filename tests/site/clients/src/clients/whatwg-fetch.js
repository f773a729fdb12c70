// The `fetch` polyfill that some bundles install: an XMLHttpRequest that answers with a blob.

import { fetch as polyfill } from 'whatwg-fetch';
import { balanceBody, GRAPHQL, generateBody } from '../operations.js';
import { dataOf, run } from '../page.js';

run(({ authorization }) => {
  const ask = async (body) => {
    const headers = { authorization, 'content-type': 'application/json' };
    return dataOf(await (await polyfill(GRAPHQL, { method: 'POST', headers, body: JSON.stringify(body) })).json());
  };
  return {
    balance: (variables) => ask(balanceBody(variables)),
    generate: (variables) => ask(generateBody(variables)),
  };
});
