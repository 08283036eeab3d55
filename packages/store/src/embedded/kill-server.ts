import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isAlive } from './postmaster.ts';

/**
 * Ends a postmaster and its processes at once, also frozen ones: those do not notice that their postmaster is gone, and a new
 * one refuses to start beside the shared memory they keep. Synchronous, for a process that is about to end.
 */
export function killServer(postmaster: number): void {
  if (!isAlive(postmaster)) return;
  if (process.platform === 'win32') {
    // Windows keeps no list of children that could be read first. https://learn.microsoft.com/windows-server/administration/windows-commands/taskkill
    execFileSync('taskkill', ['/PID', String(postmaster), '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  // Stopped, it starts no further child while they are read; killed first, it does not try to recover from their loss.
  process.kill(postmaster, 'SIGSTOP');
  const children = childrenOf(postmaster);
  process.kill(postmaster, 'SIGKILL');
  for (const child of children) killIfThere(child);
}

function childrenOf(pid: number): number[] {
  try {
    return pidsIn(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
  } catch {
    // No Linux, or a kernel that does not list them.
    return childrenByPs(pid);
  }
}

function childrenByPs(pid: number): number[] {
  try {
    const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8', timeout: 2_000 });
    const pairs = rows.split('\n').map(pidsIn);
    return pairs.flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
  } catch {
    // Without a list of them they end by themselves, unless they are frozen.
    return [];
  }
}

function pidsIn(text: string): number[] {
  return text.trim().split(/\s+/).filter(Boolean).map(Number);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
