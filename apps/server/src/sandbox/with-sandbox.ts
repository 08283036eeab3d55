import type { Configured } from '@lastgood/adapters';
import { type WorldAddresses, worldLookbackMs } from '@lastgood/sandbox/world/index';
import type { Config } from '../config/config.ts';
import { configuredFor } from './shop/index.ts';
import type { Lent } from './shop/shown-way.ts';

/** The configuration with the sandbox's cluster, its metrics and what stands beside them, after what is configured. */
export function withSandbox(config: Config, world: WorldAddresses, lent: Lent): Config {
  const cluster: Configured = {
    kind: 'kubernetes',
    name: 'sandbox',
    clusters: null,
    settings: { kubeconfig: world.kubeconfig },
  };
  const source: Configured = {
    kind: 'prometheus',
    name: 'sandbox',
    clusters: ['sandbox'],
    settings: { url: world.prometheusUrl, lookbackDeltaMs: worldLookbackMs },
  };
  // The sandbox's load balancer stands on loopback, where http checks are not let by themselves.
  const allowed = new URL(world.controlUrl).host;
  const beside = configuredFor(world.shows, lent).map(([family, entries]) => [
    family,
    [...config[family], ...entries],
  ]);
  return {
    ...config,
    ...Object.fromEntries(beside),
    clusters: [...config.clusters, cluster],
    metrics: [...config.metrics, source],
    probe: config.probe.map((probe) => ({ ...probe, settings: allowing(probe.settings, allowed) })),
  };
}

function allowing(settings: Configured['settings'], address: string): Configured['settings'] {
  const { allowedAddresses: given } = settings;
  return { ...settings, allowedAddresses: [...(Array.isArray(given) ? given : ['public']), address] };
}
