import type { Entry, FamilyName } from '@lastgood/adapters';
import type { TokenHash } from '../security/tokens.ts';

/** An outside system of the configuration. Its settings fit its vendor's schema. */
export interface Configured extends Entry<Record<string, unknown>> {
  kind: string;
  /** Clusters it serves; null for those no other one of its family names. */
  clusters: string[] | null;
}

/** What is configured of every family, in the order of the file. */
export type ConfiguredFamilies = Record<FamilyName, Configured[]>;

/** Everything a Lastgood process is told from outside, complete and checked. */
export interface Config extends ConfiguredFamilies {
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
  evaluator: { intervalMs: number; offsetMs: number; outageToleranceMs: number };
  brakes: { maxAutomaticPerHour: number; maxServicesPerSlot: number };
  runs: { atOnce: number; leaseMs: number };
  retentionDays: number;
  logLevel: string;
  replica: string;
}
