import { families, vendorOf } from '@lastgood/adapters';
import type { HttpProbe, Notifier } from '@lastgood/domain';
import type { EffectPorts } from '@lastgood/engine';
import type { Config, Configured } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { createMetricSources, type MetricSources } from './metric-sources.ts';

/** Every outside system, behind the ports. */
export interface Outside {
  /** What plans are made with and runs act through; one object for both. */
  ports: EffectPorts;
  metricSources: MetricSources;
  probe: HttpProbe;
  notifiers: Notifier[];
  close(): Promise<void>;
}

/** Throws when the settings name something that is not there, such as a kubeconfig; connects to nothing yet. */
export function openOutside(config: Config): Outside {
  const clusters = opened('clusters', 'clusters that can be opened', () => openClusters(config.clusters));
  const metricSources = opened('metrics', 'usable settings', () => createMetricSources(config.metrics));
  const [probe] = opened('probe', 'usable settings', () =>
    config.probe.map((entry) => vendorOf(families.probe, entry.kind).create(entry)),
  );
  if (!probe) throw new Error('a configuration has a probe, if only the default one');
  const notifiers = opened('notifiers', 'usable settings', () =>
    config.notifiers.map((entry) => vendorOf(families.notifiers, entry.kind).create(entry)),
  );
  return {
    ports: { ...clusters },
    metricSources,
    probe,
    notifiers,
    async close() {
      await Promise.all([
        metricSources.close(),
        probe.close(),
        ...notifiers.map((notifier) => notifier.close()),
      ]);
    },
  };
}

/** One adapter has all clusters, so they are of one kind. */
function openClusters(entries: readonly Configured[]): Pick<EffectPorts, 'rollout' | 'workloads'> {
  const kinds = [...new Set(entries.map(({ kind }) => kind))];
  const [kind = families.clusters.defaultKind, other] = kinds;
  if (other !== undefined) throw new Error(`clusters of two kinds, ${kind} and ${other}; use one`);
  return vendorOf(families.clusters, kind).create(entries);
}

/** What cannot even be opened is a fault of the configuration and is told as one. */
function opened<T>(path: string, expected: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw new ConfigError('its settings', [
      { path, found: error instanceof Error ? error.message : String(error), expected },
    ]);
  }
}
