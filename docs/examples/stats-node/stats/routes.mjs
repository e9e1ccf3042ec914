// The public routes. Who may call and how large a body may be, the gateway has from openapi.json
// and has seen to it already.
import { Problem } from '../platform/problem.mjs';
import { DAYS_KEPT } from './days.mjs';
import { TOP_DEFAULTS } from './api.mjs';

const LIMIT_MAX = 100;
const MODERATOR = 2;

// As all of the blog reads numbers: what is none in [1, …) is as if it were not there.
function queryInt(query, name, fallback, max) {
  const text = query.get(name);
  if (text === null || !/^-?\d+$/.test(text)) return fallback;
  const number = BigInt(text);
  if (number < 1n) return fallback;
  return number > BigInt(max) ? max : Number(number);
}

function slugOf(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

export function makeRoutes(api, peers) {
  async function article({ context, leftMs }, slug) {
    const found = await peers.query('posts', 'find', { slug }, { context, leftMs });
    const isAuthors = context.u !== undefined && Number(context.u) !== 0 &&
      Number(context.u) === found.author_id;
    const mayRead = isAuthors || (Number(context.u ?? 0) !== 0 && Number(context.r) >= MODERATOR);
    if (!mayRead) throw new Problem('forbidden', 'article', 'forbidden');
    return { stats: api.figuresOf(found.id) };
  }

  return async (request) => {
    if (request.method !== 'GET') return null;
    const [path, query = ''] = request.target.split('?');
    const ok = (value) => ({ status: 200, body: JSON.stringify(value) });
    if (path === '/api/stats') return ok({ stats: api.figures() });
    if (path === '/api/stats/top') {
      const asked = new URLSearchParams(query);
      return ok(api.top({ days: queryInt(asked, 'days', TOP_DEFAULTS.days, DAYS_KEPT),
        limit: queryInt(asked, 'limit', TOP_DEFAULTS.limit, LIMIT_MAX) }));
    }
    const under = /^\/api\/stats\/articles\/([^/]+)$/.exec(path);
    const slug = under && slugOf(under[1]);
    return slug === null ? null : ok(await article(request, slug));
  };
}
