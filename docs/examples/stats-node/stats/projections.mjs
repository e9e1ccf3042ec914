// From an entry of the log to the figures, and from nothing else: so they can be made again from
// the log, to the same bytes.
import { dayOf } from './days.mjs';

const REFERRERS_SEEN_MAX = 1_000; // an article and day, before it is folded

const UNHEARD = 0, PUBLISHED = 1, GONE = 2;

const inner = (map, key, make = () => new Map()) => {
  let found = map.get(key);
  if (!found) map.set(key, found = make());
  return found;
};

export class Projections {
  constructor() {
    this.clear();
  }

  clear() {
    this.totals = { articles: 0, users: 0, comments: 0, views: 0, visitors: 0 };
    this.articles = new Map(); // id -> state, slug, title and sums
    this.users = new Map(); // id -> whether it is gone
    this.comments = new Map(); // id -> its article, and whether it is alive
    this.favorites = new Map(); // article -> users
    this.days = new Map(); // day -> article (0: the blog) -> views, visitors
    this.visitors = new Map(); // day -> article -> visitors, of days that are not folded
    this.referrers = new Map(); // day -> article -> host -> views
  }

  apply({ kind, at, fact }) {
    this[kind](fact, at);
  }

  isPublished(id) {
    return this.articles.get(id)?.state === PUBLISHED;
  }

  row(id) {
    return inner(this.articles, id, () => ({ state: UNHEARD, slug: '', title: '', views: 0,
      visitors: 0, favorites: 0, comments: 0 }));
  }

  // Null: it is gone, and takes no figures.
  open(id) {
    const row = this.row(id);
    return row.state === GONE ? null : row;
  }

  add(id, views, visitors) {
    const row = id === 0 ? this.totals : this.open(id);
    if (!row) return false;
    row.views += views;
    row.visitors += visitors;
    return true;
  }

  addOfDay(day, id, views, visitors) {
    if (!this.add(id, views, visitors)) return false;
    const figures = inner(inner(this.days, day), id, () => ({ views: 0, visitors: 0 }));
    figures.views += views;
    figures.visitors += visitors;
    return true;
  }

  addReferrer(day, id, host, views) {
    const hosts = inner(inner(this.referrers, day), id);
    if (!hosts.has(host) && hosts.size >= REFERRERS_SEEN_MAX) return;
    hosts.set(host, (hosts.get(host) ?? 0) + views);
  }

  isFirstVisit(day, id, visitor) {
    if (visitor === null) return 0;
    const known = inner(inner(this.visitors, day), id, () => new Set());
    return known.size < known.add(visitor).size ? 1 : 0;
  }

  // Thousands of articles may be in it, each looked at by many: what becomes one is summed first.
  views_counted({ counts }, at) {
    const day = dayOf(at), byArticle = new Map(), visitors = new Set();
    let allViews = 0, allVisitors = 0;
    for (const [id, views, visitor] of counts) {
      const sums = inner(byArticle, id, () => ({ views: 0, visitors: 0 }));
      sums.views += views;
      sums.visitors += this.isFirstVisit(day, id, visitor);
      allViews += views;
      if (visitor !== null) visitors.add(visitor);
    }
    for (const visitor of visitors) allVisitors += this.isFirstVisit(day, 0, visitor);
    this.addOfDay(day, 0, allViews, allVisitors);
    for (const [id, sums] of byArticle)
      if (!this.addOfDay(day, id, sums.views, sums.visitors)) byArticle.delete(id);
    for (const [id, views, , host] of counts)
      if (host !== null && byArticle.has(id)) this.addReferrer(day, id, host, views);
  }

  // The views of an article's day, when its visitors are no longer told apart.
  views_folded({ day, id, views, visitors, referrers }) {
    if (!this.addOfDay(day, id, views, visitors)) return;
    for (const [host, seen] of referrers) this.addReferrer(day, id, host, seen);
  }

  // The views of an article on all days that are no longer told one by one.
  views_before({ id, views, visitors }) {
    this.add(id, views, visitors);
  }

  article_published({ id, slug, title }) {
    const row = this.open(id);
    if (!row) return;
    if (row.state === UNHEARD) this.totals.articles += 1;
    Object.assign(row, { state: PUBLISHED, slug, title });
  }

  article_changed(fact) {
    this.article_published(fact);
  }

  // The row stays, empty: later news of the article find that it is gone.
  article_deleted({ id }) {
    const row = this.open(id);
    if (!row) return;
    if (row.state === PUBLISHED) this.totals.articles -= 1;
    Object.assign(row, { state: GONE, slug: '', title: '', views: 0, visitors: 0, favorites: 0,
      comments: 0 });
    for (const byArticle of this.days.values()) byArticle.delete(id);
    for (const byArticle of this.referrers.values()) byArticle.delete(id);
    this.favorites.delete(id);
  }

  article_favorited({ id, user }) {
    const row = this.open(id);
    if (row) row.favorites = inner(this.favorites, id, () => new Set()).add(user).size;
  }

  article_unfavorited({ id, user }) {
    const row = this.open(id);
    if (row && this.favorites.get(id)?.delete(user)) row.favorites -= 1;
  }

  countComment(article, change) {
    this.totals.comments += change;
    const row = this.open(article);
    if (row) row.comments += change;
  }

  comment_written({ id, article }) {
    if (this.comments.has(id)) return;
    this.comments.set(id, { article, isAlive: true });
    this.countComment(article, 1);
  }

  // It stays, so that no later news of it brings it back.
  comment_deleted({ id, article }) {
    const known = inner(this.comments, id, () => ({ article, isAlive: false }));
    const died = known.isAlive ? 1 : 0;
    known.isAlive = false;
    this.countComment(article, -died);
  }

  profile_changed({ id }) {
    if (this.users.has(id)) return;
    this.users.set(id, { isGone: false });
    this.totals.users += 1;
  }

  account_erased({ id }) {
    const known = inner(this.users, id, () => ({ isGone: true }));
    if (!known.isGone) this.totals.users -= 1;
    known.isGone = true;
  }
}
