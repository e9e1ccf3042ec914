// Applies one feed. The cursor moves in the record of the effects, so each event takes effect
// once, whatever is killed when and however often it is delivered; and the publisher hears of a
// position only when it is on the disk here.
//
// A publisher that does not answer is waited for, at most 250 ms at a time. An event that cannot
// be read is parked under its key at once, since reading it again would not help; later events of
// that key queue behind it, all others go on. A feed of another epoch is another log: see
// Log.startOver().
import { setTimeout as wait } from 'node:timers/promises';
import { factOf } from './events.mjs';

const BATCH_EVENTS_MAX = 256;
const WAIT_MS = 20_000;
const ANSWER_PATIENCE_MS = 5_000;
const BACKOFF_MS_MAX = 250;
const ERROR_CHARS_MAX = 300;

export const eventTime = (text) => Date.parse(text);

// One line, for an operator's terminal.
export const brief = (error) =>
  String(error.message).replace(/[\x00-\x1f\x7f]/g, ' ').slice(0, ERROR_CHARS_MAX);

// What becomes of a page: a record for the store. `because`: its events could not be applied.
function recordOf(store, feed, at, page, because = null) {
  const record = { op: 'page', feed, position: at.position, epoch: at.epoch || page.epoch || 0,
    events: [], park: [] };
  const behind = new Set();
  for (const e of page.events) {
    if (e.id <= record.position) continue;
    record.position = e.id;
    const when = eventTime(e.at);
    const park = (attempts, error) => {
      behind.add(e.key);
      record.park.push({ id: e.id, kind: e.kind, key: e.key, at: when, body: e.body,
        parkedAt: Date.now(), attempts, error });
    };
    if (behind.has(e.key) || store.isParked(feed, e.key)) {
      park(0, '');
      continue;
    }
    try {
      if (because) throw because;
      const fact = factOf(feed, e);
      if (fact) record.events.push({ id: e.id, kind: e.kind, at: when, fact });
    } catch (error) {
      console.error(`parked event ${e.id} (${e.kind}) of ${feed}: ${brief(error)}`);
      park(1, brief(error));
    }
  }
  return record;
}

export class Follower {
  constructor(module, feed, store, peers) {
    Object.assign(this, { module, feed, store, peers });
    this.stopping = new AbortController();
  }

  stop() {
    this.stopping.abort();
  }

  async run() {
    for (let failures = 0; !this.stopping.signal.aborted;) {
      try {
        await this.turn();
        failures = 0;
      } catch (error) {
        if (!error.code) console.error(`following ${this.feed} failed:`, error);
        failures += 1;
        await this.backOff(failures);
      }
    }
  }

  async turn() {
    const { feed, store } = this, at = store.cursor(feed);
    const request = { after: at.position, limit: BATCH_EVENTS_MAX, wait_ms: WAIT_MS,
      consumer: this.module };
    if (at.epoch !== 0) request.epoch = at.epoch;
    const page = await this.peers.query(`${feed}.feed`, 'read', request,
      { leftMs: WAIT_MS + ANSWER_PATIENCE_MS, signal: this.stopping.signal });
    if (this.stopping.signal.aborted) return;
    if (page.gone) {
      console.error(`the events of ${feed} are those of another log: starts over`);
      await store.commit({ op: 'start_over', feed, position: 0, epoch: page.epoch ?? 0 });
    } else if (page.events.length > 0) {
      const done = store.commit(recordOf(store, feed, at, page));
      await done.catch((error) => {
        console.error(`events of ${feed} could not be applied:`, error);
        return this.oneByOne(page);
      });
    }
  }

  // Something in it is our fault: what it is, is found one by one, and parked.
  async oneByOne(page) {
    for (const e of page.events) {
      const one = (because) => recordOf(this.store, this.feed, this.store.cursor(this.feed),
        { ...page, events: [e] }, because);
      try {
        await this.store.commit(one());
      } catch (error) {
        await this.store.commit(one(error));
      }
    }
  }

  async backOff(failures) {
    const ms = Math.min(BACKOFF_MS_MAX, 5 * 2 ** Math.min(failures, 6));
    await wait(ms, undefined, { signal: this.stopping.signal }).catch(() => {});
  }
}
