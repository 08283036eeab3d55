import { readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process so named that another one with its number is not taken for it. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** Changes with every start of the machine; empty where the system does not tell. */
  boot: string;
  /** When it started, in the system's own count; empty where the system does not tell. */
  startedAt: string;
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, host: hostname(), boot: bootId(), startedAt: statOf(pid)?.startedAt ?? '' };
}

/** `elsewhere`: it ran on another machine, and nobody here can tell. */
export function isAlive(known: ProcessIdentity): boolean | 'elsewhere' {
  if (known.host !== hostname()) return 'elsewhere';
  if (known.boot !== bootId()) return false;
  const stat = statOf(known.pid);
  if (stat) return stat.state !== 'Z' && stat.startedAt === known.startedAt;
  return known.startedAt === '' && answers(known.pid);
}

/** Whether anything still runs that it has started, such as a provisioner that outlives its killed parent. */
export function hasChildren({ pid, host, boot }: ProcessIdentity): boolean {
  if (host !== hostname() || boot !== bootId()) return false;
  const others = numbersIn('/proc').filter((other) => other !== pid);
  return others.some((other) => {
    const stat = statOf(other);
    return stat?.group === pid && stat.state !== 'Z';
  });
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the name, in brackets, may hold anything. */
function statOf(pid: number): { state: string; group: number; startedAt: string } | null {
  const read = readOrNull(`/proc/${pid}/stat`);
  if (read === null) return null;
  const fields = read.slice(read.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', group: Number(fields[2]), startedAt: fields[19] ?? '' };
}

function bootId(): string {
  return readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function answers(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
