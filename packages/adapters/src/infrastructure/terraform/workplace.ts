import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkOut } from './checkout.ts';
import { errorInWords, errorsOf, messagesOf } from './diagnostics.ts';
import { identityOf, isAlive } from './process-identity.ts';
import { type ProgramCall, type ProgramEnd, runProgram } from './run-program.ts';
import { scrub } from './scrub.ts';
import { pluginCacheOf, privateFolder, type Stack } from './stack.ts';

/** The configuration of one commit, ready for the program, in a folder of its own. */
export interface Workplace {
  commit: string;
  folder: string;
  /** Runs the program in the folder of the root module. */
  run(
    args: readonly string[],
    more?: Partial<Pick<ProgramCall, 'fd' | 'limitMs' | 'signal'>>,
  ): Promise<ProgramEnd>;
  /** Of the root module. */
  root: string;
  remove(): void;
}

export type Opened = { kind: 'open'; place: Workplace } | Extract<NotOpen, { reason: string }>;
export type NotOpen = { kind: 'not-found' | 'unreachable'; reason: string };

/** Checks the commit out and has the program make itself ready; nothing of what it needs is chosen anew (`-lockfile=readonly`). */
export async function openWorkplace(stack: Stack, commit: string, signal?: AbortSignal): Promise<Opened> {
  privateFolder(join(stack.folder, 'home'));
  privateFolder(pluginCacheOf(stack.folder));
  const owner = identityOf(process.pid);
  const name = `work-${owner.host}-${owner.pid}-${owner.startedAt || 0}-${randomBytes(6).toString('hex')}`;
  const place = workplaceAt(stack, commit, privateFolder(join(stack.folder, name)));
  const opened = await makeReady(stack, place, signal);
  if (opened.kind !== 'open') place.remove();
  return opened;
}

/** One that is there already. */
export function workplaceAt(stack: Stack, commit: string, folder: string): Workplace {
  const root = join(folder, 'tree', stack.path);
  return {
    ...{ commit, folder, root },
    run: (args, more = {}) =>
      runProgram({ file: stack.binary, args, cwd: root, env: stack.env, limitMs: stack.planMs, ...more }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function makeReady(stack: Stack, place: Workplace, signal?: AbortSignal): Promise<Opened> {
  const out = await checkOut(stack.repository, place.commit, place.folder, signal);
  if (out.kind !== 'done') return out;
  if (!existsSync(place.root))
    return { kind: 'not-found', reason: `commit ${place.commit} has no folder ${stack.path}` };
  const args = ['init', '-input=false', '-no-color', '-lockfile=readonly', ...backendArguments(stack, place)];
  const end = await oneByOne(stack.folder, () => place.run(args, signal ? { signal } : {}));
  return end.kind === 'ended' && end.code === 0 ? { kind: 'open', place } : notOpen(stack, 'init', end);
}

const latest = new Map<string, Promise<unknown>>();

/**
 * The cache of providers may not be written to by two at once: https://developer.hashicorp.com/terraform/cli/config/config-file#provider-plugin-cache.
 * What another machine leaves half written does not fit the recorded checksums, and is downloaded anew.
 */
function oneByOne<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const mine = (latest.get(folder) ?? Promise.resolve()).then(work, work);
  latest.set(folder, mine);
  return mine;
}

/** In a file: arguments are seen by everybody on the machine. */
function backendArguments({ backend }: Stack, { folder }: Workplace): string[] {
  const lines = Object.entries(backend).map(([name, value]) => `${name} = ${quoted(value)}\n`);
  if (lines.length === 0) return [];
  const file = join(folder, 'backend.hcl');
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  return [`-backend-config=${file}`];
}

/** https://developer.hashicorp.com/terraform/language/expressions/strings: `${` and `%{` begin a template. */
function quoted(value: string): string {
  return JSON.stringify(value).replaceAll('${', '$${').replaceAll('%{', '%%{');
}

/** Why a command did not come to its end, in words. */
export function notOpen({ program, secrets }: Stack, command: string, end: ProgramEnd): NotOpen {
  if (end.kind === 'missing') return { kind: 'not-found', reason: end.reason };
  if (end.kind === 'failed') return { kind: 'unreachable', reason: `${program} ${command}: ${end.reason}` };
  const errors = errorsOf(messagesOf(end.out));
  const why = errors.length > 0 ? errorInWords(errors, secrets) : scrub(end.err || end.out, secrets);
  return { kind: 'unreachable', reason: `${program} ${command} failed: ${why || `exit code ${end.code}`}` };
}

/** How old what another machine has made must be before it is a leftover, in milliseconds; no survey takes half as long. */
const foreignMs = 86_400_000;

/** Takes away what a killed process of ours has left, but for the workplace that is still worked in. */
export function removeLeftovers({ folder }: Stack, kept: string | null): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names) {
    const [, host, pid, startedAt] = /^work-(.+)-(\d+)-(\d+)-[0-9a-f]+$/.exec(name) ?? [];
    const path = join(folder, name);
    if (host === undefined || path === kept) continue;
    const owner = {
      ...{ ...identityOf(process.pid), host },
      pid: Number(pid),
      startedAt: startedAt === '0' ? '' : (startedAt ?? ''),
    };
    const alive = isAlive(owner);
    const isLeft = alive === 'elsewhere' ? ageOf(path) > foreignMs : !alive;
    if (isLeft) rmSync(path, { recursive: true, force: true });
  }
}

function ageOf(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
