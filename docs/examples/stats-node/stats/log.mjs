// The log is the truth: every event that counted, in the order in which it was applied. The
// figures are made from it by Projections. None of this does I/O, and the same calls give the
// same state.
import { DAY_MS, dayOf } from './days.mjs';
import { digestOf } from './digest.mjs';
import { ENDS, subjectOf } from './events.mjs';
import { foldLog } from './fold.mjs';
import { Projections } from './projections.mjs';

const VISITORS_SEEN_MAX = 1_000_000; // a day, over all articles

// An article's favourites end with it.
const groupOf = (subject) => subject.replace(/^favorite:(-?\d+):.*$/, 'article:$1');

function withoutDetails({ counts }) {
  const sums = new Map();
  for (const [id, views] of counts) sums.set(id, (sums.get(id) ?? 0) + views);
  return { counts: [...sums].map(([id, views]) => [id, views, null, null]) };
}

export class Log {
  constructor() {
    this.figures = new Projections();
    this.entries = new Map(); // by id, which rises
    this.bySource = new Map(); // which event of which feed it was: none counts twice
    this.byGroup = new Map(); // ids of what ends together
    this.nextId = 1;
    this.nextOwn = 1;
    this.foldedTo = 0; // the first day whose views are not folded
    // After a feed began anew it tells old views again. Of days that were folded by then nobody
    // can say which ones they are, so what is older than this is passed over.
    this.retoldBefore = 0;
  }

  keep(entry) {
    this.entries.set(entry.id, entry);
    this.bySource.set(`${entry.source} ${entry.event}`, entry);
    if (entry.subject !== null) {
      const group = groupOf(entry.subject);
      if (!this.byGroup.has(group)) this.byGroup.set(group, new Set());
      this.byGroup.get(group).add(entry.id);
    }
    this.nextId = Math.max(this.nextId, entry.id + 1);
  }

  drop(entry) {
    this.entries.delete(entry.id);
    this.bySource.delete(`${entry.source} ${entry.event}`);
    if (entry.subject === null) return;
    const group = groupOf(entry.subject), ids = this.byGroup.get(group);
    ids.delete(entry.id);
    if (ids.size === 0) this.byGroup.delete(group);
  }

  dropWhere(is) {
    for (const entry of this.entries.values()) if (is(entry)) this.drop(entry);
  }

  // What this module says itself, of what is in the projections already.
  keepOwn(kind, at, fact, subject = null) {
    this.keep({ id: this.nextId, source: 'stats', event: this.nextOwn++, kind, at, fact, subject });
  }

  // An event of a feed, read by factOf().
  follow(feed, { id, kind, at, fact }) {
    if (kind !== 'views_counted') return this.add(feed, id, kind, at, fact);
    if (at < this.retoldBefore) return;
    foldLog(this, dayOf(at));
    const seen = this.figures.days.get(dayOf(at))?.get(0)?.visitors ?? 0;
    this.add(feed, id, kind, at, seen >= VISITORS_SEEN_MAX ? withoutDetails(fact) : fact);
  }

  add(feed, event, kind, at, fact) {
    const known = this.bySource.get(`${feed} ${event}`);
    // The same number at another time: an event of a log that took the place of the first.
    const source = known && known.at !== at ? `${feed}@${at}` : feed;
    if (this.bySource.has(`${source} ${event}`)) return;
    const entry = { id: this.nextId, source, event, kind, at, fact,
      subject: subjectOf(feed, kind, fact) };
    this.keep(entry);
    this.figures.apply(entry);
    if (ENDS.has(kind)) this.dropGroup(groupOf(entry.subject), entry.id);
  }

  // What was said of what ends together, before that entry.
  dropGroup(group, before) {
    for (const id of [...(this.byGroup.get(group) ?? [])])
      if (id < before) this.drop(this.entries.get(id));
  }

  // The feed is that of another log, and is read from its beginning: what it said of things that
  // are is forgotten. Views stay: they were seen, and are known again by number and time.
  startOver(feed) {
    this.dropWhere((e) => e.subject !== null &&
      (e.source === feed || e.source.startsWith(`${feed}@`)));
    if (feed === 'posts') this.retoldBefore = this.foldedTo * DAY_MS;
    this.project();
  }

  project() {
    this.figures.clear();
    for (const entry of this.entries.values()) this.figures.apply(entry);
  }

  rebuild() {
    const before = digestOf(this.figures);
    this.project();
    const digest = digestOf(this.figures);
    return { entries: this.entries.size, digest, same: digest === before };
  }
}
