// Makes log entries of views few: those of days before yesterday become one an article and day,
// those of days that are not told any more one an article; and of several entries of one subject
// the last stays. Changes no figure.
import { DAYS_KEPT, DAYS_UNFOLDED, byBytes, dayOf, startOf } from './days.mjs';
import { ENDS } from './events.mjs';

const REFERRERS_KEPT_MAX = 20; // an article and folded day

const isOfViews = (e) => e.kind === 'views_counted' || e.kind === 'views_folded';
const byId = (a, b) => a[0] - b[0];

function unfoldedDays(log, before) {
  const days = new Set();
  for (const e of log.entries.values())
    if (e.kind === 'views_counted' && e.at < startOf(before)) days.add(dayOf(e.at));
  return [...days].sort((a, b) => a - b);
}

function keepMostSeen(hosts) {
  const order = (a, b) => b[1] - a[1] || byBytes(a[0], b[0]);
  for (const [host] of [...hosts].sort(order).slice(REFERRERS_KEPT_MAX)) hosts.delete(host);
}

function foldDay(log, day) {
  const { days, visitors, referrers } = log.figures;
  log.dropWhere((e) => isOfViews(e) && e.at >= startOf(day) && e.at < startOf(day + 1));
  visitors.delete(day);
  const ofDay = referrers.get(day) ?? new Map();
  for (const hosts of ofDay.values()) keepMostSeen(hosts);
  for (const [id, { views, visitors: seen }] of [...(days.get(day) ?? [])].sort(byId)) {
    const hosts = [...(ofDay.get(id) ?? [])].sort((a, b) => byBytes(a[0], b[0]));
    log.keepOwn('views_folded', startOf(day), { day, id, views, visitors: seen, referrers: hosts });
  }
}

// The sums of the days that are kept, of an article or the blog (0).
function keptOf(days, id) {
  const sums = { views: 0, visitors: 0 };
  for (const articles of days.values()) {
    const figures = articles.get(id);
    sums.views += figures?.views ?? 0;
    sums.visitors += figures?.visitors ?? 0;
  }
  return sums;
}

// Days before `first` are not told one by one any more: their views become one entry an article.
function foldOldDays(log, first) {
  const { days, referrers, articles, totals } = log.figures;
  const old = [...days.keys()].filter((day) => day < first);
  const ids = new Set(old.flatMap((day) => [...days.get(day).keys()]));
  old.forEach((day) => days.delete(day));
  for (const day of [...referrers.keys()]) if (day < first) referrers.delete(day);
  log.dropWhere((e) => isOfViews(e) && e.at < startOf(first));
  for (const id of [...ids].sort((a, b) => a - b)) {
    const all = id === 0 ? totals : articles.get(id), kept = keptOf(days, id);
    const subject = `views:${id}`;
    log.dropGroup(subject, Infinity);
    log.keepOwn('views_before', startOf(first - 1),
      { id, views: all.views - kept.views, visitors: all.visitors - kept.visitors }, subject);
  }
}

export function foldLog(log, today) {
  const until = today - DAYS_UNFOLDED + 1;
  if (log.foldedTo >= until) return;
  for (const day of unfoldedDays(log, until)) foldDay(log, day);
  foldOldDays(log, today - DAYS_KEPT + 1);
  const last = new Map();
  for (const e of log.entries.values()) if (e.subject !== null) last.set(e.subject, e.id);
  // What an end says stays: it must hold against whatever comes later.
  log.dropWhere((e) => e.subject !== null && e.at < startOf(until) && !ENDS.has(e.kind) &&
    last.get(e.subject) > e.id);
  log.foldedTo = until;
}
