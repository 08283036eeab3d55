import { createHash, randomUUID } from 'node:crypto';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pLimit, { type LimitFunction } from 'p-limit';
import { gitEnvironment } from './git-environment.ts';
import { reasonOfRun } from './git-words.ts';
import { type GitRun, runGit } from './run-git.ts';
import type { CompleteSettings } from './settings.ts';
import { Unreadable } from './unreadable.ts';

/** How long the first copy of a repository may take; who asks meanwhile is told so. */
const firstCopyMs = 15 * 60_000;
/** Local work reads what is there: it is no question of the network. */
const localMs = 30_000;

export type Fetched =
  | { kind: 'head'; head: string }
  | { kind: 'not-found'; reason: string }
  | { kind: 'unreachable'; reason: string };

/** Our own copy of one repository: bare, so that nothing of it is ever run or checked out. */
export interface Clone {
  /** The branch's newest commit, and with it all that it has. */
  fetch(branch: string, signal: AbortSignal): Promise<Fetched>;
  git(
    args: readonly string[],
    signal: AbortSignal,
    input?: string,
    env?: Record<string, string>,
  ): Promise<GitRun>;
  /** Sends; the host is asked. */
  push(args: readonly string[], signal: AbortSignal): Promise<GitRun>;
  /** One at a time. Who is called off before its turn throws `Unreadable`, and its work never begins. */
  exclusive<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  newIndex(): Promise<string>;
  close(): Promise<void>;
}

export function createClone(name: string, settings: CompleteSettings): Clone {
  const { url, timeoutMs, password } = settings;
  const turn = pLimit(1);
  const closing = new AbortController();
  let copying: Promise<GitRun> | null = null;
  let placed: Promise<Place> | null = null;
  const place = () => {
    placed ??= makePlace(name, settings);
    return placed;
  };

  async function run(
    args: readonly string[],
    options: { signal: AbortSignal; timeoutMs: number; input?: string; env?: Record<string, string> },
  ) {
    const { dir, environment } = await place();
    const env = { ...environment, GIT_DIR: dir, ...options.env };
    const signal = AbortSignal.any([options.signal, closing.signal]);
    const ran = await runGit(args, { ...options, env, signal });
    // Nothing was sent, and asking again does not help.
    if (ran.ended === 'missing') throw new Unreadable('not-found', reasonOfRun(ran));
    return ran;
  }

  const git: Clone['git'] = (args, signal, input, env) =>
    run(args, {
      signal,
      timeoutMs: localMs,
      ...(input === undefined ? {} : { input }),
      ...(env ? { env } : {}),
    });

  const copiedMark = async () => join((await place()).dir, 'lastgood-copied');
  const isThere = async () =>
    access(await copiedMark()).then(
      () => true,
      () => false,
    );
  /** It can be made anew at any time, which heals whatever a killed program has left. */
  const discard = async () => rm((await place()).dir, { recursive: true, force: true });

  function download(branch: string, signal: AbortSignal, ms: number): Promise<GitRun> {
    const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--force'];
    const ref = `+refs/heads/${branch}:${refOf(branch)}`;
    return run(['fetch', ...options, '--end-of-options', url, ref], { signal, timeoutMs: ms });
  }

  /** It goes on when nobody waits for it any more: else a large repository would never arrive. */
  async function firstCopy(branch: string): Promise<GitRun> {
    await discard();
    const never = new AbortController().signal;
    const made = await run(['init', '--quiet', '--bare', '--template=', (await place()).dir], {
      signal: never,
      timeoutMs: localMs,
    });
    if (made.code !== 0) return made;
    const got = await download(branch, never, firstCopyMs);
    if (got.code === 0) await writeFile(await copiedMark(), '');
    return got;
  }

  async function copied(branch: string, signal: AbortSignal): Promise<GitRun | null> {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    copying ??= firstCopy(branch).finally(() => {
      copying = null;
    });
    return Promise.race([copying, aborted(patience)]);
  }

  async function fetch(branch: string, signal: AbortSignal): Promise<Fetched> {
    const got = (await isThere()) ? await download(branch, signal, timeoutMs) : await copied(branch, signal);
    if (got === null) return { kind: 'unreachable', reason: 'its first copy is still on the way' };
    if (got.code !== 0) return notFetched(got, signal);
    const head = await git(['rev-parse', '--verify', '--quiet', refOf(branch)], signal);
    if (head.code === 0) return { kind: 'head', head: head.stdout.trim() };
    return { kind: 'unreachable', reason: reasonOfRun(head) };
  }

  async function notFetched(got: GitRun, signal: AbortSignal): Promise<Fetched> {
    const reason = reasonOfRun(got, password);
    if (/couldn't find remote ref/.test(got.stderr)) {
      // A page of a proxy reads as a repository without any branch: only one that has others does not have this one.
      const others = await run(['ls-remote', '--heads', '--end-of-options', url], { signal, timeoutMs });
      if (others.code === 0 && /^[0-9a-f]{40,64}\t/.test(others.stdout))
        return { kind: 'not-found', reason: 'the repository has no such branch' };
      return { kind: 'unreachable', reason: 'its host lists no branch at all' };
    }
    if (/\.lock'|corrupt|bad object|not a git repository|is empty|unable to create/i.test(got.stderr))
      await discard();
    return { kind: 'unreachable', reason };
  }

  return {
    fetch,
    git,
    push: (args, signal) => run(['push', ...args], { signal, timeoutMs }),
    exclusive: (work, signal) => inTurn(turn, work, signal),
    newIndex: async () => join((await place()).home, `index-${randomUUID()}`),
    async close() {
      closing.abort();
      await copying?.catch(() => undefined);
      const made = await placed?.catch(() => undefined);
      if (made?.isTemporary) await rm(made.home, { recursive: true, force: true });
    },
  };
}

async function inTurn<T>(turn: LimitFunction, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  let isBegun = false;
  const calledOff = () => new Unreadable('unreachable', 'called off while others worked in the repository');
  const done = turn(() => {
    if (signal.aborted) throw calledOff();
    isBegun = true;
    return work();
  });
  await Promise.race([done.catch(() => undefined), aborted(signal)]);
  if (isBegun) return done;
  done.catch(() => undefined);
  throw calledOff();
}

interface Place {
  home: string;
  dir: string;
  environment: Record<string, string>;
  isTemporary: boolean;
}

/** Without a folder a new one, so that nobody else can have put a repository of theirs, with its configuration, in its place. */
async function makePlace(name: string, settings: CompleteSettings): Promise<Place> {
  const { url, folder } = settings;
  const id = createHash('sha256').update(`${name}\n${url}`).digest('hex').slice(0, 16);
  // Another replica may be given the same folder: each has a copy of its own, for it may throw its own away.
  const replica = hostname()
    .replace(/[^A-Za-z0-9-]/g, '_')
    .slice(0, 100);
  const home =
    folder === undefined
      ? await mkdtemp(join(tmpdir(), 'lastgood-git-'))
      : resolve(folder, `${id}-${replica}`);
  const environment = await gitEnvironment(settings, home);
  return { home, dir: join(home, 'clone.git'), environment, isTemporary: folder === undefined };
}

/** A branch may be the folder of another one that was there before. */
function refOf(branch: string): string {
  return `refs/lastgood/${createHash('sha256').update(branch).digest('hex').slice(0, 16)}`;
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}
