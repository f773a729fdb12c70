// The page around a client: requests the balance, makes a generation, requests again, and shows the results.

const shown = (name) => document.querySelector(`[data-stand-in=${name}]`);

/** Fields that differ between runs are not compared. */
const comparable = (name, value) => (name === 'generationId' ? '…' : value);

/**
 * Runs a client. `make({ authorization, token })` returns its `balance(variables)` and `generate(variables)`. Each
 * resolves to the data that the client hands to a page.
 */
export const run = async (make) => {
  const results = [];
  const ask = async (client, variables) => {
    const data = await client.balance(variables);
    results.push(data);
    shown('tokens').textContent = data.user_details[0].subscriptionTokens;
  };
  try {
    const session = await (await fetch('/api/auth/get-session')).json();
    const client = await make({ authorization: `Bearer ${session.accessToken}`, token: session.accessToken });
    const variables = { sub: `auth0|${session.user.id}` };
    await ask(client, variables);
    results.push(await client.generate({ prompt: 'dunes' }));
    await ask(client, variables);
  } catch (error) {
    results.push(`${error} (${error?.cause}) ${error?.stack}`);
  }
  shown('results').textContent = JSON.stringify(results, comparable);
  document.documentElement.dataset.done = '';
};

/** The data of a GraphQL answer, or its first error. */
export const dataOf = (answer) => {
  const error = answer.errors?.[0] ?? answer.error;
  if (error) throw new Error(error.message);
  return answer.data;
};
