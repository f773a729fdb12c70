// urql, over the exchanges that a page gives it.

import { Client } from '@urql/core';
import { BALANCE, GENERATE, GRAPHQL } from './operations.js';
import { dataOf } from './page.js';

/** Both operations through urql. A deferred answer comes in parts, and the last one is the whole. */
export const byUrql = (authorization, exchanges, balance = BALANCE) => {
  const client = new Client({
    url: GRAPHQL,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization } },
    exchanges,
  });
  return {
    balance: (variables) =>
      new Promise((resolve, reject) => {
        let ended = () => {};
        const { unsubscribe } = client
          .query(balance, variables, { requestPolicy: 'network-only' })
          .subscribe((result) => {
            if (result.hasNext) return;
            try {
              resolve(dataOf(result));
            } catch (error) {
              reject(error);
            }
            ended();
          });
        ended = unsubscribe;
      }),
    generate: async (variables) => dataOf(await client.mutation(GENERATE, variables)),
  };
};
