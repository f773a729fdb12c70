import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { Defer20220824Handler } from '@apollo/client/incremental';
import { byApollo } from '../apollo.js';
import { DEFERRED_BALANCE, GRAPHQL } from '../operations.js';
import { run } from '../page.js';

run(({ authorization }) =>
  byApollo(
    { ApolloClient, InMemoryCache, gql },
    new HttpLink({ uri: GRAPHQL, headers: { authorization } }),
    { incrementalHandler: new Defer20220824Handler() },
    DEFERRED_BALANCE,
  ));
