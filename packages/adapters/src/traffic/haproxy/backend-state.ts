import { createHash } from 'node:crypto';
import { healthOf, readServerStats, type StatRow } from './server-stats.ts';

/** A server of a backend, as the process has it right now. */
export interface ServerState {
  name: string;
  /** Share of new requests: its weight, or 0 while it is drained or in maintenance. */
  weight: number;
  /** What the configuration file says, and so what a reload returns to where the state is not kept. */
  configuredWeight: number;
  isDrained: boolean;
  inMaintenance: boolean;
  health: ReturnType<typeof healthOf>;
  /** A client that holds its cookie comes back to it at weight 0 too. */
  hasCookie: boolean;
  /** Sessions that are open at it. */
  sessions: number;
}

/** A backend of one process. */
export interface BackendState {
  /** Of the addresses behind the servers' names: the same name on another machine is another destination. */
  uid: string;
  servers: ServerState[];
}

/** Bits of `srv_admin_state`: https://docs.haproxy.org/2.6/management.html#9.3-show%20servers%20state */
const maintenanceBits = 0x01 | 0x02 | 0x04 | 0x20;
const drainBits = 0x08 | 0x10;

export const backendCommands = (backend: string) => [
  'show info',
  `show servers state ${backend}`,
  `show stat ${backend} 4 -1 typed`,
];

/**
 * Reads the answers to `backendCommands`. A reason where they say that there is no such backend, or where they are not what
 * HAProxy writes. Backup servers are left out: they take no share of the traffic.
 */
export function readBackend(
  backend: string,
  [info = '', states = '', stats = '']: readonly string[],
): BackendState | { kind: 'not-found' | 'unreachable'; reason: string } {
  const denied = /^Permission denied/m.exec([info, states, stats].join('\n'));
  if (denied) return { kind: 'not-found', reason: 'the socket may not be asked: it needs `level admin`' };
  if (/^Can't find backend/.test(states))
    return { kind: 'not-found', reason: `it has no backend ${backend}` };
  const stopping = /^Stopping: (\d+)$/m.exec(info)?.[1];
  const table = readStates(backend, states);
  if (stopping === undefined || table === null) {
    return { kind: 'unreachable', reason: 'its answer is not what HAProxy writes' };
  }
  if (stopping !== '0') {
    return { kind: 'unreachable', reason: 'a process that is about to end answered; a reload is under way' };
  }
  const facts = new Map(readServerStats(stats).map((row) => [row.svname ?? '', row]));
  const servers = table.flatMap((row) => serverState(row, facts.get(row.srv_name ?? '')));
  if (servers.some((one) => one === null)) {
    return { kind: 'unreachable', reason: 'its answer is not what HAProxy writes' };
  }
  return { uid: identity(backend, table), servers: servers.filter((one) => one !== null) };
}

/** Null when it is not the first version of the format, which is the only one there is. */
function readStates(backend: string, text: string): StatRow[] | null {
  const [version, header, ...lines] = text.split('\n');
  if (version !== '1' || !header?.startsWith('# be_id be_name ')) return null;
  const columns = header.slice(2).split(' ');
  const rows = lines.map((line) => {
    const values = line.split(' ');
    return Object.fromEntries(columns.map((column, at) => [column, values[at] ?? '']));
  });
  return rows.every((row) => row.be_name === backend && row.srv_name !== '') ? rows : null;
}

/** Null where a number or the status is missing: a weight is never guessed. */
function serverState(row: StatRow, facts: StatRow | undefined): (ServerState | null)[] {
  const [admin, weight, configuredWeight, sessions] = [
    row.srv_admin_state,
    row.srv_uweight,
    row.srv_iweight,
    facts?.scur,
  ].map((text) => (text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN));
  const name = row.srv_name;
  if (!facts || name === undefined || !facts.status) return [null];
  if (admin === undefined || weight === undefined || configuredWeight === undefined || sessions === undefined)
    return [null];
  if (Number.isNaN(admin + weight + configuredWeight + sessions)) return [null];
  if (facts.bck === '1') return [];
  const inMaintenance = (admin & maintenanceBits) !== 0;
  const isDrained = (admin & drainBits) !== 0;
  return [
    {
      name,
      weight: inMaintenance || isDrained ? 0 : weight,
      configuredWeight,
      isDrained,
      inMaintenance,
      health: healthOf(facts.status),
      hasCookie: (facts.cookie ?? '') !== '',
      sessions,
    },
  ];
}

function identity(backend: string, rows: readonly StatRow[]): string {
  const named = (value: string | undefined) => value !== undefined && value !== '-' && value !== '';
  const addresses = rows.map((row) => {
    // A name that is resolved again and again is the identity, not what it resolves to right now.
    const host = [row.srvrecord, row.srv_fqdn].find(named) ?? row.srv_addr;
    return `${row.srv_name} ${host} ${row.srv_port}`;
  });
  const text = [backend, ...addresses.sort()].join('\n');
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
