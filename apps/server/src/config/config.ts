import type { ClusterSettings } from '@lastgood/adapters/kubernetes/cluster-settings';
import type { PrometheusSettings } from '@lastgood/adapters/metrics/prometheus/settings';
import type { WebhookSettings } from '@lastgood/adapters/notifiers/webhook/settings';
import type { HttpProbeSettings } from '@lastgood/adapters/probe/http/settings';
import type { TokenHash } from '../security/tokens.ts';

export interface PrometheusSource {
  name: string;
  settings: PrometheusSettings;
  /** Clusters it is asked about; null for those no other source names. */
  clusters: string[] | null;
}

/** Everything a Lastgood process is told from outside, complete and checked. */
export interface Config {
  server: {
    host: string;
    port: number;
    /** The port was asked for by name: when it is taken, the start stops. */
    portIsFixed: boolean;
    publicUrl: string | null;
    allowedHosts: string[];
    allowedOrigins: string[];
    tokens: TokenHash[];
    webRoot: string;
  };
  database: { kind: 'embedded' } | { kind: 'external'; url: string; maxConnections: number };
  sandbox: boolean;
  dataDir: string;
  prometheus: PrometheusSource[];
  clusters: Record<string, ClusterSettings>;
  notifiers: WebhookSettings[];
  evaluator: { intervalMs: number; offsetMs: number; outageToleranceMs: number };
  brakes: { maxAutomaticPerHour: number; maxServicesPerSlot: number };
  runs: { atOnce: number; leaseMs: number };
  retentionDays: number;
  probe: HttpProbeSettings;
  logLevel: string;
  replica: string;
}
