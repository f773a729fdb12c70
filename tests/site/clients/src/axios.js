// axios, over either of the two ways by which it asks in a browser.

import axios from 'axios';
import { balanceBody, GRAPHQL, generateBody } from './operations.js';
import { dataOf } from './page.js';

/** The two questions by axios. */
export const byAxios = (authorization, adapter) => {
  const client = axios.create({ adapter, headers: { authorization } });
  const ask = async (body) => dataOf((await client.post(GRAPHQL, body)).data);
  return {
    balance: (variables) => ask(balanceBody(variables)),
    generate: (variables) => ask(generateBody(variables)),
  };
};
