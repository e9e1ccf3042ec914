// The interface of the module, as modules/stats/api/stats/api.hpp has it.
import { readBody } from '../platform/problem.mjs';
import { DAILY_DAYS, DAYS_KEPT, byBytes, dateOf, dayOf } from './days.mjs';

const TOP_MAX = 100;
const REFERRERS_TOLD_MAX = 20;
export const TOP_DEFAULTS = { days: 30, limit: 10 };

const clamp = (n, min, max) => Math.min(Math.max(n, min), max);
const today = () => dayOf(Date.now());

export class Api {
  constructor(store) {
    this.store = store;
  }

  get known() {
    return this.store.log.figures;
  }

  // The days of an article, or of the blog (0), that are told, each once.
  daily(id) {
    const last = today(), out = [];
    for (let day = last - DAILY_DAYS + 1; day <= last; ++day) {
      const { views = 0, visitors = 0 } = this.known.days.get(day)?.get(id) ?? {};
      out.push({ date: dateOf(day), views, visitors });
    }
    return out;
  }

  figures() {
    const { articles, users, comments, views, visitors } = this.known.totals;
    return { articles, users, comments, views, visitors, daily: this.daily(0) };
  }

  // All zero for an article that nobody has looked at, or that does not exist.
  figuresOf(id) {
    const known = this.known.articles.get(id) ?? {};
    const { views = 0, visitors = 0, favorites = 0, comments = 0 } = known;
    const hosts = new Map();
    for (const articles of this.known.referrers.values())
      for (const [host, seen] of articles.get(id) ?? [])
        hosts.set(host, (hosts.get(host) ?? 0) + seen);
    const referrers = [...hosts].sort((a, b) => b[1] - a[1] || byBytes(a[0], b[0]))
      .slice(0, REFERRERS_TOLD_MAX).map(([host, seen]) => ({ host, views: seen }));
    return { views, visitors, favorites, comments, daily: this.daily(id), referrers };
  }

  // The articles with the most views of some days, most first.
  top({ days, limit }) {
    const first = today() - clamp(days, 1, DAYS_KEPT) + 1, sums = new Map();
    for (const [day, articles] of this.known.days) {
      if (day < first) continue;
      for (const [id, { views, visitors }] of articles) {
        if (!this.known.isPublished(id)) continue;
        const all = sums.get(id) ?? { id, views: 0, visitors: 0 };
        sums.set(id, { id, views: all.views + views, visitors: all.visitors + visitors });
      }
    }
    const articles = [...sums.values()]
      .sort((a, b) => b.views - a.views || b.visitors - a.visitors || b.id - a.id)
      .slice(0, clamp(limit, 1, TOP_MAX)).map(({ id, views, visitors }) => {
        const { slug, title } = this.known.articles.get(id);
        return { slug, title, views, visitors };
      });
    return { articles };
  }

  // As a service: the request is the text of a body.
  get service() {
    return {
      figures: (text) => (readBody(text, {}), this.figures()),
      top: (text) => this.top(readBody(text, { days: 'integer', limit: 'integer' })),
      figures_of: (text) => this.figuresOf(readBody(text, { article_id: 'integer' }).article_id),
      rebuild: (text) => (readBody(text, {}), this.store.log.rebuild()),
    };
  }
}
