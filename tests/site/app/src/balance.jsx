// The balance: requested once per page load, cached across client-side navigation, and lowered by what is spent here.
// Because it is not requested again, the number on the screen goes stale.

import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import { useClient, useQuery, useSubscription } from 'urql';
import { askBystanders, askRest, balanceOf, liveBalanceOf, variablesOf } from './client.js';

const KEPT = 'balance';
const Balance = createContext(null);

const whole = (value) => (Number.isFinite(Number(value)) ? Number(value) : 0);

const read = (data, selected = '') => {
  const user = data.users?.[0];
  const details = data.user_details?.[0] ?? user?.user_details?.[0];
  const isSelected = ({ akUUID }) => akUUID === selected;
  const team = selected ? (data.teams?.find(isSelected) ?? user?.team_memberships?.[0]?.team) : undefined;
  const source = team ?? details ?? data.teams?.[0] ?? {};
  return {
    fast: whole(source.subscriptionTokens),
    rollover: whole(source.rolloverTokens),
    topUp: whole(source.paidTokens),
  };
};

/** What is left after spending: fast first, then rollover, then top-up. */
const lowered = (balance, tokens) => {
  const left = { ...balance };
  for (const pool of ['fast', 'rollover', 'topUp']) {
    const part = Math.min(tokens, left[pool]);
    left[pool] -= part;
    tokens -= part;
  }
  return left;
};

/** False while the server draws and the browser hydrates, so that both draw the same. */
export const useHydrated = () => {
  const [hydrated, setHydrated] = useState(false);
  useEffect(() => setHydrated(true), []);
  return hydrated;
};

const useRest = (settings, pause) => {
  const [result, setResult] = useState({});
  useEffect(() => {
    if (pause) return;
    askRest(settings).then((data) => setResult({ data }), (error) => setResult({ error }));
  }, [settings, pause]);
  return result;
};

/** Requests the balance the way the settings say, unless the app never does or still has one. */
const useAnswer = (settings, first) => {
  const client = useClient();
  const hydrated = useHydrated();
  const [kept, setKept] = useState(undefined);
  useEffect(() => {
    const text = settings.cache === 'session' && sessionStorage.getItem(KEPT);
    const found = text ? JSON.parse(text) : null;
    if (found) client.restore(found.answer);
    setKept(found);
  }, [client, settings]);

  const asks = settings.asks === 'true' && hydrated && kept !== undefined;
  const live = settings.transport === 'live-socket' && !kept;
  const rest = settings.endpoint === 'rest' && !kept;
  const byRest = useRest(settings, !asks || !rest);
  const [query, subscription, variables] = useMemo(
    () => [balanceOf(settings), liveBalanceOf(settings), variablesOf(settings)],
    [settings],
  );
  const [byQuery] = useQuery({ query, variables, pause: !first && (!asks || rest || live) });
  const [pushed] = useSubscription({ query: subscription, variables, pause: !asks || !live });
  useEffect(() => {
    if (hydrated && settings.bystanders !== 'absent') askBystanders(client, settings);
  }, [client, hydrated, settings]);
  const { data, error } = [byRest, pushed, byQuery].find((result) => result.data || result.error) ?? {};
  return { data, error, kept };
};

export const BalanceProvider = ({ settings, first, children }) => {
  const { data, error, kept } = useAnswer(settings, first);
  const [spent, setSpent] = useState(0);
  // A new answer includes earlier spending; one kept for the session does not.
  useEffect(() => setSpent(kept?.spent ?? 0), [data, kept]);
  useEffect(() => {
    if (settings.cache === 'session' && data) sessionStorage.setItem(KEPT, JSON.stringify({ answer: data, spent }));
  }, [settings, data, spent]);

  // An app whose number is wrong: `standIn.show(999)`, until a new load.
  const [astray, setAstray] = useState(null);
  useEffect(() => {
    window.standIn.show = setAstray;
  }, []);

  const value = useMemo(() => {
    // Like the real app, it shows nothing for what it did not receive.
    const answered = error ? read({}) : data ? read(data, settings.team) : null;
    return {
      astray,
      balance: answered && lowered(answered, spent),
      spend: (tokens) => setSpent((before) => before + tokens),
    };
  }, [astray, data, error, spent, settings]);
  return <Balance value={value}>{children}</Balance>;
};

/** `balance` is null until there is an answer; `spend(tokens)` lowers it; `astray` replaces it on screen. */
export const useBalance = () => useContext(Balance);
