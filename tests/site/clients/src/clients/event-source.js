// An EventSource, which carries everything in its address.

import { balanceBody, GRAPHQL, generateBody } from '../operations.js';
import { dataOf, run } from '../page.js';

run(({ token }) => {
  const ask = ({ operationName, query, variables }) =>
    new Promise((resolve, reject) => {
      const asked = new URLSearchParams({ operationName, query, variables: JSON.stringify(variables), token });
      const source = new EventSource(`${GRAPHQL}?${asked}`);
      source.addEventListener('next', (event) => {
        source.close();
        try {
          resolve(dataOf(JSON.parse(event.data)));
        } catch (error) {
          reject(error);
        }
      });
      source.addEventListener('error', () => {
        source.close();
        reject(new Error('the event source failed'));
      });
    });
  return {
    balance: (variables) => ask(balanceBody(variables)),
    generate: (variables) => ask(generateBody(variables)),
  };
});
