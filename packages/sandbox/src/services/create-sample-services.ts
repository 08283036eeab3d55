import { createRealClock, type PodRuntime, type SandboxClock } from '../kubernetes/index.ts';
import type { ScrapeTarget } from '../metrics/scrape-target.ts';
import { createSeededRandom } from '../seeded-random.ts';
import type { StartProgramOf } from './program.ts';
import { type LiveTarget, type SamplePod, startSamplePod } from './sample-pod.ts';

export interface SampleServicesOptions {
  clock?: SandboxClock;
  /** Same seed, same failures. Default `lastgood`. */
  seed?: string;
  /** About how long a process takes to listen, and again to become ready. Default 400 ms. */
  startupMs?: number;
  /** What the processes of a service do besides what their image says. */
  startProgram?: StartProgramOf;
  /** How long a stopped process may go on answering what it has begun. Default 1 s. */
  graceMs?: number;
}

export interface SampleServices extends PodRuntime {
  /** Every process that listens, sorted by namespace and pod. */
  targets(): LiveTarget[];
  /** The same for a metric store: labels `namespace`, `pod` and an `instance` that survives a restart. */
  scrapeTargets(): ScrapeTarget[];
  /** Ends every pod. */
  close(): Promise<void>;
}

/**
 * Runs each pod as an HTTP server on a loopback port of its own, behaving as the first container's image says. Other
 * containers only need images that exist.
 */
export function createSampleServices(options: SampleServicesOptions = {}): SampleServices {
  const { clock = createRealClock(), seed = 'lastgood', startupMs = 400, graceMs = 1_000 } = options;
  const { startProgram } = options;
  const pods = new Set<SamplePod>();
  let started = 0;

  function targets(): LiveTarget[] {
    const live = [...pods].map((pod) => pod.target()).filter((target) => target !== undefined);
    const place = (target: LiveTarget) => `${target.namespace}/${target.pod}`;
    return live.sort((a, b) => (place(a) < place(b) ? -1 : 1));
  }

  return {
    run(pod, report) {
      started += 1;
      const random = createSeededRandom(`${seed}/${pod.namespace}/${pod.name}/${started}`);
      const sample = startSamplePod({ pod, report, clock, random, startupMs, graceMs, startProgram });
      pods.add(sample);
      return {
        stop: async () => {
          await sample.stop();
          pods.delete(sample);
        },
      };
    },
    targets,
    scrapeTargets: () =>
      targets().map(({ url, namespace, pod, ip }) => ({
        url: `${url}/metrics`,
        labels: { namespace, pod, instance: `${ip}:8080` },
      })),
    close: async () => {
      await Promise.all([...pods].map((pod) => pod.stop()));
      pods.clear();
    },
  };
}
