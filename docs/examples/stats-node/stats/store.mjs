// All that this module knows, in memory, and the journal that it can be made from. A record is
// first applied and then appended; nobody is told of it before it is on the disk. One record is
// what would be one transaction elsewhere: a page of events and the cursor, a step of a saga and
// that it was done.
import { Journal } from '../platform/journal.mjs';
import { Log } from './log.mjs';

const COMPACTED_ABOVE_BYTES = 4 << 20;
const ENDED_IS_GONE_AFTER_MS = 60_000;
const STEPS_KEPT_MS = 30 * 24 * 3600 * 1000;

const stepName = (saga, step) => `${step} ${saga}`;

export class Store {
  constructor(file, onFatal) {
    this.reset();
    this.journal = new Journal(file, (record) => this.apply(record), onFatal);
    this.compact();
  }

  reset() {
    this.log = new Log();
    this.cursors = new Map(); // feed -> position, epoch (0: not known yet)
    this.parked = []; // what could not be read, and what queues behind it
    this.steps = new Map(); // of sagas: whether it was undone, and when
    this.expected = 0; // entries of a compacted journal that are still to come
  }

  cursor(feed) {
    return this.cursors.get(feed) ?? { position: 0, epoch: 0 };
  }

  isParked(feed, key) {
    return this.parked.some((e) => e.feed === feed && e.key === key);
  }

  step(saga, step) {
    return this.steps.get(stepName(saga, step));
  }

  // Resolves when it is on the disk. Where applying throws, which is a bug, nothing has changed.
  async commit(record) {
    while (this.isCompacting) await this.isCompacting;
    try {
      this.apply(record);
    } catch (error) {
      await this.journal.settled();
      this.reload();
      throw error;
    }
    await this.journal.append(record);
    if (this.journal.bytes > 2 * this.compactBytes + COMPACTED_ABOVE_BYTES) this.compactSoon(0);
  }

  reload() {
    this.reset();
    this.journal.read((record) => this.apply(record));
  }

  // Each a pure function of what is known and of the record.
  apply(record) {
    this[record.op](record);
  }

  page({ feed, position, epoch, events, park }) {
    for (const event of events) this.log.follow(feed, event);
    this.parked.push(...park.map((event) => ({ feed, ...event })));
    this.cursors.set(feed, { position, epoch });
    if (events.some((e) => e.kind === 'account_erased' || e.kind === 'article_deleted'))
      this.compactSoon(ENDED_IS_GONE_AFTER_MS);
  }

  // What is parked goes too: it is told again.
  start_over({ feed, position, epoch }) {
    this.log.startOver(feed);
    this.parked = this.parked.filter((e) => e.feed !== feed);
    this.cursors.set(feed, { position, epoch });
  }

  // Facts name nobody. What could not be read may.
  saga_step({ saga, step, undone, at, erased }) {
    if (erased !== null) {
      this.parked = this.parked.filter((e) => e.feed !== 'users' || e.key !== erased ||
        e.kind !== 'profile_changed');
      this.compactSoon(ENDED_IS_GONE_AFTER_MS);
    }
    for (const [name, one] of this.steps) if (one.at < at - STEPS_KEPT_MS) this.steps.delete(name);
    this.steps.set(stepName(saga, step), { undone, at });
  }

  // Applied by now (`event`), or dropped.
  unpark({ feed, key, id, event }) {
    if (event !== null) this.log.follow(feed, event);
    this.parked = this.parked.filter((e) => e.feed !== feed || e.key !== key || e.id !== id);
  }

  blame({ feed, key, id, error }) {
    for (const e of this.parked)
      if (e.feed === feed && e.key === key && e.id === id)
        Object.assign(e, { attempts: e.attempts + 1, error });
  }

  // The beginning of a compacted journal; its entries follow.
  state({ cursors, parked, steps, nextId, nextOwn, foldedTo, retoldBefore, entries }) {
    this.reset();
    this.cursors = new Map(cursors);
    this.parked = parked;
    this.steps = new Map(steps);
    Object.assign(this.log, { nextId, nextOwn, foldedTo, retoldBefore });
    this.expected = entries;
  }

  entry({ entry }) {
    this.log.keep(entry);
    if (--this.expected === 0) this.log.project();
  }

  *records() {
    const { nextId, nextOwn, foldedTo, retoldBefore, entries } = this.log;
    yield { op: 'state', cursors: [...this.cursors], parked: this.parked, steps: [...this.steps],
      nextId, nextOwn, foldedTo, retoldBefore, entries: entries.size };
    for (const entry of entries.values()) yield { op: 'entry', entry };
  }

  // What has ended, and what was told twice, is gone from the file as well then.
  compact() {
    this.journal.replaceBy(this.records());
    this.compactBytes = this.journal.bytes;
  }

  compactSoon(afterMs) {
    const at = Date.now() + afterMs;
    if (this.timer && this.compactAt <= at) return;
    clearTimeout(this.timer);
    this.compactAt = at;
    this.timer = setTimeout(async () => {
      this.timer = null;
      let done;
      this.isCompacting = new Promise((resolve) => (done = resolve));
      await this.journal.settled();
      this.compact();
      this.isCompacting = null;
      done();
    }, afterMs);
    this.timer.unref();
  }
}
