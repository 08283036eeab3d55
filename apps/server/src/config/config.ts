import type { Configured, FamilyName } from '@lastgood/adapters';
import type { NotifyRoute } from '@lastgood/domain';
import type { LaneLimits } from '../lanes/lane-limits.ts';
import type { TokenHash } from '../security/tokens.ts';

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
  /** Which scenarios its shop shows; null: all. */
  sandboxShows: string[] | null;
  dataDir: string;
  evaluator: { intervalMs: number; standingMs: number; offsetMs: number; outageToleranceMs: number };
  brakes: { maxAutomaticPerHour: number; maxServicesPerSlot: number };
  notifications: { routes: NotifyRoute[] };
  runs: { atOnce: number; leaseMs: number };
  limits: LaneLimits & { listening: { atOnce: number } };
  retentionDays: number;
  logLevel: string;
  replica: string;
}
