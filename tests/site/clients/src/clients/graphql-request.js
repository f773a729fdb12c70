import { gql, GraphQLClient } from 'graphql-request';
import { BALANCE, GENERATE, GRAPHQL } from '../operations.js';
import { run } from '../page.js';

run(({ authorization }) => {
  const client = new GraphQLClient(GRAPHQL, { headers: { authorization } });
  return {
    balance: (variables) => client.request(gql`${BALANCE}`, variables),
    generate: (variables) => client.request(gql`${GENERATE}`, variables),
  };
});
