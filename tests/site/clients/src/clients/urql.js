import { fetchExchange } from '@urql/core';
import { run } from '../page.js';
import { byUrql } from '../urql.js';

run(({ authorization }) => byUrql(authorization, [fetchExchange]));
