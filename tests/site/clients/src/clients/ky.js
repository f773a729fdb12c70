import ky from 'ky';
import { balanceBody, GRAPHQL, generateBody } from '../operations.js';
import { dataOf, run } from '../page.js';

run(({ authorization }) => {
  const ask = async (json) => dataOf(await ky.post(GRAPHQL, { json, headers: { authorization } }).json());
  return {
    balance: (variables) => ask(balanceBody(variables)),
    generate: (variables) => ask(generateBody(variables)),
  };
});
