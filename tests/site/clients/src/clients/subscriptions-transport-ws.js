import { SubscriptionClient } from 'subscriptions-transport-ws';
import { balanceBody, generateBody, SOCKET } from '../operations.js';
import { run } from '../page.js';
import { first } from '../subscribed.js';

run(({ authorization }) => {
  const client = new SubscriptionClient(SOCKET, { connectionParams: { headers: { Authorization: authorization } } });
  return {
    balance: (variables) => first((sink) => client.request(balanceBody(variables)).subscribe(sink)),
    generate: (variables) => first((sink) => client.request(generateBody(variables)).subscribe(sink)),
  };
});
