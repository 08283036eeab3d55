import { createWebhook } from '@lastgood/adapters/notifiers/index';
import { createHttpProbe } from '@lastgood/adapters/probe/index';
import { createKubernetes } from '@lastgood/adapters/rollout/index';
import type { HttpProbe, Notifier } from '@lastgood/domain';
import type { EffectPorts } from '@lastgood/engine';
import type { WorldAddresses } from '@lastgood/sandbox/world/index';
import type { Config } from '../config/config.ts';
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
  const rollout = opened('clusters', 'clusters that can be opened', () =>
    createKubernetes({ clusters: config.clusters }),
  );
  const metricSources = opened('prometheus', 'usable settings', () => createMetricSources(config.prometheus));
  const probe = opened('probe', 'usable settings', () => createHttpProbe(config.probe));
  const notifiers = opened('notifiers', 'usable settings', () =>
    config.notifiers.map((settings) => createWebhook(settings)),
  );
  return {
    ports: { rollout },
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

/** The configuration with the sandbox's cluster and metrics beside what is configured. */
export function withSandbox(config: Config, world: WorldAddresses): Config {
  const cluster = { kubeconfig: world.kubeconfig, requestTimeoutMs: 5_000 };
  const prometheus = { name: 'sandbox', settings: { url: world.prometheusUrl }, clusters: ['sandbox'] };
  // The sandbox's load balancer stands on loopback, where http checks are not let by themselves.
  const allowed = new URL(world.controlUrl).host;
  return {
    ...config,
    clusters: { ...config.clusters, sandbox: cluster },
    prometheus: [...config.prometheus, prometheus],
    probe: {
      ...config.probe,
      allowedAddresses: [...(config.probe.allowedAddresses ?? []), allowed],
    },
  };
}
