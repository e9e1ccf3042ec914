// What is taken from events: of each just what figures are made from, so that no name and no
// address of anybody is kept, and nothing has to be erased later. Throws where an event cannot be
// read.
import { parseExactly } from '../platform/exact_json.mjs';

class Unreadable extends Error {}

function whole(value, pointer) {
  if (Number.isSafeInteger(value)) return value;
  throw new Unreadable(`unreadable event: ${pointer} must be an integer in range`);
}

function text(value, pointer) {
  if (typeof value === 'string') return value;
  throw new Unreadable(`unreadable event: ${pointer} must be a string`);
}

function object(value, pointer) {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  throw new Unreadable(`unreadable event: ${pointer} must be an object`);
}

// As a text, since it may be of more digits than a number keeps.
function visitor(value, pointer) {
  if (value === undefined || value === null) return null;
  if (Number.isSafeInteger(value)) return String(value);
  if (typeof value === 'string' && /^-?\d+$/.test(value) &&
      BigInt.asIntN(64, BigInt(value)) === BigInt(value))
    return value;
  throw new Unreadable(`unreadable event: ${pointer} must be an integer in range`);
}

function article(body) {
  const a = object(body.article, '/article');
  whole(a.author_id, '/article/author_id');
  return { id: whole(a.id, '/article/id'), slug: text(a.slug, '/article/slug'),
    title: text(a.title, '/article/title') };
}

function views(body) {
  if (!Array.isArray(body.counts))
    throw new Unreadable('unreadable event: /counts must be an array');
  return { counts: body.counts.map((count, i) => {
    const at = `/counts/${i}`, c = object(count, at);
    return [whole(c.article_id, `${at}/article_id`), whole(c.views, `${at}/views`),
      visitor(c.visitor, `${at}/visitor`),
      (c.referrer_host ?? null) === null ? null : text(c.referrer_host, `${at}/referrer_host`)];
  }) };
}

const favorite = (body) => ({ id: article(body).id, user: whole(body.user_id, '/user_id') });
const favoriteSubject = (fact) => `favorite:${fact.id}:${fact.user}`;
const articleSubject = (fact) => `article:${fact.id}`;

// By feed and kind: how to read it, and what it is about. Of the events of one subject the last
// one tells all; views have none.
const KNOWN = {
  posts: {
    article_published: [article, articleSubject],
    article_changed: [article, articleSubject],
    article_deleted: [(body) => ({ id: article(body).id }), articleSubject],
    article_favorited: [favorite, favoriteSubject],
    article_unfavorited: [favorite, favoriteSubject],
    views_counted: [views, () => null],
  },
  comments: {
    comment_written: [(body) => ({ id: whole(body.comment_id, '/comment_id'),
      article: article(body).id }), (fact) => `comment:${fact.id}`],
    comment_deleted: [(body) => ({ id: whole(body.comment_id, '/comment_id'),
      article: whole(body.article_id, '/article_id') }), (fact) => `comment:${fact.id}`],
  },
  users: {
    profile_changed: [(body) => ({ id: whole(object(body.profile, '/profile').id, '/profile/id') }),
      (fact) => `user:${fact.id}`],
    account_erased: [(body) => ({ id: whole(body.user_id, '/user_id') }),
      (fact) => `user:${fact.id}`],
  },
};

export const FEEDS = Object.keys(KNOWN);

// Nothing said of its subject before is of consequence.
export const ENDS = new Set(['article_deleted', 'comment_deleted', 'account_erased']);

// Null for a kind that is passed over.
export function factOf(feed, event) {
  const known = Object.hasOwn(KNOWN[feed], event.kind) ? KNOWN[feed][event.kind] : null;
  if (!known) return null;
  let body;
  try {
    body = parseExactly(event.body);
  } catch {
    throw new Unreadable('unreadable event: is not valid JSON');
  }
  return known[0](object(body, ''));
}

export function subjectOf(feed, kind, fact) {
  return KNOWN[feed][kind][1](fact);
}
