import { fetchEventSource } from '@microsoft/fetch-event-source';
import { balanceBody, GRAPHQL, generateBody } from '../operations.js';
import { dataOf, run } from '../page.js';

run(({ authorization }) => {
  const ask = async (body) => {
    let answer;
    await fetchEventSource(GRAPHQL, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      openWhenHidden: true,
      onmessage: ({ event, data }) => {
        if (event === 'next') answer = JSON.parse(data);
      },
      onerror: (error) => {
        throw error;
      },
    });
    return dataOf(answer);
  };
  return {
    balance: (variables) => ask(balanceBody(variables)),
    generate: (variables) => ask(generateBody(variables)),
  };
});
