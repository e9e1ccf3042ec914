// Beside its own interface, a module has two services: stats.saga takes part in transactions over
// modules, stats.events is for whoever mends what could not be read.
import { Problem, readBody } from '../platform/problem.mjs';
import { factOf } from './events.mjs';
import { brief } from './follower.mjs';

const LISTED_MAX = 1_000;
const STEP = { saga: 'string', step: 'integer', action: 'string', subject: 'integer' };
const CHOICE = { publisher: 'string?', id: 'integer?' };

// Nobody writes here, so there is nothing to close; and facts name nobody, so there is little to
// erase.
const ACTIONS = { 'account.close': () => null, 'account.reopen': () => null,
  'account.erase': (subject) => subject };

// Each step takes effect once: that it was done is in the record of its effect.
export function sagaService(store) {
  const perform = async (text, back) => {
    const { saga, step, action, subject } = readBody(text, STEP);
    if (!Object.hasOwn(ACTIONS, action)) throw new Problem('not_found', 'action', 'not found');
    const known = store.step(saga, step);
    if (known?.undone && !back) throw new Problem('conflict', 'step', 'has been undone');
    if (known && known.undone === back) return { finished: true };
    await store.commit({ op: 'saga_step', saga, step, undone: back, at: Date.now(),
      erased: ACTIONS[action](subject) });
    return { finished: true };
  };
  return { run: (text) => perform(text, false), undo: (text) => perform(text, true) };
}

const iso = (ms) => new Date(ms).toISOString();
const byPlace = (a, b) => a.feed.localeCompare(b.feed) || a.key - b.key || a.id - b.id;
const told = (e) => ({ publisher: e.feed, id: e.id, kind: e.kind, key: e.key, at: iso(e.at),
  parked_at: iso(e.parkedAt), attempts: e.attempts, error: e.error });

export function eventsService(store) {
  const chosen = ({ publisher, id }) => store.parked.filter((e) =>
    (publisher === null || e.feed === publisher) && (id === null || e.id === id)).sort(byPlace);

  // From its oldest event on and in order, until one cannot be read.
  const retryKey = async ({ feed, key }, out) => {
    for (;;) {
      const e = store.parked.filter((p) => p.feed === feed && p.key === key).sort(byPlace)[0];
      if (!e) return;
      try {
        const fact = factOf(feed, e);
        await store.commit({ op: 'unpark', feed, key, id: e.id,
          event: fact && { id: e.id, kind: e.kind, at: e.at, fact } });
        out.applied += 1;
      } catch (error) {
        await store.commit({ op: 'blame', feed, key, id: e.id, error: brief(error) });
        out.failed += 1;
        return;
      }
    }
  };

  return {
    list: (text) => ({ events: chosen(readBody(text, CHOICE)).slice(0, LISTED_MAX).map(told),
      total: store.parked.length }),
    retry: async (text) => {
      const which = readBody(text, CHOICE), keys = new Map();
      for (const e of chosen(which)) keys.set(`${e.feed} ${e.key}`, e);
      if (keys.size === 0 && which.id !== null)
        throw new Problem('not_found', 'event', 'is not parked');
      const out = { applied: 0, failed: 0, finished: true };
      for (const one of keys.values()) await retryKey(one, out);
      return out;
    },
    drop: async (text) => {
      const which = readBody(text, CHOICE);
      if (which.id === null) throw new Problem('invalid_argument', 'id', 'is missing');
      const found = chosen(which);
      if (found.length === 0) throw new Problem('not_found', 'event', 'is not parked');
      if (found.length > 1)
        throw new Problem('invalid_argument', 'publisher',
          'must be given: several have an event with that id');
      const [{ feed, key, id }] = found, out = told(found[0]);
      await store.commit({ op: 'unpark', feed, key, id, event: null });
      return out;
    },
  };
}
