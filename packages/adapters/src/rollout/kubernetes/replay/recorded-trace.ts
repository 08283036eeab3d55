import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ServedPod, ServedWorkload } from '../served-objects.ts';

/** An exchange or a watch as recorded from a real API server; only the parts used here. */
interface RecordedStep {
  kind: string;
  step: number;
  atMs: number;
  id?: string;
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: unknown;
  response?: { status: number; body: unknown };
  events?: RecordedEvent[];
}

export interface RecordedEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: ServedWorkload & ServedPod;
  atMs: number;
  /** Index of the latest writing step before the event. */
  afterStep: number;
}

export interface RecordedTrace {
  /** The step with this id; throws when the trace has none. */
  step(id: string): RecordedStep & { response: { status: number; body: unknown } };
  /** All requests, in order. */
  requests(): (RecordedStep & { response: { status: number; body: unknown } })[];
  /** The body of the answer to the step with this id. */
  body<T>(id: string): T;
  /** The events of a watch, in order. */
  events(id: string): RecordedEvent[];
}

/** The sandbox's own, which it is replayed against, and those of what only an adapter has to read. */
const folders = ['../../../../../sandbox/src/kubernetes/fixtures/traces/', './traces/'];

function fileOf(name: string): URL {
  const files = folders.map((folder) => new URL(`${folder}${name}.json.gz`, import.meta.url));
  const found = files.find((file) => existsSync(file));
  if (!found) throw new Error(`there is no trace ${name}`);
  return found;
}

export function readTrace(name: string): RecordedTrace {
  const { steps } = JSON.parse(gunzipSync(readFileSync(fileOf(name))).toString()) as {
    steps: RecordedStep[];
  };
  const step = (id: string) => {
    const found = steps.find((candidate) => candidate.id === id);
    if (!found) throw new Error(`trace ${name} has no step ${id}`);
    return found as RecordedStep & { response: { status: number; body: unknown } };
  };
  return {
    step,
    requests: () =>
      steps.filter(
        (one): one is RecordedStep & { response: { status: number; body: unknown } } =>
          one.kind === 'request' && one.response !== undefined,
      ),
    body: <T>(id: string) => step(id).response.body as T,
    events: (id) => step(id).events ?? [],
  };
}

/** The pods as they were at the time of a watch event. */
export function podsAt(events: readonly RecordedEvent[], atMs: number): ServedPod[] {
  const pods = new Map<string, ServedPod>();
  for (const { type, object, atMs: when } of events) {
    if (when > atMs) break;
    if (type === 'DELETED') pods.delete(object.metadata.uid);
    else pods.set(object.metadata.uid, object);
  }
  return [...pods.values()];
}
