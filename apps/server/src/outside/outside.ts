import {
  allTraffic,
  type Configured,
  type Families,
  type Family,
  families,
  familyNames,
  type MetricSources,
  openFamily,
} from '@lastgood/adapters';
import type { HttpProbe, Notifier, SignalSource, WorkloadWatch } from '@lastgood/domain';
import type { EffectPorts } from '@lastgood/engine';
import type { ConfiguredFamilies } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';

/** Every outside system, behind the ports. */
export interface Outside {
  /** What plans are made with and runs act through; one object for both. */
  ports: EffectPorts;
  /** The workloads of services in memory, for whoever follows them. */
  watch: WorkloadWatch;
  metricSources: MetricSources;
  probe: HttpProbe;
  notifiers: Notifier[];
  /** Who tells of alerts, by name. */
  signals: ReadonlyMap<string, SignalSource>;
  close(): Promise<void>;
}

/** What each family's entries are joined to. */
type Products = { [K in keyof Families]: ReturnType<Families[K]['join']> };

/** Throws when the settings name something that is not there, such as a kubeconfig; connects to nothing yet. */
export function openOutside(configured: ConfiguredFamilies, lists: Families = families): Outside {
  const opened = familyNames.map((key) => [key, openSection(key, lists[key], configured[key])] as const);
  const products = Object.fromEntries(opened.map(([key, { product }]) => [key, product])) as Products;
  const { clusters, metrics, probe, notifiers, signals, traffic: routers, ...ports } = products;
  const { watch, traffic, ...ofClusters } = clusters;
  return {
    ports: { ...ofClusters, ...ports, traffic: allTraffic(traffic, routers) },
    watch,
    metricSources: metrics,
    probe,
    notifiers,
    signals,
    async close() {
      await Promise.all(opened.map(([, { close }]) => close()));
    },
  };
}

/** What cannot even be opened is a fault of the configuration and is told as one. */
function openSection(path: string, family: Family, configured: readonly Configured[]) {
  try {
    return openFamily(family, configured);
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    throw new ConfigError('its settings', [{ path, found, expected: 'usable settings' }]);
  }
}
