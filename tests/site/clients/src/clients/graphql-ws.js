import { createClient } from 'graphql-ws';
import { balanceBody, generateBody, SOCKET } from '../operations.js';
import { run } from '../page.js';
import { first } from '../subscribed.js';

run(({ authorization }) => {
  const connectionParams = { headers: { Authorization: authorization } };
  const client = createClient({ url: SOCKET, connectionParams, retryAttempts: 0 });
  return {
    balance: (variables) => first((sink) => client.subscribe(balanceBody(variables), sink)),
    generate: (variables) => first((sink) => client.subscribe(generateBody(variables), sink)),
  };
});
