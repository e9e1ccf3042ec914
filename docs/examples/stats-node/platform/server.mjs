// What others reach here: calls (POST /rpc/<service>/<method>), public requests that the gateway
// forwards, and the OpenAPI document. Nothing is answered without an envelope that fits, and every
// answer to one is sealed. What may be done once and comes a second time is not done again.
import http from 'node:http';
import { Problem, asProblem, notExecuted, outcomeUnknown } from './problem.mjs';
import { openEnvelope, sealAnswer } from './seal.mjs';

const BODY_BYTES_MAX = 4 << 20;
const HEADER_BYTES_MAX = 8 << 10;
const KEPT_ONCE_MAX = 500_000; // in such a time; more are kept shorter
const KEPT_ONCE_MS = 60_000; // an envelope is accepted for 30 seconds around its time
const DRAIN_MS_MAX = 5_000;
const JSON_TYPE = 'application/json; charset=utf-8';

// What was received once, for as long as it would be accepted.
class ReceivedOnce {
  constructor() {
    Object.assign(this, { recent: new Set(), older: new Set(), since: 0 });
  }

  isFirst(envelope) {
    if (Date.now() - this.since > KEPT_ONCE_MS || this.recent.size >= KEPT_ONCE_MAX)
      Object.assign(this, { older: this.recent, recent: new Set(), since: Date.now() });
    if (this.older.has(envelope) || this.recent.has(envelope)) return false;
    this.recent.add(envelope);
    return true;
  }

  forget(envelope) {
    this.recent.delete(envelope);
    this.older.delete(envelope);
  }
}

function bodyOf(asked) {
  return new Promise((resolve, reject) => {
    const pieces = [];
    let bytes = 0;
    asked.on('data', (piece) => {
      bytes += piece.length;
      if (bytes > BODY_BYTES_MAX) reject(new Problem('too_large', 'body', 'is too large'));
      else pieces.push(piece);
    });
    asked.on('end', () => resolve(Buffer.concat(pieces)));
    asked.on('close', () => reject(notExecuted()));
  });
}

const json = (status, value) => ({ status, body: JSON.stringify(value) });

// To a proxy, and to the public: {"errors":{"<subject>":["<detail>"]}}.
export function problemAnswer(problem, isCall) {
  if (isCall) return json(problem.status, problem);
  let headers = '';
  if (problem.status === 429 || problem.status === 503) headers = 'Retry-After: 1\r\n';
  if (problem.status === 401) headers = 'WWW-Authenticate: Token\r\n';
  return { ...json(problem.status, { errors: { [problem.subject]: [problem.detail] } }), headers };
}

// `services`: name -> method -> f(text of the body, call); `route(request)`: an answer, or null;
// `document`: the text of the OpenAPI document.
export class Server {
  constructor({ key, services, route, document }) {
    Object.assign(this, { key, services, route, document, once: new ReceivedOnce() });
    this.http = http.createServer({ maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: 75_000,
      headersTimeout: 10_000, requestTimeout: 30_000 },
    (asked, answer) => this.serve(asked, answer));
  }

  listen(where) {
    return new Promise((resolve, reject) => {
      this.http.once('error', reject);
      this.http.listen(where, () => resolve());
    });
  }

  // What is under way is answered.
  close() {
    return new Promise((resolve) => {
      const late = setTimeout(() => this.http.closeAllConnections(), DRAIN_MS_MAX);
      this.http.close(() => (clearTimeout(late), resolve()));
      this.http.closeIdleConnections();
    });
  }

  async serve(asked, answer) {
    const target = asked.url, isCall = target.startsWith('/rpc/');
    try {
      const body = await bodyOf(asked);
      const envelope = asked.headers['cleave-call'] ?? '';
      const context = openEnvelope(this.key, envelope, { method: asked.method, target, body });
      if (!context)
        return this.write(answer, problemAnswer(
          new Problem('unauthenticated', 'call', 'is not authenticated'), false));
      const request = { method: asked.method, target, body, context, received: Date.now() };
      request.leftMs = context.d === undefined ? 10_000 : Number(context.d);
      const out = await this.answerOnce(envelope, request, isCall);
      this.write(answer, out, envelope);
    } catch (error) {
      answer.shouldKeepAlive = false;
      this.write(answer, problemAnswer(asProblem(error, target), isCall));
    }
  }

  async answerOnce(envelope, request, isCall) {
    if (request.context.o === undefined) return this.answer(request, isCall);
    if (!this.once.isFirst(envelope)) return problemAnswer(outcomeUnknown(), isCall);
    const out = await this.answer(request, isCall);
    if (out.status === 503) this.once.forget(envelope); // Nothing was done.
    return out;
  }

  async answer(request, isCall) {
    try {
      if (request.leftMs <= 0) throw notExecuted(); // Work whose deadline has passed is not begun.
      if (isCall) return json(200, await this.call(request));
      if (request.method === 'GET' && request.target === '/openapi.json')
        return { status: 200, body: this.document };
      const out = await this.route(request);
      if (!out) throw new Problem('not_found', 'path', 'not found');
      return out;
    } catch (error) {
      return problemAnswer(asProblem(error, request.target), isCall);
    }
  }

  async call({ method, target, body, context, leftMs }) {
    if (method !== 'POST') throw new Problem('not_found', 'method', 'not found');
    const [service, name] = target.slice('/rpc/'.length).split('/');
    const methods = this.services.get(service);
    if (!methods || name === undefined) throw new Problem('not_found', 'service', 'not found');
    const run = Object.hasOwn(methods, name) ? methods[name] : null;
    if (!run) throw new Problem('not_found', 'method', 'not found');
    return run(body.toString('utf8'), { context, leftMs });
  }

  write(answer, { status, body, headers = '' }, envelope) {
    const bytes = Buffer.from(body);
    const lines = ['Content-Type', JSON_TYPE, 'Content-Length', bytes.length];
    for (const line of headers.split('\r\n').filter(Boolean)) {
      const colon = line.indexOf(': ');
      lines.push(line.slice(0, colon), line.slice(colon + 2));
    }
    if (envelope !== undefined)
      lines.push('Cleave-Seal', sealAnswer(this.key, envelope,
        { status, contentType: JSON_TYPE, headers, body: bytes }));
    answer.sendDate = false;
    answer.writeHead(status, lines);
    answer.end(bytes);
  }
}
