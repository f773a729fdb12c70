// axios, with either of its two adapters for browsers.

import axios from 'axios';
import { balanceBody, GRAPHQL, generateBody } from './operations.js';
import { dataOf } from './page.js';

/** Both operations through axios. */
export const byAxios = (authorization, adapter) => {
  const client = axios.create({ adapter, headers: { authorization } });
  const ask = async (body) => dataOf((await client.post(GRAPHQL, body)).data);
  return {
    balance: (variables) => ask(balanceBody(variables)),
    generate: (variables) => ask(generateBody(variables)),
  };
};
