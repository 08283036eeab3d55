import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Json, JsonObject } from '../objects.ts';

/** Traces recorded from a real Kubernetes 1.36.2: what was sent and what came back, with placeholders. */
export interface Trace {
  scenario: string;
  description: string;
  namespace: string;
  steps: TraceStep[];
  invariants: { text: string; check?: InvariantCheck }[];
}

export interface RecordedRequest {
  atMs: number;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: Json;
  bodyText?: string;
  response: RecordedResponse;
}

export interface RecordedResponse {
  status: number;
  contentType: string;
  warning?: string;
  retryAfter?: string;
  body?: Json;
  events?: unknown[];
}

interface StepHead {
  step: number;
  atMs: number;
  id?: string;
  note?: string;
}

export type TraceStep = StepHead &
  (
    | ({ kind: 'request'; racy?: boolean } & RecordedRequest)
    | {
        kind: 'watch';
        path: string;
        headers: Record<string, string>;
        objects: 'full' | 'subset';
        response: RecordedResponse;
        events: { type: string; object: JsonObject }[];
        end: { how: string; openMs?: number };
      }
    | {
        kind: 'wait';
        until: string;
        forMs?: number;
        poll?: string;
        conditions?: Condition[];
        tookMs?: number;
      }
    | { kind: 'kubelet'; match: { image: string }; outcome: string; behaviour: string }
    | { kind: 'kubectl'; argv: string[]; requests: RecordedRequest[]; tookMs: number }
  );

/** Pointer, operator, value; no value for `exists` and `absent`. */
export type Condition = [pointer: string, op: string, value?: Json];

export type InvariantCheck =
  | { left: string; op: string; right?: Json | { ref: string } }
  | {
      watch: string;
      afterStepId?: string;
      name?: string;
      some?: Condition[];
      never?: Condition[];
      every?: Condition[];
      finally?: Condition[];
      sequence?: Condition[][];
      count?: number;
      where?: Condition[];
    };

const FOLDER = new URL('../fixtures/traces/', import.meta.url);

export function traceNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json.gz'))
    .map((file) => file.slice(0, -'.json.gz'.length))
    .sort();
}

export function readTrace(name: string): Trace {
  const text = gunzipSync(readFileSync(new URL(`${name}.json.gz`, FOLDER))).toString();
  return JSON.parse(withNamedHashes(text)) as Trace;
}

/** Template hashes that occur only inside messages were recorded as they were; they get placeholders, too. */
function withNamedHashes(text: string): string {
  const numbers = new Map<string, number>();
  return text.replace(
    /((?:ReplicaSet|replica set) \\"[a-z0-9-]+?-)([a-z0-9]{8,10})\\"/g,
    (_all, before: string, hash: string) => {
      const number = numbers.get(hash) ?? 1_000 + numbers.size;
      numbers.set(hash, number);
      return `${before}$HASH:${number}\\"`;
    },
  );
}
