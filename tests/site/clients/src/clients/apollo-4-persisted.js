// Operations by hash, with their names but without their text.

import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { byApollo } from '../apollo.js';
import { BALANCE_HASH, GENERATE_HASH, GRAPHQL } from '../operations.js';
import { run } from '../page.js';

const hashes = { GetUserTokensFromSub: BALANCE_HASH, Generate: GENERATE_HASH };
const nameOf = (document) => document.definitions.find(({ kind }) => kind === 'OperationDefinition').name.value;
const hashed = new PersistedQueryLink({ generateHash: (document) => hashes[nameOf(document)] });

run(({ authorization }) =>
  byApollo(
    { ApolloClient, InMemoryCache, gql },
    ApolloLink.from([hashed, new HttpLink({ uri: GRAPHQL, headers: { authorization } })]),
  ));
