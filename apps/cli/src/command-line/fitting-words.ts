import type { Terminal } from './terminal.ts';

/** The most characters the API takes, by option. */
const limits = { detail: 500, note: 500, reason: 1_000 } as const;

/**
 * Words for people that come from a pipeline, cut to what the API takes: a log that was pasted in must not fail a deployment. What
 * was cut is said.
 */
export function fittingWords<T extends string | undefined>(
  option: keyof typeof limits,
  text: T,
  terminal: Terminal,
): T | string {
  const limit = limits[option];
  if (text === undefined || text.length <= limit) return text;
  terminal.say(`--${option} is cut to ${limit} characters; it has ${text.length}.`);
  return `${text.slice(0, limit - 1)}…`.toWellFormed();
}
