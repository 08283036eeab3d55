import { request } from 'undici';
import type { SandboxClock } from '../kubernetes/index.ts';
import type { ClusterClient } from './cluster-client.ts';
import type { WorkloadName } from './shop/workload.ts';

/** Where a pipeline reports: at a Lastgood, the deployment that it registered for each of its services. */
export interface ReportTo {
  /** `http://127.0.0.1:4600` */
  url: string;
  /** Identifier of the deployment by the name of the service. */
  deployments: Record<string, string>;
}

/** How a rollout ended. *replaced*: somebody has put another version in place, and there is nothing to report any more. */
export type RolledOut = 'complete' | 'replaced' | 'late';

/** One run of a deploy pipeline. */
export interface Job {
  /** Does the rest in the background; where it fails, Lastgood is told so of every deployment of the job. */
  goOn(work: () => Promise<void>): void;
  /** False when the sandbox closes meanwhile. */
  pause(ms: number): Promise<boolean>;
  /** Waits until the workload's rollout of this image has ended in one way or another. */
  rolledOut(workload: WorkloadName, image: string): Promise<RolledOut>;
  /** Tells Lastgood how the deployment of a service ended. */
  report(service: string, ended: RolledOut): Promise<void>;
}

export interface Pipelines {
  begin(report: ReportTo | null): Job;
  close(): void;
}

const lookEveryMs = 1_000;
const givesUpAfterMs = 180_000;
const reportAttempts = 30;

/** Deploy jobs that live in the sandbox and speak to Lastgood as any CI does. */
export function createPipelines(
  cluster: ClusterClient,
  clock: SandboxClock,
  onError: (error: unknown) => void,
): Pipelines {
  const timers = new Set<() => void>();
  let closed = false;

  const pause = (ms: number) =>
    new Promise<boolean>((resolve) => {
      if (closed) return resolve(false);
      const cancel = clock.schedule(ms, () => {
        timers.delete(cancel);
        resolve(!closed);
      });
      timers.add(cancel);
    });

  async function rolledOut(workload: WorkloadName, image: string): Promise<RolledOut> {
    const startedAt = clock.now();
    while (await pause(lookEveryMs)) {
      const rollout = await cluster.rollout(workload);
      if (rollout.image !== image) return 'replaced';
      if (rollout.complete) return 'complete';
      if (clock.now() - startedAt > givesUpAfterMs) return 'late';
    }
    return 'replaced';
  }

  /** Lastgood may be down just now: a pipeline tries again for a while. */
  async function tell({ url, deployments }: ReportTo, service: string, body: object): Promise<void> {
    const id = deployments[service];
    if (id === undefined) return;
    for (let attempt = 0; attempt < reportAttempts && !closed; attempt += 1) {
      const status = await patch(`${url}/api/v1/deployments/${id}`, body);
      if (status !== null && status < 500) return;
      await pause(lookEveryMs);
    }
  }

  async function failed(to: ReportTo | null, detail: string): Promise<void> {
    if (!to) return;
    for (const service of Object.keys(to.deployments)) await tell(to, service, { status: 'failed', detail });
  }

  return {
    begin: (to) => ({
      goOn(work) {
        void work().catch(async (error: unknown) => {
          onError(error);
          // Not in its words: they may have the address of a database, with its password.
          await failed(to, 'the pipeline failed; world.log of the sandbox says why');
        });
      },
      pause,
      rolledOut,
      async report(service, ended) {
        if (!to || ended === 'replaced') return;
        const detail = 'the rollout did not complete in time';
        await tell(
          to,
          service,
          ended === 'complete' ? { status: 'completed' } : { status: 'failed', detail },
        );
      },
    }),
    close() {
      closed = true;
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}

/** The HTTP status, or null when nothing answered. */
async function patch(url: string, body: object): Promise<number | null> {
  try {
    const answer = await request(url, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await answer.body.dump();
    return answer.statusCode;
  } catch {
    return null;
  }
}
