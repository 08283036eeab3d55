import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Acted {
  /** From the press to the answer, of each rollback and each undo, in milliseconds. */
  rollbacks: number[];
  /** When each of these rollbacks was pressed, epoch milliseconds. */
  began: number[];
  undos: number[];
  /** What was not accepted, and why. */
  failed: string[];
}

/** Between two presses. */
const everyMs = 300;
/** Long enough to undo what was pressed before anything begins. */
const startsInSeconds = 60;

/** Presses the button, and undoes it, for deployment after deployment until `ms` are over; without a token where none is needed. */
export async function act(
  url: string,
  token: string | null,
  deployments: string[],
  ms: number,
): Promise<Acted> {
  const acted: Acted = { rollbacks: [], began: [], undos: [], failed: [] };
  const until = performance.now() + ms;
  const post = async (path: string, body: object, took: number[]): Promise<{ id?: string }> => {
    const began = performance.now();
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await answer.text();
    if (answer.ok) took.push(performance.now() - began);
    else acted.failed.push(`${path}: ${answer.status} ${text.slice(0, 200)}`);
    return answer.ok ? (JSON.parse(text) as { id?: string }) : {};
  };
  for (let n = 0; performance.now() < until; n += 1) {
    const next = sleep(everyMs);
    const id = deployments[n % deployments.length];
    try {
      const pressedAt = Date.now();
      const run = await post(`/deployments/${id}/rollback`, { startsInSeconds }, acted.rollbacks);
      if (acted.rollbacks.length > acted.began.length) acted.began.push(pressedAt);
      if (run.id) await post(`/runs/${run.id}/undo`, {}, acted.undos);
    } catch (error) {
      acted.failed.push(String(error));
    }
    await next;
  }
  return acted;
}
