import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { PassedRelease } from '@lastgood/domain/deployment/jump';
import type { Infrastructure } from '@lastgood/domain/ports/infrastructure';
import { composePlan } from '@lastgood/domain/rollback/compose-plan';
import { stepContracts } from '@lastgood/domain/rollback/contracts/index';
import type { Fact } from '@lastgood/domain/rollback/need';
import { neededFacts } from '@lastgood/domain/rollback/needed-facts';
import type { Plan } from '@lastgood/domain/rollback/plan';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { infrastructure } from '@lastgood/domain/rollback/ways/infrastructure/infrastructure';
import type { Way } from '@lastgood/domain/rollback/ways/way';
import { aBaseline, aDeployment, aService } from '@lastgood/testkit/scenario/builders';
import { realGitMissing } from '@lastgood/testkit/servers/real-git';
import { isAtWork } from './own-lock.ts';
import type { TerraformSettings } from './settings.ts';
import { type StateServer, startStateServer } from './state-server-harness.ts';
import { createTerraform } from './terraform.ts';
import { readWork, type WorkRecord } from './work-record.ts';

const found = spawnSync('sh', ['-c', 'command -v terraform'], { encoding: 'utf8' }).stdout.trim();

const gitIsMissing = realGitMissing();

/** The real program; null where it is not installed, or git is not: nothing is downloaded for a test. */
export const terraformBinary: string | null = found === '' || gitIsMissing !== null ? null : found;
export const orWhyNot =
  terraformBinary === null ? ` (skipped: ${gitIsMissing ?? 'terraform is not installed'})` : '';

const never = new AbortController().signal;
const run = promisify(execFile);

/** A stack of the real program: a Git repository, a state behind a server, and whoever else applies to it. */
export interface TerraformWorld {
  server: StateServer;
  /** All that Lastgood keeps. */
  folder: string;
  commit(body: string): string;
  /** As a pipeline or a person does it, from a folder of their own. */
  applyAs(body: string): Promise<void>;
  /** A process of Lastgood that knows nothing yet. */
  open(over?: Partial<TerraformSettings>): Infrastructure;
  /** How the program is from now on. */
  behave(how: 'well' | 'hangs' | 'garbage'): void;
  work(): WorkRecord | null;
  /** How often Lastgood had it apply something. */
  applies(): number;
  /** `kill -9` of the apply alone, as a machine out of memory does it. */
  killApply(): void;
  /** Until no apply of Lastgood's is at work. */
  atRest(): Promise<void>;
  /** The newest value of each resource, as its state has it. */
  inputs(): Record<string, unknown>;
  /** A file on which `slow` resources wait. */
  gate: string;
  close(): Promise<void>;
}

const head = 'terraform {\n  backend "http" {}\n}\n';

/** A resource without a provider: https://developer.hashicorp.com/terraform/language/resources/terraform-data */
export const resource = (name: string, input: string, more = '') =>
  `resource "terraform_data" "${name}" {\n  input = "${input}"\n${more}}\n`;

/** One whose creation lasts until there is a gate. */
export const slow = (name: string, input: string, gate: string) =>
  resource(
    name,
    input,
    `  triggers_replace = "${input}"\n  provisioner "local-exec" {\n    command = "touch '${gate}.${name}'; while [ ! -e '${gate}' ]; do sleep 0.05; done"\n  }\n`,
  );

export async function openTerraformWorld(): Promise<TerraformWorld> {
  const base = mkdtempSync(join(tmpdir(), 'last good '));
  const [clone, folder, elsewhere] = ['a clone', 'kept', 'elsewhere'].map((name) => join(base, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [join(clone, 'infra stack'), elsewhere]) mkdirSync(path, { recursive: true });
  const server = await startStateServer();
  const backend = Object.fromEntries(
    ['address', 'lock_address', 'unlock_address'].map((name) => [name, `${server.url}/state`]),
  );
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', clone, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      encoding: 'utf8',
    });
  git('init', '--quiet');
  const [mood, binary, calls] = [join(base, 'mood'), join(base, 'terra form'), join(base, 'calls')];
  const behaviour = `read -r mood < '${mood}'; case "$mood" in hangs) exec sleep 60;; garbage) echo '<html>'; exit 0;; esac`;
  writeFileSync(binary, `#!/bin/sh\necho "$1" >> '${calls}'\n${behaviour}\nexec '${terraformBinary}' "$@"\n`);
  chmodSync(binary, 0o755);
  writeFileSync(mood, 'well\n');
  const environment = { TF_VAR_password: 'correct-horse-battery' };
  const settings: TerraformSettings = {
    ...{ binary, repository: clone, path: 'infra stack', folder, backend, environment, lockSeconds: 0 },
    key: Buffer.alloc(32, 7).toString('base64'),
  };
  const terraform = (...args: string[]) =>
    run(terraformBinary ?? 'terraform', args, {
      cwd: elsewhere,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: elsewhere, CHECKPOINT_DISABLE: '1', ...environment },
    });
  return {
    ...{ server, folder, gate: join(base, 'gate') },
    commit(body) {
      writeFileSync(join(clone, 'infra stack', 'main.tf'), head + body);
      git('add', '.');
      git('commit', '--quiet', '--allow-empty', '-m', 'change');
      return git('rev-parse', 'HEAD').trim();
    },
    async applyAs(body) {
      writeFileSync(join(elsewhere, 'main.tf'), head + body);
      const options = Object.entries(backend).map(([name, value]) => `-backend-config=${name}=${value}`);
      if (!existsSync(join(elsewhere, '.terraform'))) await terraform('init', '-input=false', ...options);
      await terraform('apply', '-input=false', '-auto-approve');
    },
    open: (over = {}) => createTerraform({ name: 'shop', settings: { ...settings, ...over } }),
    behave: (how) => writeFileSync(mood, `${how}\n`),
    work: () => readWork(folder),
    applies: () =>
      readFileSync(calls, 'utf8')
        .split('\n')
        .filter((call) => call === 'apply').length,
    killApply() {
      const pid = readWork(folder)?.process?.pid;
      if (pid === undefined) throw new Error('no apply is at work');
      process.kill(pid, 'SIGKILL');
    },
    async atRest() {
      while (isRunning(readWork(folder))) await sleep(20);
    },
    inputs() {
      const { resources = [] } = JSON.parse(server.state() || '{}');
      return Object.fromEntries(
        resources.map(
          ({
            name,
            instances,
          }: {
            name: string;
            instances: { attributes: { input?: { value?: unknown } } }[];
          }) => {
            const input = instances[0]?.attributes.input;
            return [
              name,
              typeof input === 'object' && input !== null && 'value' in input ? input.value : input,
            ];
          },
        ),
      );
    },
    async close() {
      writeFileSync(join(base, 'gate'), '');
      await server.close();
      rmSync(base, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
    },
  };
}

function isRunning(work: WorkRecord | null): boolean {
  return work !== null && isAtWork(work);
}

/** Looks until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 200; looks += 1) {
    if (await isSo()) return;
    await sleep(50);
  }
  throw new Error('it did not come to be so');
}

export type Step = StepOf<'apply-infrastructure'>;

/** A release of which the stack is all that is to be taken back. */
const codeIsLeft: Way = {
  name: 'rolling',
  strategies: ['rolling'],
  takesBack: () => null,
  needs: () => [],
  plan: () => ({ kind: 'steps', steps: [], warnings: [] }),
};

/** As a run makes it: what the way back asks for is read, and its facts become a plan. Throws the reasons where there is none. */
export async function planned(
  terraform: Infrastructure,
  { from, to }: { from: string; to: string | null },
  accepting: string[] = [],
  between: readonly PassedRelease[] = [],
): Promise<{ step: Step; plan: Plan }> {
  const change = { kind: 'infrastructure', target: { stack: 'shop' }, before: to, after: from } as const;
  const target = aBaseline();
  const previousDeploymentId = between.at(-1)?.id ?? target.id;
  const deployment = aDeployment({ changes: [change], previousDeploymentId });
  const rollback = { service: aService(), deployment, target, accepting, between: [...between] };
  const ways = [codeIsLeft, infrastructure];
  const known = { infrastructure: [] as Fact[] };
  for (const need of neededFacts(rollback, ways).infrastructure ?? [])
    if (need.kind === 'stack')
      known.infrastructure.push({ ...need, answer: await terraform.readStack(need.ask, never) });
  const unknown = {
    stepDurations: { service: {}, environment: {} },
    furtherBack: null,
    triggers: [],
  };
  const result = composePlan(
    { ...rollback, ...unknown, known, at: 0 },
    new Set(stepContracts.map(({ kind }) => kind)),
    ways,
  );
  if (result.kind === 'refused') throw new Error(result.refusals.map(({ reason }) => reason).join(' '));
  const [first] = result.plan.steps;
  if (first?.step.kind !== 'apply-infrastructure') throw new Error('the plan does not begin with the stack');
  return { step: first.step, plan: result.plan };
}
