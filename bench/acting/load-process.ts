import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Load, LoadReport } from './load.ts';

export interface RunningLoad {
  /** Ends it; what became of its requests. */
  stop(): Promise<LoadReport>;
}

export function startLoad(load: Load): RunningLoad {
  const child = fork(join(import.meta.dirname, 'load.ts'), { execArgv: [] });
  child.send(load);
  return {
    async stop() {
      const told = once(child, 'message');
      child.send('stop');
      const [report] = (await told) as [LoadReport];
      child.disconnect();
      await once(child, 'exit');
      return report;
    },
  };
}
