import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../connection/pool.ts';
import type { Topic } from '../connection/store-context.ts';

/** The one NOTIFY channel. */
export const channel = 'lastgood';

export interface TopicSender {
  send(topics: readonly Topic[]): void;
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>;
}

/** Nobody sees a twentieth of a second, and every word costs a commit. */
const pauseMs = 50;

/**
 * Sends NOTIFY after the commit and outside of it: inside, all commits queue for one lock and run at a third of their
 * rate. What comes up while one is on its way goes together in the next. Runs are told at once; the rest, which only screens
 * and messages wait for, at most twenty times a second. A lost one costs latency: the sweep finds it.
 */
export function createTopicSender(sql: Sql): TopicSender {
  const runs = createSender(sql, 0);
  const rest = createSender(sql, pauseMs);
  return {
    send(topics) {
      runs.send(topics.filter((topic) => topic === 'runs'));
      rest.send(topics.filter((topic) => topic !== 'runs'));
    },
    async settled() {
      await Promise.all([runs.settled(), rest.settled()]);
    },
  };
}

/** One NOTIFY at a time, with a pause after each. */
function createSender(sql: Sql, pauseMs: number): TopicSender {
  const waiting = new Set<Topic>();
  let sending: Promise<void> | undefined;

  async function sendAll(): Promise<void> {
    while (waiting.size > 0) {
      const payload = [...waiting].join(',');
      waiting.clear();
      try {
        await sql('select pg_notify($1, $2)', [channel, payload], 'prepared');
      } catch {
        // The rows are committed and the sweep finds them; what is wrong with the database its next user is told.
      }
      if (pauseMs > 0) await sleep(pauseMs);
    }
    sending = undefined;
  }

  return {
    send(topics) {
      for (const topic of topics) waiting.add(topic);
      if (waiting.size > 0) sending ??= sendAll();
    },
    async settled() {
      await sending;
    },
  };
}
