import type { TSchema } from 'typebox';
import type { PartQuestion, TriggerPart } from '../trigger/part.ts';
import type { Question } from '../trigger/question.ts';
import type { Reading } from '../trigger/reading.ts';
import type { ReadResult } from '../workload/observation.ts';
import type { WorkloadRef, WorkloadTarget } from '../workload/workload.ts';
import type { ProbeResult } from './probe-result.ts';

/** What a metric source answered to the parts of a trigger, and to the companion of `minSamples`; `samples` is null without one. */
export interface PartsSeen {
  parts: TriggerPart[];
  samples: Reading | null;
}

/** What a check may ask, and what comes back, by the port that answers. */
export interface CheckPorts {
  metrics: { asks: { question: Question }; answers: { reading: Reading } };
  parts: { asks: { parts: PartQuestion[]; samples: Question | null }; answers: PartsSeen };
  probe: { asks: { url: string }; answers: ProbeResult };
  rollout: { asks: { workload: WorkloadTarget }; answers: ReadResult };
}

export type CheckPort = keyof CheckPorts;

export type CheckQuestion<P extends CheckPort = CheckPort> = {
  [Port in P]: { port: Port } & CheckPorts[Port]['asks'];
}[P];

export type CheckAnswer<P extends CheckPort = CheckPort> = CheckPorts[P]['answers'];

/**
 * How old what an answer speaks of may be. `window`: a query looks into the past from `since` on. `cache`: somebody on the way
 * answered with what was made at `since`.
 */
export interface EvidenceAge {
  since: number;
  from: 'window' | 'cache';
}

/** What one attempt of a check saw. */
export type Attempt =
  /** Without `age` it speaks of the moment it was asked in. */
  | { kind: 'seen'; pass: boolean; actual: string; age?: EvidenceAge }
  /** There is nothing that could prove anything: no pods. */
  | { kind: 'nothing-serves'; reason: string }
  | { kind: 'could-not-ask'; reason: string };

/** What is known of the service while it is verified. */
export interface CheckSubject {
  cluster: string;
  namespace: string;
  /** What the placeholders of a query stand for. */
  variables: Question['variables'];
}

/** What a declared check is held against. */
export interface DeclaredBeside {
  workloads: readonly WorkloadRef[];
  /** What is wrong with a query, in words; empty when it can be asked. */
  lintQuery: (query: string) => string[];
}

/** `path` is a JSON Pointer into the declared check. */
export interface CheckFault {
  path: string;
  message: string;
}

/** How one kind of check is asked and judged. Pure. A kind is given its own checks, and answers of its own port, only. */
export interface CheckKind<P extends CheckPort, Check extends { type: string }> {
  type: Check['type'];
  /** "GET http://web/ready" */
  asks(check: Check): string;
  /** "status 200" */
  expected(check: Check): string;
  ask(check: Check, subject: CheckSubject): CheckQuestion<P>;
  judge(check: Check, answer: CheckAnswer<P>): Attempt;
  /** A declared check that is about the same as one of the run's own, held to what that one proves. Absent: never. */
  heldTo?(check: Check, own: readonly Check[]): Check;
}

/** A kind of check that a team declares. */
export interface DeclaredKind<P extends CheckPort, Declared, Check extends { type: string }>
  extends CheckKind<P, Check> {
  /** What a team declares. */
  schema: TSchema;
  /** What the schema cannot say. */
  lint(declared: Declared, beside: DeclaredBeside): CheckFault[];
  /** A linted declaration with its defaults. */
  accept(declared: Declared, workloads: readonly WorkloadRef[]): Check;
}
