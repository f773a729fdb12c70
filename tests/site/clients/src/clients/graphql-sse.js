import { createClient } from 'graphql-sse';
import { balanceBody, GRAPHQL, generateBody } from '../operations.js';
import { run } from '../page.js';
import { first } from '../subscribed.js';

run(({ authorization }) => {
  const client = createClient({ url: GRAPHQL, headers: { authorization }, retryAttempts: 0 });
  return {
    balance: (variables) => first((sink) => client.subscribe(balanceBody(variables), sink)),
    generate: (variables) => first((sink) => client.subscribe(generateBody(variables), sink)),
  };
});
