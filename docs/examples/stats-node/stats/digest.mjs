// BLAKE2b over every row of every projection, in hex: the same digits as the C++ module has for
// the same figures.
import { blake2b } from '../platform/blake2b.mjs';
import { byBytes } from './days.mjs';

const DIGEST_BYTES = 32;
const PIECE_CELLS = 4_096;

const sorted = (map, order = (a, b) => a - b) =>
  [...map.entries()].sort((a, b) => order(a[0], b[0]));
const byNumber = (a, b) => (BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0);

// Regroups day -> article -> … as article -> day -> …
function byArticle(days) {
  const out = new Map();
  for (const [day, articles] of days)
    for (const [id, value] of articles) {
      if (!out.has(id)) out.set(id, new Map());
      out.get(id).set(day, value);
    }
  return out;
}

function* cells(p) {
  yield* [p.totals.articles, p.totals.users, p.totals.comments, p.totals.views, p.totals.visitors];
  for (const [id, a] of sorted(p.articles))
    yield* [id, a.state, a.slug, a.title, a.views, a.visitors, a.favorites, a.comments];
  for (const [id, user] of sorted(p.users)) yield* [id, user.isGone ? 1 : 0];
  for (const [id, c] of sorted(p.comments)) yield* [id, c.article, c.isAlive ? 1 : 0];
  for (const [id, users] of sorted(p.favorites))
    for (const user of [...users].sort((a, b) => a - b)) yield* [id, user];
  for (const [id, days] of sorted(byArticle(p.days)))
    for (const [day, f] of sorted(days)) yield* [id, day, f.views, f.visitors];
  for (const [day, articles] of sorted(p.visitors))
    for (const [id, visitors] of sorted(articles))
      for (const visitor of [...visitors].sort(byNumber)) yield* [day, id, visitor];
  for (const [id, days] of sorted(byArticle(p.referrers)))
    for (const [day, hosts] of sorted(days))
      for (const [host, views] of sorted(hosts, byBytes)) yield* [id, day, host, views];
}

// Each with its end, so that no two rows are the same bytes.
function* pieces(p) {
  let some = [];
  for (const cell of cells(p))
    if (some.push(`${cell}\0`) === PIECE_CELLS) {
      yield Buffer.from(some.join(''));
      some = [];
    }
  yield Buffer.from(some.join(''));
}

export function digestOf(projections) {
  return blake2b(pieces(projections), DIGEST_BYTES).toString('hex');
}
