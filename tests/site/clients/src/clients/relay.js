// Relay's network layer, with the function from its manual: the request has a text and no name.

import { Network } from 'relay-runtime';
import { BALANCE, GENERATE, GRAPHQL } from '../operations.js';
import { dataOf, run } from '../page.js';

run(({ authorization }) => {
  const network = Network.create(async (params, variables) => {
    const headers = { authorization, 'content-type': 'application/json' };
    const body = JSON.stringify({ query: params.text, variables });
    return (await fetch(GRAPHQL, { method: 'POST', headers, body })).json();
  });
  const ask = async (operationKind, name, text, variables) => {
    const params = { operationKind, name, text, id: null, cacheID: name, metadata: {} };
    return dataOf(await network.execute(params, variables, { force: true }).toPromise());
  };
  return {
    balance: (variables) => ask('query', 'GetUserTokensFromSub', BALANCE, variables),
    generate: (variables) => ask('mutation', 'Generate', GENERATE, variables),
  };
});
