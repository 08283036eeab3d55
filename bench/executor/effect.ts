import { Agent, request } from 'node:http';

/** Stable key of a step's effect: `run/step`. */
export function effectKey(planId: string, step: number): string {
  return `${planId}/${step}`;
}

export interface Effects {
  /** Whether the effect is there. */
  look(key: string, signal?: AbortSignal): Promise<boolean>;
  make(key: string, signal?: AbortSignal): Promise<void>;
}

/**
 * Effects on the recorder. Every engine applies a step at least once, so that each looks before it writes and reads back what
 * it wrote, as the steps of the product do; the recorder itself refuses nothing, so that a lost race shows as a doubled effect.
 */
export function createEffects(recorderUrl: string, worker: string): Effects {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const send = (method: 'GET' | 'POST', key: string, signal?: AbortSignal) =>
    new Promise<number>((resolve, reject) => {
      const options = { method, agent, headers: { worker }, signal };
      const sent = request(`${recorderUrl}/effects/${key}`, options, (reply) => {
        reply.on('error', reject);
        reply.on('end', () => resolve(reply.statusCode ?? 0));
        reply.resume();
      });
      sent.on('error', reject);
      sent.end();
    });
  return {
    look: async (key, signal) => (await send('GET', key, signal)) === 200,
    async make(key, signal) {
      const status = await send('POST', key, signal);
      if (status !== 201) throw new Error(`the recorder answered ${status} to ${key}`);
    },
  };
}

/** What a step amounts to: look, make it when it is not there, look again. */
export async function lookThenMake(effects: Effects, key: string): Promise<void> {
  if (await effects.look(key)) return;
  await effects.make(key);
  if (!(await effects.look(key))) throw new Error(`${key} was made and is not there`);
}
