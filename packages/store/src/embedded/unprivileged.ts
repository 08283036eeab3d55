import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { CannotStartPostgres } from './cannot-start.ts';

const run = promisify(execFile);

/** The user that PostgreSQL's files belong to and its programs run as. */
export interface RunAs {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root. Null when this process is not root: then it runs as we do. */
export async function unprivilegedUser(): Promise<RunAs | null> {
  if (process.getuid?.() !== 0) return null;
  const existing = await lookUp('postgres');
  if (existing) return existing;
  await run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']).catch(
    (cause) => {
      throw new CannotStartPostgres(
        'PostgreSQL does not run as root and no user could be made for it: create one called postgres, or set DATABASE_URL to a server of your own',
        { cause },
      );
    },
  );
  const created = await lookUp('postgres');
  if (!created) throw new Error('the user postgres was created but cannot be found');
  return created;
}

async function lookUp(name: string): Promise<RunAs | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 1) return null; // no such user
    throw error;
  }
}

/**
 * Runs a program as `as`. A checkout below a closed home folder (`/root` is 0700) cannot be entered by another user, so
 * there the program keeps one capability of root, to pass file permissions, and nothing else of it.
 * @param signal kills it
 */
export async function runAs(
  as: RunAs | null,
  program: string,
  args: string[],
  paths: string[],
  signal?: AbortSignal,
) {
  const ends = { signal, killSignal: 'SIGKILL' } as const;
  if (!as) return run(program, args, ends);
  const found = await Promise.all([program, ...paths].map((path) => closedFolders(path, as)));
  const closed = [...new Set(found.flat())].map((folder) => `"${folder}"`);
  // Its own folder may be closed to it as well, and a program that cannot name where it is gives up.
  if (closed.length === 0) return run(program, args, { uid: as.uid, gid: as.gid, cwd: '/', ...ends });
  const passing = passingPermissions(as);
  await run('setpriv', [...passing, program, '--version'], { cwd: '/' }).catch((cause) => {
    throw new CannotStartPostgres(
      `PostgreSQL does not run as root, and the user it runs as cannot enter ${closed.join(', ')}: use a folder that every user may enter, such as one in /srv, or run chmod o+x ${closed.join(' ')}, or set DATABASE_URL to a server of your own`,
      { cause },
    );
  });
  return run('setpriv', [...passing, program, ...args], { cwd: '/', ...ends });
}

/**
 * PostgreSQL asks access(2) whether it may read its programs, and the kernel answers for a user without capabilities unless
 * `no_setuid_fixup` is set. https://man7.org/linux/man-pages/man7/capabilities.7.html
 */
function passingPermissions({ uid, gid }: RunAs): string[] {
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return [...identity, ...capability, '--securebits=+no_setuid_fixup'];
}

/** The folders above `path` that `as` may not enter. */
async function closedFolders(path: string, as: RunAs): Promise<string[]> {
  const closed: string[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const execute = uid === as.uid ? 0o100 : gid === as.gid ? 0o010 : 0o001;
    if ((mode & execute) === 0) closed.push(folder);
    if (folder === dirname(folder)) return closed;
  }
}
