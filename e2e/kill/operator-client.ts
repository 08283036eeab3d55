import { randomUUID } from 'node:crypto';
import type { RunView } from '@lastgood/server/endpoints/runs/run-schema';
import { until } from './replica-process.ts';

/** What a person on call does and sees, over the REST API of one server. */
export interface OperatorClient {
  run(id: string): Promise<RunView>;
  /** The run once nobody is to do anything about it by itself. */
  ended(id: string): Promise<RunView>;
  /** The run once the step has been tried and waits. */
  waiting(id: string, ordinal: number): Promise<RunView>;
  /** Null where it goes on; the answer where it is turned away because something was deployed since. */
  continueRun(id: string, how: 'resume' | 'retry'): Promise<string | null>;
}

export function createOperatorClient(url: string): OperatorClient {
  const run = async (id: string): Promise<RunView> => {
    const answer = await fetch(`${url}/api/v1/runs/${id}`);
    if (!answer.ok) throw new Error(`GET run ${id}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as RunView;
  };
  const when = (what: string, id: string, holds: (view: RunView) => boolean) =>
    until(
      `run ${id} ${what}`,
      async () => {
        const view = await run(id);
        return holds(view) && view;
      },
      60_000,
      50,
    );
  return {
    run,
    ended: (id) => when('to end', id, ({ run: { status } }) => status !== 'queued' && status !== 'running'),
    waiting: (id, ordinal) =>
      when(`to wait at ${ordinal}`, id, ({ steps }) => steps[ordinal]?.status === 'waiting'),
    async continueRun(id, how) {
      const answer = await fetch(`${url}/api/v1/runs/${id}/${how}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      });
      if (answer.ok) return null;
      const text = await answer.text();
      if (answer.status === 409 && / was (deployed|registered) since /.test(text)) return text;
      throw new Error(`${how} run ${id}: ${answer.status} ${text}`);
    },
  };
}
