import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { byApollo } from '../apollo.js';
import { GRAPHQL } from '../operations.js';
import { run } from '../page.js';

run(({ authorization }) =>
  byApollo({ ApolloClient, InMemoryCache, gql }, new HttpLink({ uri: GRAPHQL, headers: { authorization } })));
