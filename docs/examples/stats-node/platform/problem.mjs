// Why a call failed, as a value that a stranger may read: the codes of src/contract/problem.hpp.
const STATUS = {
  malformed: 400, unauthenticated: 401, forbidden: 403, not_found: 404, conflict: 409,
  too_large: 413, invalid_argument: 422, rate_limited: 429, internal: 500, not_executed: 503,
  outcome_unknown: 504, storage_full: 507,
};

export class Problem extends Error {
  constructor(code, subject, detail, pointer = null) {
    super(`${subject} ${detail}`);
    Object.assign(this, { code, subject, detail, pointer });
  }

  get status() {
    return STATUS[this.code];
  }

  toJSON() {
    return { code: this.code, subject: this.subject, detail: this.detail, pointer: this.pointer };
  }
}

export const notExecuted = () => new Problem('not_executed', 'service', 'unavailable');
export const outcomeUnknown = () => new Problem('outcome_unknown', 'service', 'outcome unknown');
export const internalError = () => new Problem('internal', 'server', 'internal error');

// Null where it is none.
export function readProblem(text) {
  try {
    const { code, subject, detail, pointer } = JSON.parse(text);
    if (!Object.hasOwn(STATUS, code)) return null;
    if (typeof subject !== 'string' || typeof detail !== 'string') return null;
    return new Problem(code, subject, detail, pointer ?? null);
  } catch {
    return null;
  }
}

// Nothing that was not expected is told to a stranger: it is logged here, once.
export function asProblem(error, where) {
  if (error instanceof Problem) return error;
  console.error(`${where} failed:`, error);
  return internalError();
}

const REQUIRED = { integer: Number.isSafeInteger, string: (v) => typeof v === 'string' };
const MUST_BE = { integer: 'must be an integer in range', string: 'must be a string' };

// The fields of a request's body by their types ("integer", "string"; with "?" what may be null).
export function readBody(text, fields) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Problem('malformed', 'body', 'is not valid JSON: syntax error');
  }
  const refuse = (detail, pointer) => new Problem('invalid_argument', 'body', detail, pointer);
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw refuse('must be an object', '');
  const out = {};
  for (const [name, type] of Object.entries(fields)) {
    const plain = type.replace('?', ''), value = body[name] ?? null;
    if (value === null && plain !== type) out[name] = null;
    else if (body[name] === undefined) throw refuse('is required', `/${name}`);
    else if (!REQUIRED[plain](value)) throw refuse(MUST_BE[plain], `/${name}`);
    else out[name] = value;
  }
  return out;
}
