import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { BatchHttpLink } from '@apollo/client/link/batch-http';
import { byApollo } from '../apollo.js';
import { GRAPHQL } from '../operations.js';
import { run } from '../page.js';

run(({ authorization }) =>
  byApollo({ ApolloClient, InMemoryCache, gql }, new BatchHttpLink({ uri: GRAPHQL, headers: { authorization } })));
