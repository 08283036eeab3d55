import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { type Families, families, ofEachFamily } from '@lastgood/adapters';
import { defaultBrakes, defaultStandingMs } from '@lastgood/domain';
import { defaultListeners } from '../http/connection-limits.ts';
import { defaultLimits } from '../lanes/lane-limits.ts';
import { defaultConnections } from '../start/split-connections.ts';
import type { Config, ConfiguredFamilies } from './config.ts';
import type { ConfigFile } from './config-schema.ts';
import { entriesIn } from './family-section.ts';

export interface ConfigFrame {
  /** Folder of the configuration file. */
  folder: string;
  /** Nothing is configured at all: a newcomer's first start. */
  bare: boolean;
  replica: string;
}

const defaultPort = 4600;
const second = 1000;

/** Fills in defaults and turns seconds into milliseconds. */
export function toConfig(file: ConfigFile, frame: ConfigFrame): Config {
  const { server = {}, evaluator = {}, brakes = {} } = file;
  const sandbox = file.sandbox ?? frame.bare;
  const path = (given: string) => resolve(frame.folder, given.replace(/^~(?=\/)/, homedir()));
  return {
    ...configuredIn(file, path),
    server: {
      host: server.host ?? '127.0.0.1',
      port: server.port ?? defaultPort,
      portIsFixed: server.port !== undefined,
      publicUrl: server.publicUrl?.replace(/\/+$/, '') ?? null,
      allowedHosts: [...hostsOf(server.host), ...hostsOf(server.publicUrl), ...(server.allowedHosts ?? [])],
      allowedOrigins: server.allowedOrigins ?? [],
      tokens: (server.tokens ?? []).map((token) => ({ ...token, sha256: token.sha256.toLowerCase() })),
      webRoot: server.webRoot ? path(server.webRoot) : resolve(import.meta.dirname, '../../../web/dist'),
    },
    database: databaseOf(file),
    sandbox,
    sandboxShows: file.sandboxShows ?? null,
    dataDir: path(file.dataDir ?? '.lastgood'),
    evaluator: {
      intervalMs: (evaluator.intervalSeconds ?? (sandbox ? 5 : 15)) * second,
      standingMs:
        evaluator.standingSeconds === undefined ? defaultStandingMs : evaluator.standingSeconds * second,
      offsetMs: (evaluator.offsetSeconds ?? 0) * second,
      outageToleranceMs: (evaluator.outageToleranceSeconds ?? 300) * second,
    },
    brakes: {
      maxAutomaticPerHour: brakes.maxAutomaticPerHour ?? (sandbox ? 60 : defaultBrakes.maxAutomaticPerHour),
      maxServicesPerSlot: brakes.maxServicesPerSlot ?? defaultBrakes.maxTrippedPerSlot,
    },
    notifications: { routes: file.notifications?.routes ?? [] },
    runs: { atOnce: file.runs?.atOnce ?? 8, leaseMs: (file.runs?.leaseSeconds ?? 2) * second },
    limits: limitsOf(file.limits),
    retentionDays: file.retention?.days ?? 30,
    logLevel: file.log?.level ?? (frame.bare ? 'warn' : 'info'),
    replica: file.replica ?? frame.replica,
  };
}

/** What the file has of every family; a family without vendors has nothing. */
export function configuredIn(
  file: ConfigFile,
  locate: (path: string) => string,
  lists: Families = families,
): ConfiguredFamilies {
  return ofEachFamily((key) => entriesIn(lists[key], file[key], locate));
}

function databaseOf(file: ConfigFile): Config['database'] {
  if (file.database === undefined || file.database === 'embedded') return { kind: 'embedded' };
  const { url, maxConnections } = file.database;
  return { kind: 'external', url, maxConnections: maxConnections ?? defaultConnections };
}

function limitsOf(given: ConfigFile['limits'] = {}): Config['limits'] {
  const { acting, asking, reading, signals, listening, files, probes } = given;
  return {
    acting: { ...defaultLimits.acting, ...acting },
    asking: { ...defaultLimits.asking, ...asking },
    signals: { ...defaultLimits.signals, ...signals },
    reading: { ...defaultLimits.reading, ...reading },
    listening: { atOnce: defaultListeners, ...listening },
    files: { ...defaultLimits.files, ...files },
    probes: { ...defaultLimits.probes, ...probes },
  };
}

/** The name in a bind address or URL; wildcard addresses are no name. */
function hostsOf(given: string | undefined): string[] {
  if (given === undefined) return [];
  // What is no address at all is told by findContradictions.
  const host = given.includes('://') ? (URL.parse(given)?.hostname ?? given) : given;
  if (host === '0.0.0.0' || host === '::' || host === '[::]') return [];
  return [host.includes(':') && !host.startsWith('[') ? `[${host}]` : host];
}
