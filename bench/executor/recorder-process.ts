import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Recorded, RecorderMessage, RecorderOrder } from './recorder.ts';

export interface RecorderProcess {
  url: string;
  /** What was recorded since it was last asked, oldest first. */
  take(): Promise<Recorded[]>;
  /** Lets the effect of this key happen and its reply wait; resolves with the worker that waits. */
  hold(key: string): Promise<string>;
  release(): void;
  stop(): Promise<void>;
}

export async function startRecorder(): Promise<RecorderProcess> {
  const child = fork(join(import.meta.dirname, 'recorder.ts'), { execArgv: [] });
  const order = (message: RecorderOrder) => child.send(message);
  const next = <K extends RecorderMessage['kind']>(kind: K) =>
    new Promise<Extract<RecorderMessage, { kind: K }>>((resolve, reject) => {
      const ended = () => reject(new Error('the recorder ended'));
      const hear = (message: RecorderMessage) => {
        if (message.kind !== kind) return;
        child.off('message', hear);
        child.off('exit', ended);
        resolve(message as Extract<RecorderMessage, { kind: K }>);
      };
      child.on('message', hear);
      child.once('exit', ended);
    });
  const { url } = await next('ready');
  return {
    url,
    async take() {
      const taken = next('taken');
      order({ kind: 'take' });
      return (await taken).records;
    },
    async hold(key) {
      const held = next('held');
      order({ kind: 'hold', key });
      return (await held).worker;
    },
    release: () => void order({ kind: 'release' }),
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
