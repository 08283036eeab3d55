import { request } from 'undici';
import type { SandboxClock } from '../kubernetes/index.ts';
import type { ClusterClient } from './cluster-client.ts';
import { imageOf, type SampleService } from './fleet.ts';

/** Where the pipeline reports: the deployment it was started for, at a Lastgood. */
export interface ReportTo {
  /** `http://127.0.0.1:4600` */
  url: string;
  deploymentId: string;
}

export interface Pipeline {
  /** Sets the image at once and reports the end of the rollout later, as a CI job would. */
  deploy(service: SampleService, tag: string, report: ReportTo | null): Promise<void>;
  close(): void;
}

const lookEveryMs = 1_000;
const givesUpAfterMs = 180_000;
const reportAttempts = 30;

/** A deploy job that lives in the sandbox and speaks to Lastgood as any CI does. */
export function createPipeline(
  cluster: ClusterClient,
  clock: SandboxClock,
  onError: (error: unknown) => void,
): Pipeline {
  const timers = new Set<() => void>();
  let closed = false;

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.schedule(ms, () => {
        timers.delete(cancel);
        resolve();
      });
      timers.add(cancel);
    });

  async function follow(service: SampleService, image: string, report: ReportTo): Promise<void> {
    const startedAt = clock.now();
    while (!closed) {
      await pause(lookEveryMs);
      const rollout = await cluster.rollout(service);
      // Somebody has put another version in place: this job has nothing to report any more.
      if (rollout.image !== image) return;
      if (rollout.complete) return tell(report, { status: 'completed' });
      if (clock.now() - startedAt > givesUpAfterMs) {
        return tell(report, { status: 'failed', detail: 'the rollout did not complete in three minutes' });
      }
    }
  }

  /** Lastgood may be down just now: a pipeline tries again for a while. */
  async function tell(
    { url, deploymentId }: ReportTo,
    body: { status: string; detail?: string },
  ): Promise<void> {
    for (let attempt = 0; attempt < reportAttempts && !closed; attempt += 1) {
      const status = await patch(`${url}/api/v1/deployments/${deploymentId}`, body);
      if (status !== null && status < 500) return;
      await pause(lookEveryMs);
    }
  }

  return {
    async deploy(service, tag, report) {
      const image = imageOf(service, tag);
      await cluster.setImage(service, image);
      if (report) void follow(service, image, report).catch(onError);
    },
    close() {
      closed = true;
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}

/** The HTTP status, or null when nothing answered. */
async function patch(url: string, body: unknown): Promise<number | null> {
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
