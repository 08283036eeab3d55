import type { Health } from '@lastgood/domain';

export type SourceKind = 'postgres' | 'prometheus' | 'cluster' | 'notifier';

export interface SourceState {
  kind: SourceKind;
  name: string;
  health: Health;
  /** When it became so. */
  since: number;
}

/** What this replica knows of the outside systems: written by its loops, read by screens. */
export function createSourceBoard() {
  const states = new Map<string, SourceState>();
  let services = new Map<string, string[]>();
  return {
    /** True when it turned, or when its first report is bad. */
    report(kind: SourceKind, name: string, health: Health, at: number): boolean {
      const key = `${kind}/${name}`;
      const before = states.get(key);
      const turned = before?.health.up !== health.up;
      states.set(key, { kind, name, health, since: turned ? at : (before?.since ?? at) });
      return before === undefined ? !health.up : turned;
    },
    reportServices(trouble: Map<string, string[]>): void {
      services = trouble;
    },
    all: () => [...states.values()],
    get: (kind: SourceKind, name: string) => states.get(`${kind}/${name}`) ?? null,
    /** What of a service cannot be seen now, in words; empty when all can. */
    troubleOf(service: string): string[] {
      const cluster = service.split('/')[0] ?? '';
      const down = states.get(`cluster/${cluster}`)?.health;
      if (down && !down.up) return [`Cluster ${cluster} does not answer: ${down.reason}`];
      return services.get(service) ?? [];
    },
    /** Metric sources that do not answer, in words. */
    metricTrouble: () =>
      [...states.values()].flatMap(({ kind, name, health }) =>
        kind === 'prometheus' && !health.up ? [`Prometheus ${name} does not answer: ${health.reason}`] : [],
      ),
  };
}

export type SourceBoard = ReturnType<typeof createSourceBoard>;
