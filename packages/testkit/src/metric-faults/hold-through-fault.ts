import { createPrometheus } from '@lastgood/adapters/metrics/prometheus/prometheus';
import { type Comparison, defaultTriggerSet, type RollbackTrigger } from '@lastgood/domain';
import { createMonitor } from '@lastgood/engine';
import { createInMemoryStore, type InMemoryStore } from '../fakes/in-memory-store.ts';
import { aBaseline, aDeployment, aService, aSnapshot, dayZero, minute } from '../scenario/builders.ts';
import { monitorSettings } from '../scenario/test-engine.ts';
import { createVirtualTime } from '../virtual-time.ts';

/*
 * The four triggers that are shipped, by both comparisons, over HTTP: two slots of the truth, four in which the source is at fault,
 * two of the truth again. Each is declared twice: so that the truth is a breach that has not lasted long enough at the end, and so
 * that the truth is well, where anything that a fault made a number of could be a breach.
 */

const shipped = ['high_error_rate', 'crash_loop', 'high_latency', 'slo_burn_rate'];
const comparisons: Comparison[] = ['greater_than', 'less_than'];
const services = ['web', 'mail'];

/** When their version began: as long ago as every window of the burn rate needs. */
const begunAt = dayZero - 40 * minute;

const slots = { true: 2, faulty: 4, again: 2 };

const { intervalMs } = monitorSettings;

/** Breaches of the truth before the fault. */
export const heldBeforeMs = (slots.true - 1) * intervalMs;

/** And after it, with one interval for all of the fault. */
export const mostHeldMs = heldBeforeMs + slots.again * intervalMs;

const snapshot = (service: string, version: string) => aSnapshot(`registry.example/${service}:${version}`);

export const hashOf = (service: string) => snapshot(service, 'v2').podTemplateHash ?? '';

function variants(): RollbackTrigger[] {
  return defaultTriggerSet.triggers
    .filter(({ name }) => shipped.includes(name))
    .flatMap((trigger) =>
      comparisons.flatMap((comparison) => {
        // Beyond any number there is, on the one side or the other.
        const far = comparison === 'greater_than' ? -1e12 : 1e12;
        const same = { comparison, severity: 'auto_rollback', initialDelayMs: 0 } as const;
        const name = `${trigger.name}-${comparison}`;
        return [
          { ...trigger, ...same, name: `${name}-breached`, threshold: far, forMs: 10 * minute },
          {
            ...trigger,
            ...same,
            name: `${name}-well`,
            threshold: -far,
            forMs: (slots.faulty - 2) * intervalMs,
          },
        ];
      }),
    );
}

export interface Held {
  rollbacks: number;
  /** The longest that any breach counts in the end, and how many there are. */
  heldMs: number[];
  /** What was read while the source was at fault. */
  faulty: Set<string>;
  /** Before and after. */
  others: Set<string>;
}

export async function holdThroughFault(
  url: string,
  { batchNames, timeoutMs, begin, end }: HoldOptions,
): Promise<Held> {
  const time = createVirtualTime(dayZero);
  const store = createInMemoryStore({ now: time.now, notifiers: [] });
  for (const name of services) await declare(store, name);
  const source = createPrometheus({ url, batchNames, timeoutMs });
  let ids = 0;
  const monitor = createMonitor({
    ...{ slots: store.slots, deployments: store.deployments, metrics: source, clock: time.clock },
    ...{ newId: () => `id-${++ids}`, replica: 'one', settings: monitorSettings },
  });
  const all = slots.true + slots.faulty + slots.again;
  const isFaulty = (n: number) => n >= slots.true && n < slots.true + slots.faulty;
  for (let n = 0; n < all; n += 1) {
    if (n === slots.true) await begin();
    if (n === slots.true + slots.faulty) await end();
    await time.runUntil(dayZero + n * intervalMs);
    await monitor.tick(time.now(), new AbortController().signal);
  }
  await source.close();
  const kinds = (faulty: boolean) =>
    store.world.readings
      .filter(({ slot }) => isFaulty((slot - dayZero) / intervalMs) === faulty)
      .map(({ reading }) => reading.kind);
  return {
    rollbacks: store.world.runs.size,
    heldMs: [...store.world.states].flatMap(([key, { heldMs }]) => (key.endsWith('-breached') ? heldMs : [])),
    faulty: new Set(kinds(true)),
    others: new Set(kinds(false)),
  };
}

export interface HoldOptions {
  /** 1: each query by itself. */
  batchNames: number;
  timeoutMs: number;
  begin: () => void | Promise<void>;
  end: () => void | Promise<void>;
}

async function declare(store: InMemoryStore, name: string): Promise<void> {
  const service = aService({ name, triggers: variants() });
  await store.services.apply(service, 'test', begunAt);
  const target = { kind: 'Deployment', name } as const;
  const [before, after] = [snapshot(name, 'v1'), snapshot(name, 'v2')];
  const of = { service: service.key, startedAt: begunAt };
  const first = { kind: 'workload', target, before: null, after: before } as const;
  const second = { kind: 'workload', target, before, after } as const;
  const baseline = aBaseline({ ...of, id: `${name}-1`, changes: [first] });
  await store.deployments.commit({ newDeployments: [baseline] });
  const release = { ...of, id: `${name}-2`, previousDeploymentId: baseline.id, changes: [second] };
  await store.deployments.commit({ newDeployments: [aDeployment(release)] });
}
