import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorInWords, errorsOf, messagesOf } from './diagnostics.ts';
import type { WorkRecord } from './work-record.ts';

type WorkEnd = NonNullable<WorkRecord['end']>;

/** How much of its end is read, in bytes: provisioners write what they like. */
const longestTail = 512 * 1024;

export function logOf(folder: string): string {
  return join(folder, 'apply.log');
}

/** What it has said last; empty where it has said nothing. */
export function tailOf(folder: string): string {
  try {
    const fd = openSync(logOf(folder), 'r');
    try {
      const { size } = fstatSync(fd);
      const buffer = Buffer.alloc(Math.min(size, longestTail));
      readSync(fd, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString('utf8');
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}

/** While something is being changed the program says so every 10 s; in milliseconds. */
const longestSilenceMs = 60_000;

/** Whether nothing more is to be expected of it: it has said its last words, or nothing for so long that it may be dead. */
export function isSilent(folder: string): boolean {
  const log = tailOf(folder);
  if (isDone(log) || errorsOf(messagesOf(log)).length > 0) return true;
  try {
    return Date.now() - statSync(logOf(folder)).mtimeMs > longestSilenceMs;
  } catch {
    return true;
  }
}

/** It is changing the world, and so it holds the lock. */
export function hasBegun(log: string): boolean {
  const messages = messagesOf(log);
  return messages.some(({ type }) => type === 'apply_start') && !isDone(log);
}

function isDone(log: string): boolean {
  return messagesOf(log).some(({ type, operation }) => type === 'change_summary' && operation === 'apply');
}

/** Said before anything is changed: the plan was made of another state, or the state is not to be had. */
const notBegun = /^(Saved plan is stale|Error acquiring the state lock)/;

/**
 * How an apply ended whose process is gone. It says so itself as its last words; one that does not was killed. A plan that had
 * become stale has changed nothing and is made anew.
 */
export function endOf(log: string, secrets: Iterable<string>): WorkEnd {
  if (isDone(log)) return { kind: 'done' };
  const errors = errorsOf(messagesOf(log));
  if (errors.length === 0 || errors.every(({ summary }) => notBegun.test(summary)))
    return { kind: 'cut-off' };
  return { kind: 'failed', reason: errorInWords(errors, secrets), told: false };
}
