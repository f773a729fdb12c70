// Only a hash: no text, no name.

import { BALANCE_HASH, GENERATE_HASH, GRAPHQL } from '../operations.js';
import { dataOf, run } from '../page.js';

run(({ authorization }) => {
  const ask = async (hash, variables) => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };
    const headers = { authorization, 'content-type': 'application/json' };
    const response = await fetch(GRAPHQL, { method: 'POST', headers, body: JSON.stringify({ variables, extensions }) });
    return dataOf(await response.json());
  };
  return {
    balance: (variables) => ask(BALANCE_HASH, variables),
    generate: (variables) => ask(GENERATE_HASH, variables),
  };
});
