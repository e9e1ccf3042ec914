// Days of UTC are numbers since 1970.
export const DAY_MS = 24 * 3600 * 1000;
export const DAILY_DAYS = 30;
export const DAYS_KEPT = 90; // of single days; what is older is in the sums alone
export const DAYS_UNFOLDED = 2; // today and yesterday, whose visitors are known

export const dayOf = (ms) => Math.trunc(ms / DAY_MS);
export const startOf = (day) => day * DAY_MS;
export const dateOf = (day) => new Date(startOf(day)).toISOString().slice(0, 10);

// As SQLite orders texts: by their bytes.
export const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
