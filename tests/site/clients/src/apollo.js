// Apollo Client, either version: the differences are passed in.

import { BALANCE, GENERATE } from './operations.js';
import { dataOf } from './page.js';

/** Both operations through an Apollo client. */
export const byApollo = ({ ApolloClient, InMemoryCache, gql }, link, more = {}, balance = BALANCE) => {
  const client = new ApolloClient({ cache: new InMemoryCache(), link, ...more });
  return {
    balance: async (variables) =>
      dataOf(await client.query({ query: gql(balance), variables, fetchPolicy: 'network-only' })),
    generate: async (variables) => dataOf(await client.mutate({ mutation: gql(GENERATE), variables })),
  };
};
