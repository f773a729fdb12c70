import { fetchExchange } from '@urql/core';
import { DEFERRED_BALANCE } from '../operations.js';
import { run } from '../page.js';
import { byUrql } from '../urql.js';

run(({ authorization }) => byUrql(authorization, [fetchExchange], DEFERRED_BALANCE));
