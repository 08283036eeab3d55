import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BareRepository } from '../../../gitops/bare-repository.ts';
import { findProgram, usualPath } from '../../../programs/find-program.ts';
import { runProgram } from '../../../programs/run-program.ts';

/** The program that applies stacks here: terraform, else OpenTofu; null where neither is installed. */
export function terraformProgram(): string | null {
  return findProgram('terraform', 'tofu');
}

/** Where the state of the stack is kept, in the folder of its scenario. */
export function statePathOf(folder: string): string {
  return join(folder, 'terraform.tfstate');
}

export interface StackPlace {
  /** Where its state is kept, a file of the local backend. */
  statePath: string;
  /** Where the pipeline works. */
  folder: string;
  /** Has Terraform end early, in its orderly way. */
  signal?: AbortSignal;
}

const draftPrefix = 'apply-';

/** Takes away what a pipeline that was killed has left. */
export async function sweepStack(folder: string): Promise<void> {
  const left = await readdir(folder).catch(() => []);
  const drafts = left.filter((name) => name.startsWith(draftPrefix));
  await Promise.all(drafts.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

/** Applies a commit's configuration, as the pipeline of the shop does. */
export async function applyStack(
  repository: Pick<BareRepository, 'read'>,
  commit: string,
  { statePath, folder, signal }: StackPlace,
): Promise<void> {
  const file = terraformProgram();
  if (file === null) throw new Error('neither terraform nor tofu is installed');
  const text = await repository.read(commit, 'main.tf');
  if (text === null) throw new Error(`commit ${commit} has no main.tf`);
  await mkdir(folder, { recursive: true });
  const cwd = await mkdtemp(join(folder, draftPrefix));
  const env = { PATH: usualPath, HOME: cwd, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' };
  try {
    await writeFile(join(cwd, 'main.tf'), text);
    const backend = `-backend-config=path=${statePath}`;
    await runProgram({ file, cwd, env, signal, args: ['init', '-input=false', '-no-color', backend] });
    const apply = ['apply', '-input=false', '-no-color', '-auto-approve', '-lock-timeout=60s'];
    await runProgram({ file, cwd, env, signal, args: apply });
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

/** How many workers the stack has, as its state says now; null where it was never applied. */
export async function readWorkers(statePath: string): Promise<number | null> {
  try {
    const { outputs } = JSON.parse(await readFile(statePath, 'utf8')) as {
      outputs?: { workers?: { value?: unknown } };
    };
    const value = outputs?.workers?.value;
    return typeof value === 'number' ? value : null;
  } catch {
    // Not there yet, or just being written.
    return null;
  }
}
