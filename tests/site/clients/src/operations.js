// What every client asks, as text. It starts with a line break, like a template literal.

export const GRAPHQL = 'https://api.leonardo.ai/v1/graphql';
export const SOCKET = 'wss://api.leonardo.ai/v1/graphql';

export const BALANCE = `
  query GetUserTokensFromSub($sub: String) {
    user_details(where: {auth0Id: {_eq: $sub}}) {
      plan
      tokenRenewalDate
      subscriptionTokens
      rolloverTokens
      paidTokens
      __typename
    }
    teams { akUUID paidTokens subscriptionTokens rolloverTokens __typename }
  }
`;

/** The same, with its amounts in a part that may come later. */
export const DEFERRED_BALANCE = `
  query GetUserTokensFromSub($sub: String) {
    user_details(where: {auth0Id: {_eq: $sub}}) {
      plan
      tokenRenewalDate
      __typename
      ... on user_details @defer { subscriptionTokens rolloverTokens paidTokens }
    }
    teams { akUUID paidTokens subscriptionTokens rolloverTokens __typename }
  }
`;

export const GENERATE = `
  mutation Generate($prompt: String!) {
    generate(request: {prompt: $prompt}) { generationId apiCreditCost cost { amount unit } prompt __typename }
  }
`;

/** How the site knows the two operations when their text is not sent. */
export const BALANCE_HASH = '8f1a4c0de5b2973e6ad01c4b7f9823d5e0a6b41cf87d2395b61e0fa4c83d7b12';
export const GENERATE_HASH = '3c9e7d15a08b46f2d1e5937ca4f0682bb7d83e19f5c0a27468e1b9d30fa5c6e4';

export const balanceBody = (variables) => ({ operationName: 'GetUserTokensFromSub', query: BALANCE, variables });
export const generateBody = (variables) => ({ operationName: 'Generate', query: GENERATE, variables });
