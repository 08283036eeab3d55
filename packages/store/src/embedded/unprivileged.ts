import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

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
      throw new Error('running as root needs a user for PostgreSQL: create one called postgres', { cause });
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
 */
export async function runAs(as: RunAs | null, program: string, args: string[], paths: string[]) {
  if (!as) return run(program, args);
  const open = await Promise.all([program, ...paths].map((path) => canReach(path, as)));
  // Its own folder may be closed to it as well, and a program that cannot name where it is gives up.
  if (open.every(Boolean)) return run(program, args, { uid: as.uid, gid: as.gid, cwd: '/' });
  const identity = [`--reuid=${as.uid}`, `--regid=${as.gid}`, '--clear-groups'];
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return run('setpriv', [...identity, ...capability, program, ...args], { cwd: '/' });
}

async function canReach(path: string, as: RunAs): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const execute = uid === as.uid ? 0o100 : gid === as.gid ? 0o010 : 0o001;
    if ((mode & execute) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
