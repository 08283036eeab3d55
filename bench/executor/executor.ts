/** A plan of so many trivial steps, each one effect on the recorder. */
export interface Plan {
  id: string;
  steps: number;
}

export interface Worker {
  name: string;
  pid: number;
  /** SIGKILL; resolves with the instant of its end, epoch milliseconds. */
  kill(): Promise<number>;
}

/** An engine that carries plans over PostgreSQL with worker processes of its own. */
export interface Executor {
  name: 'Lastgood' | 'DBOS';
  startWorker(): Promise<Worker>;
  /** Resolves when the plan is stored and will be carried. */
  queue(plan: Plan): Promise<void>;
  /** Those that have not ended well, with the state they are in. */
  open(planIds: readonly string[]): Promise<{ id: string; state: string }[]>;
  /** What its workers reported lately, to explain what was lost. */
  faults(): string[];
  /** What an operator has to do after a worker died; null when its peers take over by themselves. */
  tellOfDeath: ((workerName: string) => Promise<void>) | null;
  close(): Promise<void>;
}

export type OpenExecutor = (databaseUrl: string, recorderUrl: string) => Promise<Executor>;

/** How a worker process is started: one JSON argument. */
export interface WorkerOrders {
  databaseUrl: string;
  recorderUrl: string;
  name: string;
}

export type WorkerMessage = { kind: 'ready' } | { kind: 'fault'; text: string };

/** Plans one worker carries at once, in both engines. */
export const atOnce = 8;
/** Connections of one worker, in both engines. */
export const poolSize = 20;
