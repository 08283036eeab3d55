import type { SandboxClock } from '../kubernetes/index.ts';

/** What the code of a service does besides what its image says of how it behaves. */
export interface Program {
  /** The share of requests that fail because of it now, from 0 to 1; absent: none. */
  errorShare?(): number;
  /** What its answers say besides, as JSON. */
  answers?(): Record<string, unknown>;
  /** Answers requests by itself; one that throws has failed. Absent: they are answered as the image says. */
  answer?(request: ProgramRequest): Promise<ProgramAnswer>;
  /** Whether it can work; until it says so, its pod is not ready. */
  isReady?(): Promise<boolean>;
  /** Ends after the last answer of its process. */
  close?(): void | Promise<void>;
}

export interface ProgramRequest {
  method: 'GET' | 'POST';
  /** `/search?q=shoes` */
  path: string;
}

export interface ProgramAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** What a process can reach. */
export interface ProgramPlace {
  /** `v42` */
  version: string;
  clock: SandboxClock;
  /** Asks a service of the shop through the cluster's data plane; null when nothing good was answered. */
  ask(host: string): Promise<Record<string, unknown> | null>;
  /** Where its scenario answers, without a slash at the end. */
  url: string;
  /** Where its scenario keeps what it has. */
  folder: string;
}

export type StartProgram = (place: ProgramPlace) => Program;

/** How a program is started for a process; undefined for a service without one. */
export type StartProgramOf = (
  service: string,
  place: Pick<ProgramPlace, 'version' | 'clock'>,
) => Program | undefined;
